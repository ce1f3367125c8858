"""How fast calls are traced, and what of them is lost."""

import signal
import subprocess
import tempfile
import time

import loads
import processes
import report

TRACED = 1_000_000
SETTLE_SECONDS = 1.5


def trace(tcptop, load):
    """
    Text to a file, of twice as many events as datagrams: at a pace above the target, and flat out. CPU is that of all of tcptop's threads, writing to the
    file included; what the events cost those who make them is the other's.
    """
    for mode, what in (("paced", "events to a file"), ("events", "events to a file, flat out")):
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen([tcptop, "trace", "--udp", "--process", "load"], stdout=output, stderr=errors)
            time.sleep(SETTLE_SECONDS)
            before, begun = processes.cpu_seconds(process.pid), time.monotonic()
            loads.run(load, mode, TRACED)
            rate = 2 * TRACED / (time.monotonic() - begun)
            time.sleep(0.5)
            cpu_us = (processes.cpu_seconds(process.pid) - before) * 1e6
            process.send_signal(signal.SIGTERM)
            process.wait()
            output.seek(0)
            seen = count_lines(output) - 1  # the heading
            errors.seek(0)
            lost = [line for line in errors.read().splitlines() if line.startswith("lost in total")]
        made = 2 * (TRACED + (-TRACED) % 64)
        per_event = cpu_us / seen
        detail = f"{seen:,} of {made:,} printed{'; ' + lost[0] if lost else ', 0 lost'}; {per_event:.2f} us of CPU an event, {rate / 1e6 * per_event:.0%} of a core"
        if mode == "paced":
            report.row(what, f"{rate:,.0f}/s", detail, ">= 300,000/s, 0 lost, <= 2 us", rate >= 300_000 and seen == made and per_event <= 2)
        else:
            report.row(what, f"{rate:,.0f}/s", detail, "what is lost is said", per_event <= 2 and (seen == made or bool(lost)))


def count_lines(output):
    return sum(chunk.count(b"\n") for chunk in iter(lambda: output.read(1 << 20), b""))
