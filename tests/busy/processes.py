"""
The processes of the traffic: each dies with the one that started it, or by its own alarm, and
reports what it has made.
"""

import collections
import ctypes
import mmap
import os
import select
import signal
import sys
import time
import traceback

LIBC = ctypes.CDLL(None, use_errno=True)
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
SET_NAME = 15  # PR_SET_NAME
NAME_BYTES = 15

Made = collections.namedtuple("Made", "connections namespaces")


def call_oneself(name):
    """What /proc, ps and tcptop call this process; bytes, for it may be anything."""
    LIBC.prctl(SET_NAME, ctypes.c_char_p(name[:NAME_BYTES]), 0, 0, 0)


class Crowd:
    """All processes, and a counter of moved bytes in memory that they share."""

    def __init__(self, longest_seconds):
        self.pids = set()
        self._longest_seconds = longest_seconds
        self._reader, self._writer = os.pipe()
        self._unread = b""
        self._reports = 0
        self._connections = self._namespaces = 0
        self._moved = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("Q")

    def moved(self):
        return self._moved[0]

    def start(self, name, live, *arguments):
        """
        live(report, add_moved, *arguments) runs in a process of its own, calls report(connections,
        namespaces) when all of it is there, and never returns.
        """
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self.pids.add(pid)
            return
        # Whatever happens, never back into what the parent was about to do.
        try:
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            # Ctrl-C is for the parent, who then ends this one.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            LIBC.prctl(SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)
            signal.alarm(self._longest_seconds)
            os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
            call_oneself(name.encode())
            live(self._report, self._add_moved, *arguments)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def wait_until_made(self, reports, seconds):
        """Until so many processes have reported; what all of them have made."""
        deadline = time.monotonic() + seconds
        while self._reports < reports:
            self.check()
            readable, _, _ = select.select([self._reader], [], [], 1)
            if readable:
                self._take(os.read(self._reader, 4096))
            elif time.monotonic() > deadline:
                raise TimeoutError(f"{self._reports} of {reports} processes in {seconds} s")
        return Made(self._connections, self._namespaces)

    def check(self):
        """One that has ended has failed, and said why."""
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid:
            self.pids.discard(pid)
            code = os.waitstatus_to_exitcode(status)
            raise ChildProcessError(f"process {pid} of the traffic has ended with {code}")

    def end(self):
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
        for pid in self.pids:
            os.waitpid(pid, 0)
        self.pids.clear()

    def _take(self, text):
        *lines, self._unread = (self._unread + text).split(b"\n")
        for line in lines:
            connections, namespaces = line.split()
            self._reports += 1
            self._connections += int(connections)
            self._namespaces += int(namespaces)

    def _report(self, connections=0, namespaces=0):
        # Short enough for a pipe to take it whole.
        os.write(self._writer, f"{connections} {namespaces}\n".encode())

    def _add_moved(self, count):
        """Of one process alone: nothing guards it."""
        self._moved[0] += count
