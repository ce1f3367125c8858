"""Opens a "tcp" or "udp" socket to 127.0.0.1:PORT, sends 5 bytes, puts it into a ring of io_uring
and closes its descriptor.

Prints "port N". Lines of input: "fork" makes a child, which has the ring as well ("child PID");
"close" closes the ring here ("closed"). Exit code 95: there is no io_uring.
"""
import os
import signal
import socket
import sys

import rings

if not rings.are_allowed():
    sys.exit(95)
kind = socket.SOCK_STREAM if sys.argv[1] == "tcp" else socket.SOCK_DGRAM
with socket.socket(socket.AF_INET, kind) as opened:
    opened.connect(("127.0.0.1", int(sys.argv[2])))
    opened.send(b"bytes")
    port = opened.getsockname()[1]
    ring = rings.Ring()
    ring.register(-1, opened.fileno())
print("port", port, flush=True)
for line in sys.stdin:
    if line.strip() == "fork":
        child = os.fork()
        if child == 0:
            signal.pause()
        print("child", child, flush=True)
    else:
        os.close(ring.fd)
        print("closed", flush=True)
