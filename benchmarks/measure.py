"""Measures tcptop against its targets and prints a Markdown report. See README.md.

usage: measure.py TCPTOP LOAD SCREEN [SECTION...]      sections: overhead peers records refresh log start trace screen (default: all)
"""

import csv
import glob
import json
import os
import platform
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import screen

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
TRACED = 1_000_000
TRACE_SETTLE_SECONDS = 1.5
SETTLE_SECONDS = 0.4
SETTLE_TICKS = 4
MEASURED_TICKS = 18
SCREEN = (50, 200)  # rows, columns
TIME_WAIT_THAT_MATTERS = 1_000


def main():
    tcptop, load, screen_benchmark = (os.path.abspath(path) for path in sys.argv[1:4])
    wanted = sys.argv[4:] or ["overhead", "peers", "records", "refresh", "log", "start", "trace", "screen"]
    print(f"# Benchmark of tcptop {subprocess.check_output([tcptop, '--version'], text=True).split()[1].split('+')[0]}\n")
    print(f"{time.strftime('%Y-%m-%d')}, Linux {platform.release().split('-')[0]} {platform.machine()}, {os.cpu_count()} cores, {cpu_model()}\n")
    print("| what | measured | spread or detail | target | |\n|---|---|---|---|---|")
    for name, section in (("overhead", overhead), ("peers", peers), ("records", records), ("refresh", refresh), ("log", log), ("start", start),
                          ("trace", trace)):
        if name in wanted:
            section(tcptop, load)
    if "screen" in wanted:
        screen.measure(tcptop, screen_benchmark, lambda count: Sockets(load, count), row)


def row(what, value, detail, target, met):
    print(f"| {what} | {value} | {detail} | {target} | {'met' if met else 'MISSED'} |", flush=True)


def cpu_model():
    with open("/proc/cpuinfo") as cpuinfo:
        return next((line.split(":")[1].strip() for line in cpuinfo if line.startswith("model name")), "unknown CPU")


def cpu_seconds(pid):
    """Of all its threads, user and kernel."""
    return sum(int(open(path).read().split()[0]) for path in glob.glob(f"/proc/{pid}/task/*/schedstat")) / 1e9


def cpu_per_second(pid):
    """In ms, for each of the measured ticks."""
    ticks = []
    for _ in range(MEASURED_TICKS):
        before = cpu_seconds(pid)
        time.sleep(1)
        ticks.append((cpu_seconds(pid) - before) * 1000)
    return ticks


class Screen:
    """tcptop's full-screen view on a pseudo-terminal that is read as fast as it is written."""

    def __init__(self, tcptop, *arguments):
        self.output = bytearray()
        self.started = time.monotonic()
        self.last_output = self.started
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm-256color"
            os.environ["LANG"] = "C.UTF-8"
            import fcntl, struct, termios
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *SCREEN, 0, 0))
            os.execv(tcptop, [tcptop, *arguments])
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while True:
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                return
            if not data:
                return
            self.last_output = time.monotonic()
            self.output += data

    def cpu_seconds(self):
        return cpu_seconds(self.pid)

    def resident_mib(self):
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024

    def stop(self):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def wait_for_time_wait():
    """Connections of the section before stay in TIME_WAIT for a minute, and every walk over sockets comes to them too."""
    for _ in range(90):
        with open("/proc/net/sockstat") as sockstat:
            words = next(line.split() for line in sockstat if line.startswith("TCP:"))
        if int(words[words.index("tw") + 1]) < TIME_WAIT_THAT_MATTERS:
            return
        time.sleep(1)


