"""Ends the TCP connection from 127.0.0.1:LOCALPORT to 127.0.0.1:REMOTEPORT from without, as
"ss --kill" does. Exit code 95: the kernel cannot.
"""
import errno
import os
import socket
import struct
import sys

NETLINK_SOCK_DIAG = 4
SOCK_DESTROY = 21
REQUEST_WITH_ANSWER = 5  # NLM_F_REQUEST | NLM_F_ACK
ANY = 0xFFFFFFFF

here = socket.inet_aton("127.0.0.1").ljust(16, b"\0")
ports = struct.pack("!HH", int(sys.argv[1]), int(sys.argv[2]))
any_cookie = struct.pack("=III", 0, ANY, ANY)
wanted = struct.pack("=BBBBI", socket.AF_INET, socket.IPPROTO_TCP, 0, 0, ANY)
wanted += ports + here + here + any_cookie
header = struct.pack("=IHHII", 16 + len(wanted), SOCK_DESTROY, REQUEST_WITH_ANSWER, 1, 0)
kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG)
kernel.send(header + wanted)
error = -struct.unpack_from("=i", kernel.recv(1000), 16)[0]
if error in (errno.EOPNOTSUPP, errno.EINVAL):
    sys.exit(95)
if error:
    sys.exit(os.strerror(error))
