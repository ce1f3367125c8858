"""What watching costs the watched, and that nothing of what passes is lost meanwhile."""

import json
import signal
import statistics
import subprocess
import tempfile
import time

import loads
import report
from terminal import Terminal

ROUNDS = 20
PAIRS = 100_000
CYCLES = 20_000
# Where datagrams are counted at the cgroup hooks, TCP's packets pass there too: 1.06 is its target then, else 1.02.
OVERHEADS = (
    ("pair", PAIRS, 1.06, "64-byte TCP send + receive"),
    ("udp", PAIRS, 1.15, "64-byte UDP send + receive"),
    ("cycle", CYCLES, 1.12, "connect to close cycle"),
)
DATAGRAMS = 2_000_000
SETTLE_SECONDS = 0.4


def overhead(tcptop, load):
    """
    Rounds with and without, each the other way round than the one before, so that what drifts falls on both. Each gives many slices of time.
    What else happens on the machine only ever makes a slice longer: lower quartiles are compared, the medians told.
    """
    for mode, count, target, what in OVERHEADS:
        without, watched = [], []

        def run_watched():
            screen = Terminal(tcptop)
            time.sleep(SETTLE_SECONDS)
            watched.extend(loads.run(load, mode, count))
            screen.stop()

        def run_without():
            time.sleep(SETTLE_SECONDS)
            without.extend(loads.run(load, mode, count))

        for number in range(ROUNDS):
            for run in (run_watched, run_without) if number % 2 else (run_without, run_watched):
                run()
        ratio = report.lower_quartile(watched) / report.lower_quartile(without)
        report.row(f"{what}, watched / not", f"{ratio:.3f}",
            f"lower quartiles {report.lower_quartile(without):,.0f} and {report.lower_quartile(watched):,.0f} ns, medians "
            f"{statistics.median(without):,.0f} and {statistics.median(watched):,.0f}; {len(watched)} slices each", f"<= {target}", ratio <= target)


def peers(tcptop, load):
    """Datagrams of one socket to 10,000 peers cost what those to one do, and are all counted, in bounded memory."""
    cost = {}
    for mode in ("one", "peers"):
        without = report.lower_quartile(loads.run(load, mode, DATAGRAMS // 4))
        screen = Terminal(tcptop)
        time.sleep(SETTLE_SECONDS)
        watched = report.lower_quartile(loads.run(load, mode, DATAGRAMS // 4))
        cost[mode] = watched / without
        if mode == "peers":
            time.sleep(1.5)
            memory = screen.resident_mib()
        screen.stop()
    ratio = cost["peers"] / cost["one"]
    report.row("datagrams to 10,000 peers against one, each watched / not", f"{ratio:.3f}", f"{cost['peers']:.3f} and {cost['one']:.3f}", "about 1", ratio <= 1.1)
    report.row("resident memory, 10,000 UDP flows", f"{memory:.1f} MiB", "VmRSS", "bounded", memory <= 120)
    rows, complaints = batch_rows(tcptop, lambda: loads.run(load, "peers", DATAGRAMS), interval=2)
    last = {(r["cookie"], r["remote_port"], r["rest"]): r for r in ({**r, "rest": r["remote_port"] == 0} for r in rows if r["process"] == "load")}
    sent, size = sum(r["packets_out"] for r in last.values()), sum(r["bytes_out"] for r in last.values())
    report.row(f"{DATAGRAMS:,} datagrams as fast as one thread can, to 10,000 peers", f"{sent:,} counted", f"{size - DATAGRAMS * 64} bytes of error{'; ' + complaints if complaints else ''}",
        "all, 0 bytes of error", sent == DATAGRAMS and size == DATAGRAMS * 64)


def records(tcptop, load):
    """Every short connection has its two final rows, with all payload."""
    rows, complaints = batch_rows(tcptop, lambda: loads.run(load, "cycle", CYCLES), interval=1)
    closed = [r for r in rows if r["closed"] and r["process"] == "load"]
    sent = sum(r["bytes_out"] for r in closed)
    received = sum(r["bytes_in"] for r in closed)
    want = CYCLES * 64
    report.row("final records of 20,000 short connections", f"{len(closed):,} of {2 * CYCLES:,}",
        f"error {sent - want} bytes sent, {received - want} received{'; ' + complaints if complaints else ''}",
        "all, 0 bytes of error", len(closed) == 2 * CYCLES and sent == want and received == want)


def batch_rows(tcptop, load, interval):
    """What --batch says of a load, from before it to after its sockets have closed: rows, and what it has to say besides."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen([tcptop, "--batch", "--format", "json", "--interval", f"{interval}"], stdout=output, stderr=errors)
        time.sleep(1.5)
        load()
        time.sleep(2 * interval + 0.5)
        process.send_signal(signal.SIGTERM)
        process.wait()
        output.seek(0)
        errors.seek(0)
        return [json.loads(line) for line in output], errors.read().strip()
