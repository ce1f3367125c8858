"""In each network namespace PREFIX0, PREFIX1, ... of COUNT, makes a connection on its own loopback and sends it 1,000 bytes and its number more.

Prints "made" when all are there; at a line of input closes them in order and prints "closed". Ends with its input.
"""
import ctypes
import fcntl
import os
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
libc = ctypes.CDLL(None, use_errno=True)


def enter(name):
    namespace = os.open(f"/run/netns/{name}", os.O_RDONLY)
    if libc.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), f"setns {name}")
    os.close(namespace)


def set_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


prefix, count = sys.argv[1], int(sys.argv[2])
pairs = []
for number in range(count):
    enter(f"{prefix}{number}")
    set_loopback_up()
    with socket.create_server(("127.0.0.1", 9)) as listener:
        client = socket.socket()
        client.connect(("127.0.0.1", 9))
        server, _ = listener.accept()
    client.sendall(bytes(1000 + number))
    pairs.append((client, server))
print("made", flush=True)
sys.stdin.readline()
for client, server in pairs:
    client.shutdown(socket.SHUT_WR)
    while server.recv(65536):
        pass
    server.close()
    client.recv(1)
    client.close()
print("closed", flush=True)
sys.stdin.read()
