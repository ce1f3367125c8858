"""Connections with both ends in this process, and listeners for those of others."""

import socket

BACKLOG = 256


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def listen(address, port=0):
    listener = socket.socket(family_of(address))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(BACKLOG)
    return listener


def connect_to(listener):
    """Both ends of one more connection to this listener, the client's first."""
    client = socket.socket(listener.family)
    client.connect(listener.getsockname()[:2])
    server, _ = listener.accept()
    return client, server