class Sockets:
    """So many connected sockets, held open until closed."""

    def __init__(self, load, count):
        wait_for_time_wait()
        self.process = subprocess.Popen([load, "hold", str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline().strip() != b"ready":
            raise SystemExit("error: the sockets could not be made")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def overhead(tcptop, load):
    """
    Rounds with and without, each the other way round than the one before, so that what drifts falls on both. Each gives many slices of time.
    What else happens on the machine only ever makes a slice longer: lower quartiles are compared, the medians told.
    """
    for mode, count, target, what in OVERHEADS:
        without, watched = [], []

        def run_watched():
            screen = Screen(tcptop)
            time.sleep(SETTLE_SECONDS)
            watched.extend(run_load(load, mode, count))
            screen.stop()

        def run_without():
            time.sleep(SETTLE_SECONDS)
            without.extend(run_load(load, mode, count))

        for number in range(ROUNDS):
            for run in (run_watched, run_without) if number % 2 else (run_without, run_watched):
                run()
        ratio = lower_quartile(watched) / lower_quartile(without)
        row(f"{what}, watched / not", f"{ratio:.3f}",
            f"lower quartiles {lower_quartile(without):,.0f} and {lower_quartile(watched):,.0f} ns, medians "
            f"{statistics.median(without):,.0f} and {statistics.median(watched):,.0f}; {len(watched)} slices each", f"<= {target}", ratio <= target)


def peers(tcptop, load):
    """Datagrams of one socket to 10,000 peers cost what those to one do, and are all counted, in bounded memory."""
    cost = {}
    for mode in ("one", "peers"):
        without = lower_quartile(run_load(load, mode, DATAGRAMS // 4))
        screen = Screen(tcptop)
        time.sleep(SETTLE_SECONDS)
        watched = lower_quartile(run_load(load, mode, DATAGRAMS // 4))
        cost[mode] = watched / without
        if mode == "peers":
            time.sleep(1.5)
            memory = screen.resident_mib()
        screen.stop()
    ratio = cost["peers"] / cost["one"]
    row("datagrams to 10,000 peers against one, each watched / not", f"{ratio:.3f}", f"{cost['peers']:.3f} and {cost['one']:.3f}", "about 1", ratio <= 1.1)
    row("resident memory, 10,000 UDP flows", f"{memory:.1f} MiB", "VmRSS", "bounded", memory <= 120)
    rows = batch_rows(tcptop, lambda: run_load(load, "peers", DATAGRAMS))
    last = {(r["cookie"], r["remote_port"], r["rest"]): r for r in ({**r, "rest": r["remote_port"] == 0} for r in rows if r["process"] == "load")}
    sent, size = sum(r["packets_out"] for r in last.values()), sum(r["bytes_out"] for r in last.values())
    row(f"{DATAGRAMS:,} datagrams as fast as one thread can, to 10,000 peers", f"{sent:,} counted", f"{size - DATAGRAMS * 64} bytes of error",
        "all, 0 bytes of error", sent == DATAGRAMS and size == DATAGRAMS * 64)


def batch_rows(tcptop, load):
    """What --batch says of a load, from before it to after its sockets have closed."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen([tcptop, "--batch", "--format", "json", "--interval", "2"], stdout=output)
        time.sleep(1.5)
        load()
        time.sleep(4.5)
        process.send_signal(signal.SIGTERM)
        process.wait()
        output.seek(0)
        return [json.loads(line) for line in output]


def lower_quartile(values):
    return statistics.quantiles(values, n=4)[0]


def run_load(load, mode, count):
    return [float(line) for line in subprocess.check_output([load, mode, str(count)]).split()]


def records(tcptop, load):
    """Every short connection has its two final rows, with all payload."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen([tcptop, "--batch", "--format", "json", "--interval", "1"], stdout=output, stderr=errors)
        time.sleep(1.5)
        run_load(load, "cycle", CYCLES)
        time.sleep(2.5)
        process.send_signal(signal.SIGTERM)
        process.wait()
        output.seek(0)
        errors.seek(0)
        closed = [r for r in map(json.loads, output) if r["closed"] and r["process"] == "load"]
        complaints = errors.read().strip()
    sent = sum(r["bytes_out"] for r in closed)
    received = sum(r["bytes_in"] for r in closed)
    want = CYCLES * 64
    row("final records of 20,000 short connections", f"{len(closed):,} of {2 * CYCLES:,}",
        f"error {sent - want} bytes sent, {received - want} received{'; ' + complaints if complaints else ''}",
        "all, 0 bytes of error", len(closed) == 2 * CYCLES and sent == want and received == want)


def refresh(tcptop, load):
    for count, target in ((10_000, 15), (100_000, 130)):
        sockets = Sockets(load, count)
        screen = Screen(tcptop)
        time.sleep(SETTLE_TICKS)
        ticks = cpu_per_second(screen.pid)
        mean = statistics.mean(ticks)
        row(f"CPU per refresh, {count:,} sockets", f"{mean:.1f} ms", f"ticks {min(ticks):.1f} to {max(ticks):.1f}; owners as often as they are due",
            f"<= {target} ms", mean <= target)
        memory = screen.resident_mib()
        if count == 100_000:
            # Nothing is born: open files are walked every three seconds, in one tick of three.
            ticks.sort()
            walk = statistics.median(ticks[-(MEASURED_TICKS // 3):]) - statistics.median(ticks[:MEASURED_TICKS // 2])
            row("owners pass over 100,000 descriptors", f"{walk:.1f} ms", "CPU of the ticks that have one, less that of the others", "<= 80 ms", walk <= 80)
            row("resident memory, 100,000 sockets", f"{memory:.1f} MiB", "VmRSS, all that the kernel maps for us included", "<= 120 MiB", memory <= 120)
        screen.stop()
        sockets.close()


def log(tcptop, load):
    """A tick of --log with 10,000 connections: the refresh, all their rows as CSV, and the write to a file."""
    count, target = 10_000, 25
    sockets = Sockets(load, count)
    with tempfile.NamedTemporaryFile() as output:
        process = subprocess.Popen([tcptop, "--log", output.name])
        time.sleep(SETTLE_TICKS)
        ticks = cpu_per_second(process.pid)
        with open(f"/proc/{process.pid}/status") as status:
            memory = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024
        process.send_signal(signal.SIGTERM)
        process.wait()
        with open(output.name, newline="") as file:
            times = [row["timestamp"] for row in csv.DictReader(file) if row["process"] == "load"]
        size = os.path.getsize(output.name)
    sockets.close()
    rows = statistics.median(times.count(tick) for tick in set(times))
    mean = statistics.mean(ticks)
    row(f"CPU per tick of --log, {count:,} connections", f"{mean:.1f} ms",
        f"ticks {min(ticks):.1f} to {max(ticks):.1f}; {rows:,.0f} rows each, {size / len(times):.0f} bytes a row, VmRSS {memory:.1f} MiB",
        f"<= {target} ms", mean <= target and rows >= count)


def trace(tcptop, load):
    """
    Text to a file, of twice as many events as datagrams: at a pace above the target, and flat out. CPU is that of all of tcptop's threads, writing to the
    file included; what the events cost those who make them is the other's.
    """
    for mode, what in (("paced", "events to a file"), ("events", "events to a file, flat out")):
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen([tcptop, "trace", "--udp", "--process", "load"], stdout=output, stderr=errors)
            time.sleep(TRACE_SETTLE_SECONDS)
            before, begun = cpu_seconds(process.pid), time.monotonic()
            run_load(load, mode, TRACED)
            rate = 2 * TRACED / (time.monotonic() - begun)
            time.sleep(0.5)
            cpu_us = (cpu_seconds(process.pid) - before) * 1e6
            process.send_signal(signal.SIGTERM)
            process.wait()
            output.seek(0)
            seen = count_lines(output) - 1  # the heading
            errors.seek(0)
            lost = [line for line in errors.read().splitlines() if line.startswith("lost in all")]
        made = 2 * (TRACED + (-TRACED) % 64)
        per_event = cpu_us / seen
        detail = f"{seen:,} of {made:,} printed{'; ' + lost[0] if lost else ', 0 lost'}; {per_event:.2f} us of CPU an event, {rate / 1e6 * per_event:.0%} of a core"
        if mode == "paced":
            row(what, f"{rate:,.0f}/s", detail, ">= 300,000/s, 0 lost, <= 2 us", rate >= 300_000 and seen == made and per_event <= 2)
        else:
            row(what, f"{rate:,.0f}/s", detail, "what is lost is said", per_event <= 2 and (seen == made or bool(lost)))


def count_lines(output):
    return sum(chunk.count(b"\n") for chunk in iter(lambda: output.read(1 << 20), b""))


def start(tcptop, load):
    times = []
    for _ in range(15):
        screen = Screen(tcptop, "--interval", "5")
        while b"State" not in screen.output or time.monotonic() - screen.last_output < 0.3:
            select.select([], [], [], 0.02)
            if time.monotonic() - screen.started > 5:
                raise SystemExit("error: no first frame within 5 s")
        times.append((screen.last_output - screen.started) * 1000)
        screen.stop()
    row("start to first full frame", f"{statistics.median(times):.1f} ms", f"{min(times):.1f} to {max(times):.1f}, from fork to the frame's last byte",
        "<= 60 ms", statistics.median(times) <= 60)
    screen = Screen(tcptop)
    time.sleep(5)
    memory = screen.resident_mib()
    row("resident memory, idle host", f"{memory:.1f} MiB", "VmRSS after 5 s", "<= 25 MiB", memory <= 25)
    screen.stop()
    size = os.path.getsize(tcptop) / 1e6
    row("binary", f"{size:.2f} MB", "stripped", "<= 6 MB", size <= 6)


main()
