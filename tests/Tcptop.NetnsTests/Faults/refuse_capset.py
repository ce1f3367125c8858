"""Becomes the command that it is given, to which the kernel refuses the system call capset, as systemd does for "~@privileged".

Root becomes nobody as well.
"""
import ctypes
import os
import struct
import sys

CAPSET = 126 if os.uname().machine == "x86_64" else 91  # the number of the system call
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER_MODE = 38, 22, 2
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM


def instruction(code, if_true, if_false, value):
    return struct.pack("HBBI", code, if_true, if_false, value)


libc = ctypes.CDLL(None, use_errno=True)
code = ctypes.create_string_buffer(
    instruction(LOAD_WORD, 0, 0, 0)
    + instruction(JUMP_IF_EQUAL, 0, 1, CAPSET)
    + instruction(RETURN, 0, 0, REFUSE)
    + instruction(RETURN, 0, 0, ALLOW))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", 4, ctypes.addressof(code)))
# Root needs no promise to gain nothing, under which files would give no capabilities.
if os.geteuid() != 0 and libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
    sys.exit("cannot promise to gain nothing")
if libc.prctl(PR_SET_SECCOMP, FILTER_MODE, ctypes.byref(program), 0, 0) != 0:
    sys.exit(f"cannot set a filter: {os.strerror(ctypes.get_errno())}")
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
os.execvp(sys.argv[1], sys.argv[1:])
