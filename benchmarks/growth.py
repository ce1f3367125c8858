"""How cost grows with the number of sockets, beside what ss needs to say the same once."""

import resource
import statistics
import subprocess

import loads
import processes
import report
from terminal import Terminal

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 500_000)
NAMESPACES = (1, 3, 10, 30, 100, 300)
SETTLE_SECONDS = 4
TICKS = 9
LONGEST_SECONDS = 60  # ss -p takes time as the square of the number of sockets


def measure(tcptop, load):
    report.section("Growth with the number of sockets", "TCP sockets", "tcptop: CPU a refresh, median (spread)", "a socket", "tcptop: VmRSS", "ss -tin, once",
                   "ss -tinp, once")
    for size in SIZES:
        sockets = loads.Sockets(load, size)
        ticks, memory = processes.cost_of(Terminal(tcptop), SETTLE_SECONDS, TICKS)
        median = statistics.median(ticks)
        report.line(f"{size:,}", f"{median:.1f} ms ({min(ticks):.1f} to {max(ticks):.1f})", f"{1000 * median / size:.2f} us", f"{memory:.1f} MiB",
                    cpu_of("ss", "-tin", size=size), cpu_of("ss", "-tinp", size=size))
        sockets.close()
    print("\nCPU time, user and kernel. A refresh has the walk over open files in it when that is due.")
    of_namespaces(tcptop, load)


def of_namespaces(tcptop, load):
    report.section("Growth with the number of network namespaces", "namespaces, with a connection each", "tcptop: CPU a refresh, median (spread)", "tcptop: VmRSS",
                   "ss -tin in each, once", "ss -tinp in each, once")
    for count in NAMESPACES:
        namespaces = loads.Namespaces(load, count)
        ticks, memory = processes.cost_of(Terminal(tcptop), SETTLE_SECONDS, TICKS)
        report.line(f"{count:,}", f"{statistics.median(ticks):.1f} ms ({min(ticks):.1f} to {max(ticks):.1f})", f"{memory:.1f} MiB",
                    *(cpu_of("ip", "-all", "netns", "exec", "ss", flags, size=1) for flags in ("-tin", "-tinp")))
        namespaces.close()


def cpu_of(*command, size):
    """The median of three where that does not take minutes."""
    spent = []
    for _ in range(3 if size <= 30_000 else 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            return f"not done after {LONGEST_SECONDS} s"
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return f"{1000 * statistics.median(spent):,.0f} ms"
