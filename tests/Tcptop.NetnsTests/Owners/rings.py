"""Just enough of io_uring, by its system calls, to keep sockets in a ring's own table of files."""
import ctypes
import errno
import mmap
import os
import struct

SETUP, ENTER, REGISTER = 425, 426, 427
REGISTER_FILES = 2
ENTER_GETEVENTS = 1
ACCEPT, RECV = 13, 27
FIXED_FILE = 1
SUBMISSIONS, COMPLETIONS, ENTRIES = 0, 0x8000000, 0x10000000
ENTRY_BYTES, COMPLETION_BYTES = 64, 16

library = ctypes.CDLL(None, use_errno=True)
library.syscall.restype = ctypes.c_long


def call(number, *arguments):
    longs = [ctypes.c_long(argument) for argument in arguments]
    result = library.syscall(ctypes.c_long(number), *longs)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def are_allowed():
    try:
        os.close(Ring().fd)
    except OSError as e:
        if e.errno in (errno.ENOSYS, errno.EPERM):
            return False
        raise
    return True


class Ring:
    def __init__(self):
        self.parameters = ctypes.create_string_buffer(120)
        self.fd = call(SETUP, 8, ctypes.addressof(self.parameters))
        fields = struct.unpack("30I", self.parameters.raw)
        # Offsets of what is in the memory of either queue.
        self.sent = dict(zip(("head", "tail", "mask", "_", "_", "_", "array"), fields[10:17]))
        self.done = dict(zip(("head", "tail", "mask", "_", "_", "array"), fields[20:26]))
        self.room = fields[:2]

    def register(self, *descriptors):
        """What is to be in the table; -1: nothing yet."""
        table = (ctypes.c_int * len(descriptors))(*descriptors)
        call(REGISTER, self.fd, REGISTER_FILES, ctypes.addressof(table), len(descriptors))

    def map(self):
        entries, completions = self.room
        sent_bytes = self.sent["array"] + 4 * entries
        done_bytes = self.done["array"] + COMPLETION_BYTES * completions
        self.to_kernel = mmap.mmap(self.fd, sent_bytes, offset=SUBMISSIONS)
        self.from_kernel = mmap.mmap(self.fd, done_bytes, offset=COMPLETIONS)
        self.entries = mmap.mmap(self.fd, ENTRY_BYTES * entries, offset=ENTRIES)

    def do(self, operation, fd, address=0, length=0, flags=0, file_index=0):
        """One operation, waited for; its result."""
        self.put(struct.pack(
            "BBHiQQIIQHHI16x",
            operation, flags, 0, fd, 0, address, length, 0, 0, 0, 0, file_index))
        call(ENTER, self.fd, 1, 1, ENTER_GETEVENTS, 0, 0)
        return self.take()

    def put(self, entry):
        tail = number(self.to_kernel, self.sent["tail"])
        place = tail & number(self.to_kernel, self.sent["mask"])
        self.entries[place * ENTRY_BYTES:(place + 1) * ENTRY_BYTES] = entry
        struct.pack_into("I", self.to_kernel, self.sent["array"] + 4 * place, place)
        struct.pack_into("I", self.to_kernel, self.sent["tail"], tail + 1)

    def take(self):
        head = number(self.from_kernel, self.done["head"])
        place = head & number(self.from_kernel, self.done["mask"])
        offset = self.done["array"] + COMPLETION_BYTES * place
        result = struct.unpack_from("QiI", self.from_kernel, offset)[1]
        struct.pack_into("I", self.from_kernel, self.done["head"], head + 1)
        return result


def number(memory, offset):
    return struct.unpack_from("I", memory, offset)[0]
