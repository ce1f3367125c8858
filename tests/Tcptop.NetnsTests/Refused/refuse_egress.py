"""Enters the cgroup DIRECTORY, connects to 127.0.0.1:PORT there, prints "cookie N" and sends BEFORE bytes.

Lines of input: "refuse" (a program that refuses all is attached to the cgroup's egress, and MEANWHILE bytes are sent: "refused"),
"admit" (the program is detached: "admitted"). Closes at the end of its input.
"""
import ctypes
import os
import socket
import struct
import sys

BPF = 321 if os.uname().machine == "x86_64" else 280  # the number of the system call
PROG_LOAD, PROG_ATTACH, PROG_DETACH = 5, 8, 9
CGROUP_SKB, INET_EGRESS, ALLOW_MULTI = 8, 1, 2
RETURN_0 = bytes.fromhex("b700000000000000" "9500000000000000")
SO_COOKIE = 57

libc = ctypes.CDLL(None, use_errno=True)
directory, port, before, meanwhile = sys.argv[1], *map(int, sys.argv[2:])


def bpf(command, *words):
    given = ctypes.create_string_buffer(struct.pack(*words), 128)
    made = libc.syscall(BPF, command, given, 128)
    if made < 0:
        raise OSError(ctypes.get_errno(), f"bpf command {command}: {os.strerror(ctypes.get_errno())}")
    return made


code = ctypes.create_string_buffer(RETURN_0)
license_text = ctypes.create_string_buffer(b"GPL")
with open(f"{directory}/cgroup.procs", "w") as members:
    members.write(str(os.getpid()))
cgroup = os.open(directory, os.O_RDONLY)
# The kernel knows a cgroup's socket by where it was made.
connection = socket.create_connection(("127.0.0.1", port))
print("cookie", int.from_bytes(connection.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8), sys.byteorder), flush=True)
connection.sendall(b"b" * before)
for line in sys.stdin:
    if line.strip() == "refuse":
        program = bpf(PROG_LOAD, "IIQQ", CGROUP_SKB, 2, ctypes.addressof(code), ctypes.addressof(license_text))
        bpf(PROG_ATTACH, "IIII", cgroup, program, INET_EGRESS, ALLOW_MULTI)
        connection.sendall(b"m" * meanwhile)
        print("refused", flush=True)
    else:
        bpf(PROG_DETACH, "IIII", cgroup, program, INET_EGRESS, 0)
        print("admitted", flush=True)
connection.close()
