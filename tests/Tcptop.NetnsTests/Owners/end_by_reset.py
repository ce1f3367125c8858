"""Listens, and a forked worker accepts, one connection after the other, takes what has come, and
ends each in the way that is named: see WAYS.

Prints "port N", then "worker PID", and for each connection "accepted PEERPORT PID". With "fin" as
second argument it waits for the peer's FIN first, so that the connection is in CLOSE_WAIT; a third
is the address. The listener is the parent's, who ends, and with it the worker, with its input.
"""
import ctypes
import os
import select
import signal
import socket
import struct
import sys
import threading

CLOSE_WAIT = 8
held = []


def wait_for_data(connection):
    connection.recv(1, socket.MSG_PEEK)
    while sys.argv[2:] == ["fin"] and state_of(connection) != CLOSE_WAIT:
        pass


def state_of(connection):
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def close_unread(connection):
    connection.close()


def close_with_linger_0(connection):
    connection.recv(100)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def dissolve(connection):
    unspecified = struct.pack("H14x", socket.AF_UNSPEC)
    assert ctypes.CDLL(None).connect(connection.fileno(), unspecified, len(unspecified)) == 0
    held.append(connection)


def close_in_a_thread(connection):
    thread = threading.Thread(target=connection.close)
    thread.start()
    thread.join()


def shut_down_and_close(connection):
    connection.shutdown(socket.SHUT_WR)
    connection.close()


def die(connection):
    os.kill(os.getpid(), signal.SIGKILL)


def time_out(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 500)
    ended = select.poll()
    ended.register(connection, select.POLLERR)
    while not ended.poll(100):
        connection.send(b"x")
    held.append(connection)
    print("timed out", flush=True)


def hold(connection):
    connection.recv(100)
    held.append(connection)


WAYS = {
    way.__name__: way
    for way in (close_unread, close_with_linger_0, dissolve, close_in_a_thread, shut_down_and_close,
                die, time_out, hold)
}


def work(listener):
    while True:
        connection, peer = listener.accept()
        wait_for_data(connection)
        print("accepted", peer[1], os.getpid(), flush=True)
        WAYS[sys.argv[1]](connection)


def keep_a_worker(listener):
    while True:
        worker = os.fork()
        if worker == 0:
            work(listener)
        print("worker", worker, flush=True)
        os.waitpid(worker, 0)


address = sys.argv[3] if len(sys.argv) > 3 else "127.0.0.1"
listener = socket.create_server((address, 0))
print("port", listener.getsockname()[1], flush=True)
os.setpgid(0, 0)
if os.fork() == 0:
    keep_a_worker(listener)
sys.stdin.read()
os.killpg(0, signal.SIGKILL)
