"""
A room: a network namespace with a process in it, a veth pair to the host, and a few sockets, as a
container has.
"""

import ctypes
import os
import select
import socket
import subprocess
import time

import connections
import processes

NEW_NETWORK_NAMESPACE = 0x40000000  # CLONE_NEWNET
OF_ITS_OWN = 7
FROM_THE_HOST = 3
CONNECTIONS = OF_ITS_OWN + FROM_THE_HOST
PORT = 8080
SOURCE_PORT = 5353
PULSE_SECONDS = 2
BUFFER = bytearray(256 * 1024)


def outside_address(number):
    return f"10.214.{number}.1"


def inside_address(number):
    return f"10.214.{number}.2"


def connect_from_the_host(number):
    return socket.create_connection((inside_address(number), PORT))


def live(report, _add_moved, number, with_udp):
    if processes.LIBC.unshare(NEW_NETWORK_NAMESPACE) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    set_up_devices(number)
    listener = connections.listen("0.0.0.0", PORT)
    own_listener = connections.listen("127.0.0.1")
    pairs = [connections.connect_to(own_listener) for _ in range(OF_ITS_OWN)]
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind((inside_address(number), SOURCE_PORT))
    peer = (outside_address(number), SOURCE_PORT) if with_udp else None
    report(connections=OF_ITS_OWN, namespaces=1)
    serve(listener, pairs, datagrams, peer)


def set_up_devices(number):
    """From within: the outer end goes to the namespace of the process that started this one."""
    outer = f"busy{number}"
    for line in (
        "link set lo up",
        f"link add eth0 type veth peer name {outer} netns {os.getppid()}",
        f"address add {inside_address(number)}/30 dev eth0",
        "link set eth0 up",
    ):
        subprocess.run(["ip", *line.split()], check=True)
    outside = ["nsenter", f"--net=/proc/{os.getppid()}/ns/net"]
    for line in (f"address add {outside_address(number)}/30 dev {outer}", f"link set {outer} up"):
        subprocess.run([*outside, "ip", *line.split()], check=True)


def serve(listener, pairs, datagrams, peer):
    """Takes all that comes to its port, and every so often says something itself."""
    listener.setblocking(False)
    guests = []
    pulse = time.monotonic()
    while True:
        until_pulse = max(0, pulse - time.monotonic())
        readable, _, _ = select.select([listener, *guests], [], [], until_pulse)
        for ready in readable:
            if ready is listener:
                guests.append(listener.accept()[0])
            elif not ready.recv_into(BUFFER):
                ready.close()
                guests.remove(ready)
        if time.monotonic() >= pulse:
            pulse += PULSE_SECONDS
            for client, server in pairs:
                client.sendall(bytes(100))
                server.recv_into(BUFFER)
            if peer:
                datagrams.sendto(bytes(60), peer)
