"""Listens, and forks WORKERS processes that accept from the same listener, each one connection after the other, until the peer's FIN.

"mptcp" as second argument makes the listener one of MPTCP; a third is its address. Prints "port N",
then for each connection "accepted PEERPORT PID", the worker's. Ends with its input.
"""
import os
import signal
import socket
import sys

IPPROTO_MPTCP = 262

protocol = IPPROTO_MPTCP if sys.argv[2:3] == ["mptcp"] else 0
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
listener.bind((sys.argv[3] if len(sys.argv) > 3 else "127.0.0.1", 0))
listener.listen(128)
workers = []
for _ in range(int(sys.argv[1])):
    worker = os.fork()
    if worker == 0:
        while True:
            connection, peer = listener.accept()
            print("accepted", peer[1], os.getpid(), flush=True)
            while connection.recv(65536):
                pass
            connection.close()
    workers.append(worker)
print("port", listener.getsockname()[1], flush=True)
sys.stdin.read()
for worker in workers:
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
