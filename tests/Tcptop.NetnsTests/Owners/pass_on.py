"""A child opens a "tcp" or "udp" socket to 127.0.0.1:PORT, sends 5 bytes, and hands the socket to its parent (SCM_RIGHTS) when told to.

A third argument, a process id, puts the child into that process's pid namespace. The child prints
"opener PID" and "port N". Lines of input: "pass" ("passed" is printed when the parent has the socket), "close" (the child closes its copy: "closed"), "die" (the child ends: "died"). The parent stays until the end of its input.
"""
import ctypes
import os
import socket
import sys

kind = socket.SOCK_STREAM if sys.argv[1] == "tcp" else socket.SOCK_DGRAM


def open_and_pass(to_parent):
    opened = socket.socket(socket.AF_INET, kind)
    opened.connect(("127.0.0.1", int(sys.argv[2])))
    opened.send(b"bytes")
    print("opener", os.getpid(), flush=True)
    print("port", opened.getsockname()[1], flush=True)
    while True:
        order = to_parent.recv(16)
        if order == b"pass":
            socket.send_fds(to_parent, [b"here"], [opened.fileno()])
        elif order == b"close":
            opened.close()
            to_parent.send(b"done")
        else:
            os._exit(0)


if len(sys.argv) > 3:
    with open(f"/proc/{sys.argv[3]}/ns/pid") as namespace:
        assert ctypes.CDLL(None).setns(namespace.fileno(), 0) == 0
to_child, to_parent = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
child = os.fork()
if child == 0:
    to_child.close()
    open_and_pass(to_parent)
to_parent.close()
passed = []
for line in sys.stdin:
    order = line.strip()
    to_child.send(order.encode())
    if order == "pass":
        passed += socket.recv_fds(to_child, 16, 1)[1]
        print("passed", flush=True)
    elif order == "close":
        to_child.recv(16)
        print("closed", flush=True)
    else:
        os.waitpid(child, 0)
        print("died", flush=True)
