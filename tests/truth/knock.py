"""A short connection and a datagram of our own, by which a witness shows that it is awake, and at the end that it has seen all that came before."""

import ctypes
import os
import socket
import sys

PORT = 9909
MARK = b"tcptop-truth-knock-"
CLONE_NEWNET = 0x40000000


def knock(place, number):
    """From the client's namespace to the server's, in processes of their own: a process has one namespace at a time."""
    ready, go = os.pipe()
    if (server := os.fork()) == 0:
        leave(lambda: serve(place, go))
    os.close(go)
    os.read(ready, 1)
    os.close(ready)
    if (client := os.fork()) == 0:
        leave(lambda: call(place, MARK + str(number).encode() + b"."))
    for child in (client, server):
        _, status = os.waitpid(child, 0)
        if status != 0:
            raise RuntimeError(f"no connection across {place.name}")


def leave(work):
    try:
        work()
        os._exit(0)
    except BaseException as error:  # the parent's code must not go on in the child
        print(f"error: {error!r}", file=sys.stderr)
        os._exit(1)


def enter(namespace):
    with open(f"/run/netns/{namespace}") as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"enter network namespace {namespace}")


def serve(place, ready):
    enter(place.server_namespace)
    with socket.create_server((place.server_address, PORT)) as listener, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind((place.server_address, PORT))
        os.write(ready, b"+")
        listener.settimeout(30)
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(30)
            while connection.recv(100):
                pass


def call(place, mark):
    enter(place.client_namespace)
    with socket.create_connection((place.server_address, PORT), 30) as connection, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(mark, (place.server_address, PORT))
        connection.sendall(mark)
