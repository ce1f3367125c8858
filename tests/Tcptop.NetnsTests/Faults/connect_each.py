"""For each line of input forks COUNT processes, 20 at a time, each of which makes one connection to this one, sends BYTES, takes the end in and ends. This one listens at PORT.

Prints "port N", then "client PORT PID" for each process and "done" for each line. Ends with its input.
"""
import os
import socket
import sys

AT_ONCE = 20


def connect(address, size):
    client = socket.socket()
    client.connect(address)
    # One write: lines of several processes stay whole.
    os.write(1, f"client {client.getsockname()[1]} {os.getpid()}\n".encode())
    client.sendall(bytes(size))
    client.shutdown(socket.SHUT_WR)
    client.recv(1)
    os._exit(0)


def connect_some(listener, size):
    children = []
    for _ in range(AT_ONCE):
        child = os.fork()
        if child == 0:
            connect(listener.getsockname(), size)
        children.append(child)
    for _ in children:
        connection, _ = listener.accept()
        while connection.recv(65536):
            pass
        connection.close()
    for child in children:
        os.waitpid(child, 0)


port, count, size = map(int, sys.argv[1:])
listener = socket.create_server(("127.0.0.1", port), backlog=AT_ONCE)
print("port", listener.getsockname()[1], flush=True)
while sys.stdin.readline():
    for _ in range(count // AT_ONCE):
        connect_some(listener, size)
    print("done", flush=True)
