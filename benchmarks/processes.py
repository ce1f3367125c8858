"""What processes cost, as the kernel has counted it."""

import glob
import time


def cpu_seconds(pid):
    """Of all its threads, user and kernel."""
    return sum(int(open(path).read().split()[0]) for path in glob.glob(f"/proc/{pid}/task/*/schedstat")) / 1e9


def cpu_ms_of_seconds(pid, seconds):
    """CPU time in ms, in each of so many seconds."""
    spent = []
    for _ in range(seconds):
        before = cpu_seconds(pid)
        time.sleep(1)
        spent.append((cpu_seconds(pid) - before) * 1000)
    return spent


def cost_of(watcher, settle_seconds, seconds):
    """CPU time in ms in each of so many seconds, and what is resident after them; ends the watcher."""
    time.sleep(settle_seconds)
    ticks, memory = cpu_ms_of_seconds(watcher.pid, seconds), resident_mib(watcher.pid)
    watcher.stop()
    return ticks, memory


def resident_mib(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024
