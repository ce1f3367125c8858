"""usage: jump_to_nowhere.py PID      The first thread of that process goes on at address 0."""
import ctypes
import os
import platform
import sys

PTRACE_ATTACH, PTRACE_DETACH = 16, 17
PTRACE_GETREGSET, PTRACE_SETREGSET = 0x4204, 0x4205
NT_PRSTATUS = 1
# In 8 bytes each: the instruction pointer, and what would have the kernel repeat a system call.
PLACES = {"x86_64": (16, 15), "aarch64": (32, None)}


class Block(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def ptrace(request, pid, address=None, data=None):
    if libc.ptrace(request, pid, address, data) < 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request}")


def main():
    pid = int(sys.argv[1])
    pointer, repeated = PLACES[platform.machine()]
    ptrace(PTRACE_ATTACH, pid)
    os.waitpid(pid, 0)
    registers = (ctypes.c_int64 * 64)()
    block = Block(ctypes.addressof(registers), ctypes.sizeof(registers))
    ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, ctypes.addressof(block))
    registers[pointer] = 0
    if repeated is not None:
        registers[repeated] = -1
    ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, ctypes.addressof(block))
    ptrace(PTRACE_DETACH, pid)


main()
