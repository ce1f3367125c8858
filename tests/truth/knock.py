"""A short connection and a datagram of our own, by which a witness shows that it is awake, and at the end that it has seen all that came before."""

import ctypes
import os
import signal
import socket
import sys

from processes import PATIENCE

PORT = 9909
MARK = b"tcptop-truth-knock-"
CLONE_NEWNET = 0x40000000
SECONDS = 30 * PATIENCE


def knock(place, number):
    """From the client's namespace to the server's, in processes of their own: a process has one namespace at a time."""
    children = []
    ready, go = os.pipe()
    try:
        children.append(begin(lambda: serve(place, go)))
        os.close(go)
        os.read(ready, 1)
        os.close(ready)
        # The first to be waited for: when it fails, the server would wait for it in vain.
        children.insert(0, begin(lambda: call(place, MARK + str(number).encode() + b".")))
        while children:
            _, status = os.waitpid(children[0], 0)
            children.pop(0)
            if status != 0:
                raise RuntimeError(f"no connection across {place.name}")
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def begin(work):
    if (child := os.fork()) == 0:
        leave(work)
    return child


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
        listener.settimeout(SECONDS)
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(SECONDS)
            while connection.recv(100):
                pass


def call(place, mark):
    enter(place.client_namespace)
    with socket.create_connection((place.server_address, PORT), SECONDS) as connection, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(mark, (place.server_address, PORT))
        connection.sendall(mark)
