"""
What of the traffic is in the host's own network namespace; each function that takes report and
add_moved is a process, and reports what it has made.
"""

import itertools
import os
import select
import socket
import struct
import time

import connections
import processes
import rooms

WORKERS = 10
CONNECTIONS_EACH = 147
TALKING_EACH = 20
TALK_SECONDS = 1
TALK_BYTES = 200

# 20 MB/s: each of these gets so much twice a second, one after the other: many busy rows, but few
# writes.
MOVING = 40
MOVED_AT_A_TIME = 256 * 1024
MOVES_A_SECOND = 80
# In rooms, by their veth pairs; the others are on loopback.
MOVING_IN_ROOMS = 10

BUFFER = bytearray(MOVED_AT_A_TIME)


def pace(seconds):
    """Once in so many seconds, however long the work takes; what was missed is not made up for."""
    due = time.monotonic()
    for number in itertools.count():
        time.sleep(max(0, due - time.monotonic()))
        yield number
        due = max(due + seconds, time.monotonic())


def keep_connections(report, _add_moved, number):
    """One in ten over IPv6; some say a little now and then, and most nothing."""
    listener = connections.listen("::1" if number == 0 else "127.0.0.1")
    pairs = [connections.connect_to(listener) for _ in range(CONNECTIONS_EACH)]
    report(connections=len(pairs))
    for _ in pace(TALK_SECONDS):
        for client, server in pairs[:TALKING_EACH]:
            client.sendall(bytes(TALK_BYTES))
            server.recv_into(BUFFER)
            server.sendall(bytes(TALK_BYTES))
            client.recv_into(BUFFER)


def move(report, add_moved):
    """Also connects to each room: of those connections this is the host's side."""
    listener = connections.listen("127.0.0.1")
    local = [connections.connect_to(listener) for _ in range(MOVING - MOVING_IN_ROOMS)]
    guests = [
        rooms.connect_from_the_host(room)
        for room in range(rooms_made())
        for _ in range(rooms.FROM_THE_HOST)
    ]
    moving_guests = guests[:: len(guests) // MOVING_IN_ROOMS][:MOVING_IN_ROOMS]
    moving = [*local, *((guest, None) for guest in moving_guests)]
    report(connections=len(local) + len(guests))
    for number in pace(1 / MOVES_A_SECOND):
        sender, receiver = moving[number % len(moving)]
        transfer(sender, receiver)
        add_moved(MOVED_AT_A_TIME)


def transfer(sender, receiver):
    """As much at a time as the kernel takes; a room receives by itself."""
    left = memoryview(BUFFER)
    if receiver is None:
        sender.sendall(left)
        return
    received = 0
    while received < MOVED_AT_A_TIME:
        if left:
            left = left[sender.send(left, socket.MSG_DONTWAIT) if is_writable(sender) else 0 :]
        received += receiver.recv_into(BUFFER)


def is_writable(sender):
    return bool(select.select([], [sender], [], 0)[1])


def rooms_made():
    return sum(name.startswith("busy") for _, name in socket.if_nameindex())


def make_short_connections(report, _add_moved):
    """
    Twenty a second, that end in order at either side, by a reset, or are refused; one in twenty is
    of a process of its own.
    """
    listener = connections.listen("127.0.0.1")
    report()
    for number in pace(1 / 20):
        if number % 20 == 0:
            make_one_elsewhere(listener)
        elif number % 20 == 10:
            with socket.socket() as refused:
                refused.connect_ex(("127.0.0.1", 1))
        else:
            make_one(listener, number)


def make_one(listener, number):
    client, server = connections.connect_to(listener)
    client.sendall(bytes(1 + number % 1_000))
    server.recv_into(BUFFER)
    if number % 5 == 0:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    first, second = (client, server) if number % 2 else (server, client)
    first.close()
    second.close()


def make_one_elsewhere(listener):
    pid = os.fork()
    if not pid:
        try:
            processes.call_oneself(b"visitor")
            socket.create_connection(listener.getsockname()).sendall(b"hello")
        finally:
            os._exit(0)
    server, _ = listener.accept()
    while server.recv_into(BUFFER):
        pass
    server.close()
    os.waitpid(pid, 0)


def send_datagrams(report, _add_moved):
    """Flows that stay, and sockets that send once and are gone."""
    receivers = [bind_datagrams() for _ in range(10)]
    senders = [bind_datagrams() for _ in range(30)]
    report()
    for number in pace(1 / 30):
        target = receivers[number % len(receivers)].getsockname()
        senders[number % len(senders)].sendto(bytes(120), target)
        if number % 3 == 0:
            with bind_datagrams() as once:
                once.sendto(bytes(40), target)
        for receiver in select.select(receivers, [], [], 0)[0]:
            receiver.recv_into(BUFFER)


def bind_datagrams():
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", 0))
    return datagrams


def keep_odd_states(report, _add_moved):
    """
    Listeners, one with connections that nobody accepts; a CLOSE_WAIT; and a SYN_RECV, made again
    when the kernel may have given it up.
    """
    listeners = [connections.listen("127.0.0.1") for _ in range(20)]
    waiting = [socket.create_connection(listeners[0].getsockname()) for _ in range(5)]
    half_closed = connections.connect_to(listeners[1])
    half_closed[0].shutdown(socket.SHUT_WR)
    deferring = listeners[2]
    deferring.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
    report()
    for _ in pace(30):
        waiting[5:] = [socket.create_connection(deferring.getsockname())]


def change_names(report, _add_moved):
    """A process that never keeps its name; some would act on a terminal if they were let."""
    held = connections.connect_to(connections.listen("127.0.0.1"))
    names = (
        b"nginx: worker",
        b"a\x1b[31mb\n",
        b"\xff\xfe\x80",
        b"kworker/0:1",
        "größe".encode(),
        b",\"'|;",
        b"other",
    )
    report()
    for number in pace(1 / 5):
        processes.call_oneself(names[number % len(names)])
        held[0].sendall(b"x")
        held[1].recv_into(BUFFER)
