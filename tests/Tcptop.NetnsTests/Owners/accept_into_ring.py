"""Listens, and a forked worker accepts into a ring of io_uring, without a descriptor, and takes 5
bytes there.

Prints "port N", "worker PID" and then "took N". The worker ends with the input. Exit code 95: there
is no io_uring.
"""
import ctypes
import os
import socket
import sys

import rings

if not rings.are_allowed():
    sys.exit(95)
listener = socket.create_server(("127.0.0.1", 0))
print("port", listener.getsockname()[1], flush=True)
worker = os.fork()
if worker == 0:
    print("worker", os.getpid(), flush=True)
    ring = rings.Ring()
    ring.map()
    ring.register(-1, -1, -1)
    assert ring.do(rings.ACCEPT, listener.fileno(), file_index=2) == 0
    buffer = ctypes.create_string_buffer(100)
    taken = ring.do(rings.RECV, 1, ctypes.addressof(buffer), len(buffer), rings.FIXED_FILE)
    print("took", taken, flush=True)
    sys.stdin.read()
    os._exit(0)
os.waitpid(worker, 0)
