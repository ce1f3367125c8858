"""What a process costs its host at a moment, read from /proc."""

import dataclasses
import os
import re
import time

SCHEDULER_CLOCK = 2  # CPUCLOCK_SCHED of the kernel's clock ids
MEMLOCK = re.compile(r"^memlock:\s+(\d+)$", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Sample:
    resident_kib: float
    own_kib: float  # of it, what is neither a file's nor mapped from the kernel: the heaps
    files: float
    threads: float
    kernel_kib: float  # of eBPF maps and programs that it has open; a map made as it is needed counts what is in it (Linux 6.4 and newer)
    cpu_ns: int  # of all threads that it has had


class Ended(Exception):
    """Of a process that has ended nothing is left but its exit code."""


def take(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            fields = dict(line.split(":", 1) for line in status)
        return Sample(
            float(fields["VmRSS"].split()[0]), float(fields["RssAnon"].split()[0]), float(len(os.listdir(f"/proc/{pid}/fd"))), float(fields["Threads"]), kernel_bytes(pid) / 1024, cpu_ns(pid))
    except (KeyError, OSError) as lack:
        raise Ended(f"process {pid} has ended: {lack!r}") from None


def kernel_bytes(pid):
    held = {}
    for fd in os.listdir(f"/proc/{pid}/fdinfo"):
        try:
            with open(f"/proc/{pid}/fdinfo/{fd}") as file:
                text = file.read()
        except FileNotFoundError:
            continue  # closed meanwhile
        # One may be open more than once.
        for kind in ("map_id", "prog_id"):
            if (found := re.search(rf"^{kind}:\s+(\d+)$", text, re.MULTILINE)) and (memory := MEMLOCK.search(text)):
                held[kind, found[1]] = int(memory[1])
    return sum(held.values())


def cpu_ns(pid):
    """By the process's own clock, which counts to the nanosecond and keeps what threads that have ended had used."""
    return time.clock_gettime_ns(~pid << 3 | SCHEDULER_CLOCK)
