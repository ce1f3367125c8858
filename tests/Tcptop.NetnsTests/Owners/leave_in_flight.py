"""A child opens a "tcp" or "udp" socket to 127.0.0.1:PORT, sends 5 bytes, puts it into a Unix
socket to its parent and has it no more.

The third argument is the kind of Unix socket: STREAM, DGRAM or SEQPACKET. Prints "child PID" and
"port N". Lines of input: "send" (prints "sent"), "receive" (the parent takes it: "received").
"""
import os
import socket
import sys

kind = socket.SOCK_STREAM if sys.argv[1] == "tcp" else socket.SOCK_DGRAM


def open_and_send(to_parent):
    with socket.socket(socket.AF_INET, kind) as opened:
        opened.connect(("127.0.0.1", int(sys.argv[2])))
        opened.send(b"bytes")
        print("child", os.getpid(), flush=True)
        print("port", opened.getsockname()[1], flush=True)
        to_parent.recv(16)
        # What comes before it in the queue, and one without files in between.
        to_parent.send(b"nothing")
        socket.send_fds(to_parent, [b"here"], [0, opened.fileno()])
    print("sent", flush=True)
    to_parent.recv(16)
    os._exit(0)


to_child, to_parent = socket.socketpair(socket.AF_UNIX, getattr(socket, "SOCK_" + sys.argv[3]))
if os.fork() == 0:
    to_child.close()
    open_and_send(to_parent)
to_parent.close()
received = []
for line in sys.stdin:
    if line.strip() == "send":
        to_child.send(b"send")
        continue
    while not received:
        received += socket.recv_fds(to_child, 7, 2)[1]
    print("received", flush=True)
