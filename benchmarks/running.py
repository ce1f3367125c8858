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
    for count, target in ((10_000, 15), (100_000, 130)):
        sockets = loads.Sockets(load, count)
        screen = Terminal(tcptop)
        time.sleep(SETTLE_TICKS)
        ticks = processes.cpu_ms_of_seconds(screen.pid, MEASURED_TICKS)
        mean = statistics.mean(ticks)
        report.row(f"CPU per refresh, {count:,} sockets", f"{mean:.1f} ms", f"ticks {min(ticks):.1f} to {max(ticks):.1f}; owners as often as they are due",
            f"<= {target} ms", mean <= target)
        memory = screen.resident_mib()
        if count == 100_000:
            # Nothing is born: open files are walked every three seconds, in one tick of three.
            ticks.sort()
            walk = statistics.median(ticks[-(MEASURED_TICKS // 3):]) - statistics.median(ticks[:MEASURED_TICKS // 2])
            report.row("owners pass over 100,000 descriptors", f"{walk:.1f} ms", "CPU of the ticks that have one, less that of the others", "<= 80 ms", walk <= 80)
            report.row("resident memory, 100,000 sockets", f"{memory:.1f} MiB", "VmRSS, all that the kernel maps for us included", "<= 120 MiB", memory <= 120)
        screen.stop()
        sockets.close()


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
    screen = Terminal(tcptop)
    time.sleep(5)
    memory = screen.resident_mib()
    report.row("resident memory, idle host", f"{memory:.1f} MiB", "VmRSS after 5 s", "<= 25 MiB", memory <= 25)
    screen.stop()
    size = os.path.getsize(tcptop) / 1e6
    report.row("binary", f"{size:.2f} MB", "stripped", "<= 6 MB", size <= 6)
