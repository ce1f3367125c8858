"""Opens a "tcp", "mptcp" or "udp" socket to PORT, or ADDRESS:PORT, and sends 5 bytes.

A third argument is the process id to do so under. Prints "ids ID ..." (its ids, from the pid
namespace of /proc inwards), "command LINE", "executable PATH", and "port N". Each line of input
sends 5 more ("sent"); ends with it.
"""
import ctypes
import os
import socket
import struct
import sys

CLONE3 = 435
SIGCHLD = 17
IPPROTO_MPTCP = 262
KINDS = {
    "tcp": (socket.SOCK_STREAM,),
    "mptcp": (socket.SOCK_STREAM, IPPROTO_MPTCP),
    "udp": (socket.SOCK_DGRAM,),
}


def fork_as(pid):
    """A new process may be given any id that is free."""
    ids = ctypes.create_string_buffer(struct.pack("i", pid))
    fields = (0, 0, 0, 0, SIGCHLD, 0, 0, 0, ctypes.addressof(ids), 1, 0)
    arguments = ctypes.create_string_buffer(struct.pack("11Q", *fields), 88)
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    child = library.syscall(ctypes.c_long(CLONE3), arguments, ctypes.c_long(88))
    if child < 0:
        raise OSError(ctypes.get_errno(), "clone3")
    return child


if len(sys.argv) > 3 and (child := fork_as(int(sys.argv[3]))):
    os.waitpid(child, 0)
    os._exit(0)
address, _, port = sys.argv[2].rpartition(":")
opened = socket.socket(socket.AF_INET, *KINDS[sys.argv[1]])
opened.connect((address or "127.0.0.1", int(port)))
opened.send(b"bytes")
with open("/proc/self/status") as status:
    ids = next(line for line in status if line.startswith("NSpid:"))
with open("/proc/self/cmdline") as arguments:
    command = arguments.read().replace("\0", " ")
print("ids", *ids.split()[1:], flush=True)
print("command", command, flush=True)
print("executable", os.readlink("/proc/self/exe"), flush=True)
print("port", opened.getsockname()[1], flush=True)
for _ in sys.stdin:
    opened.send(b"bytes")
    print("sent", flush=True)
