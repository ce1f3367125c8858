"""What tcptop itself needs: CPU by the tick, memory, time to start."""

import csv
import os
import select
import signal
import statistics
import subprocess
import tempfile
import time

import loads
import processes
import report
from terminal import Terminal

SETTLE_TICKS = 4
MEASURED_TICKS = 18


def refresh(tcptop, load):
    for count, active, target in ((10_000, False, 5), (100_000, False, 15), (100_000, True, 75)):
        sockets = loads.Sockets(load, count, active)
        ticks, memory = processes.cost_of(Terminal(tcptop), SETTLE_TICKS, MEASURED_TICKS)
        mean = statistics.mean(ticks)
        report.row(f"CPU per refresh, {count:,} {'active' if active else 'idle'} sockets", f"{mean:.1f} ms",
            f"median {statistics.median(ticks):.1f}, ticks {min(ticks):.1f} to {max(ticks):.1f}; owners as often as they are due", f"<= {target} ms", mean <= target)
        if count == 100_000:
            report.row(f"resident memory, 100,000 {'active' if active else 'idle'} sockets", f"{memory:.1f} MiB", "VmRSS, all that the kernel maps for us included", "<= 90 MiB",
                memory <= 90)
        sockets.close()


def idle(tcptop, load):
    """A host on which nothing happens, by the screen and by a batch."""
    for name, start in (("screen", lambda: Terminal(tcptop)), ("batch", lambda: Batch(tcptop))):
        ticks, memory = processes.cost_of(start(), SETTLE_TICKS, MEASURED_TICKS)
        mean = statistics.mean(ticks)
        report.row(f"CPU a second, idle host, {name}", f"{mean:.1f} ms", f"median {statistics.median(ticks):.1f}, {min(ticks):.1f} to {max(ticks):.1f}", "<= 3 ms", mean <= 3)
        report.row(f"resident memory, idle host, {name}", f"{memory:.1f} MiB", f"VmRSS after {SETTLE_TICKS + MEASURED_TICKS} s", "<= 15 MiB", memory <= 15)


class Batch:
    """What --batch costs beside its output, which goes nowhere."""

    def __init__(self, tcptop):
        self._process = subprocess.Popen([tcptop, "--batch"], stdout=subprocess.DEVNULL)
        self.pid = self._process.pid

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()


def log(tcptop, load):
    """A tick of --log with 10,000 connections: the refresh, all their rows as CSV, and the write to a file."""
    count, target = 10_000, 25
    sockets = loads.Sockets(load, count)
    with tempfile.NamedTemporaryFile() as output:
        process = subprocess.Popen([tcptop, "--log", output.name])
        time.sleep(SETTLE_TICKS)
        ticks = processes.cpu_ms_of_seconds(process.pid, MEASURED_TICKS)
        memory = processes.resident_mib(process.pid)
        process.send_signal(signal.SIGTERM)
        process.wait()
        with open(output.name, newline="") as file:
            times = [row["timestamp"] for row in csv.DictReader(file) if row["process"] == "load"]
        size = os.path.getsize(output.name)
    sockets.close()
    rows = statistics.median(times.count(tick) for tick in set(times))
    mean = statistics.mean(ticks)
    report.row(f"CPU per tick of --log, {count:,} connections", f"{mean:.1f} ms",
        f"ticks {min(ticks):.1f} to {max(ticks):.1f}; {rows:,.0f} rows each, {size / len(times):.0f} bytes a row, VmRSS {memory:.1f} MiB",
        f"<= {target} ms", mean <= target and rows >= count)


def start(tcptop, load):
    times = []
    for _ in range(15):
        screen = Terminal(tcptop, "--interval", "5")
        while b"State" not in screen.output or time.monotonic() - screen.last_output < 0.3:
            select.select([], [], [], 0.02)
            if time.monotonic() - screen.started > 5:
                raise SystemExit("error: no first frame within 5 s")
        times.append((screen.last_output - screen.started) * 1000)
        screen.stop()
    report.row("start to first full frame", f"{statistics.median(times):.1f} ms", f"{min(times):.1f} to {max(times):.1f}, from fork to the frame's last byte",
        "<= 60 ms", statistics.median(times) <= 60)
    times = []
    for _ in range(31):
        began = time.monotonic()
        subprocess.run([tcptop, "--batch", "--now", "-n", "1"], stdout=subprocess.DEVNULL, check=True)
        times.append((time.monotonic() - began) * 1000)
    report.row("start and end of --batch --now -n 1", f"{statistics.median(times):.1f} ms", f"{min(times):.1f} to {max(times):.1f}, from fork to the end", "<= 65 ms",
        statistics.median(times) <= 65)
    size = os.path.getsize(tcptop) / 1e6
    report.row("binary", f"{size:.2f} MB", "stripped", "<= 6 MB", size <= 6)
