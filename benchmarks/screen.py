"""What the screen costs and how soon it answers a key: the part of the report that measure.py's section "screen" prints."""

import glob
import random
import socket
import statistics
import subprocess
import threading
import time

import loads
from report import row
from terminal import FRAME_END, Terminal

KEYS = 200
MEASURED_SECONDS = 20
ROWS_CHANGED_BYTES = 500  # a frame that only tells the new order has far fewer, one with the rows far more


def measure(tcptop, benchmark, load):
    in_process(benchmark)
    with Traffic() as traffic:
        own_cost(tcptop, traffic)
        keys(tcptop, "200 rows", "1")
    sockets = loads.Sockets(load, 100_000)
    keys(tcptop, "100,000 rows, refreshed twice a second", "0.5")
    sockets.close()


def in_process(benchmark):
    """Each figure is the median of 60 with its 95th percentile, of 100,000 connections."""
    figures = {}
    for line in subprocess.check_output([benchmark], text=True).splitlines():
        name, median, p95 = line.split("\t")
        figures[name] = (float(median), float(p95))
    for name, unit, limit, what in (
        ("window sort", 1000, 10, "100,000 rows: sort + window, the slowest of the columns"),
        ("window deep", 1000, 10, "100,000 rows: sort + window in the middle of them"),
        ("window filter", 1000, 10, "100,000 rows: filter + sort + window, the slowest of six filters, nothing remembered"),
        ("draw unchanged", 1000, 0.2, "100,000 rows: drawing, nothing changed"),
        ("draw refreshed", 1000, 0.2, "100,000 rows: drawing a refresh"),
    ):
        slowest = max((figure for figure in figures if figure.startswith(name)), key=lambda figure: figures[figure][0])
        median, p95 = figures[slowest]
        row(what, f"{median / unit:.3f} ms", f"{slowest}; p95 {p95 / unit:.3f} ms", f"<= {limit} ms", median / unit <= limit)
    median, p95 = figures["bytes of a refreshed frame"]
    row("bytes of a frame in which every row has moved", f"{median:,.0f}", f"p95 {p95:,.0f}; 200x50, 256 colours", "<= 4,096", median <= 4096)


def own_cost(tcptop, traffic):
    """Of the two threads that draw and that cut rows out of the table; the sampler's work is that of a refresh, with any output."""
    terminal = Terminal(tcptop, "--interval", "0.25")
    time.sleep(3)
    before, read = own_cpu_seconds(terminal.pid), len(terminal.output)
    time.sleep(MEASURED_SECONDS)
    spent, written = own_cpu_seconds(terminal.pid) - before, terminal.output[read:]
    frames = written.count(FRAME_END)
    share = 100 * spent / MEASURED_SECONDS
    row("CPU of the screen itself, 200 rows, 4 refreshes a second", f"{share:.2f} % of a core",
        f"threads of screen and view, {MEASURED_SECONDS} s, {traffic.moving} connections moving", "<= 0.6 %", share <= 0.6)
    size = len(written) / max(frames, 1)
    row("bytes of an ordinary frame", f"{size:,.0f}", f"mean of {frames} frames", "<= 4,096", size <= 4096)
    terminal.stop()
    terminal = Terminal(tcptop, "--interval", "3600")
    time.sleep(2)
    terminal.press("j")
    time.sleep(0.5)
    writes, read = terminal.writes(), len(terminal.output)
    for key in "jk" * 25:
        terminal.press(key)
        time.sleep(0.02)
    writes, frames = terminal.writes() - writes, terminal.output[read:].count(FRAME_END)
    row("write() a frame", f"{writes / max(frames, 1):.2f}", f"{writes} for {frames} frames of 50 keys", "1", writes == frames == 50)
    writes, read = terminal.writes(), len(terminal.output)
    time.sleep(2)
    row("bytes written while nothing changes", f"{len(terminal.output) - read}", f"{terminal.writes() - writes} calls in 2 s", "0",
        len(terminal.output) == read and terminal.writes() == writes)
    terminal.stop()


def own_cpu_seconds(pid):
    total = 0
    for task in glob.glob(f"/proc/{pid}/task/*"):
        if task.endswith(f"/{pid}") or open(f"{task}/comm").read().strip() == "view":
            total += int(open(f"{task}/schedstat").read().split()[0])
    return total / 1e9


def keys(tcptop, what, interval):
    """
    Keys at random moments, so that some fall into a refresh. A key that moves is answered by one frame; one that sorts by the frame that has the
    new rows, which is by far the larger where another comes before it.
    """
    generator = random.Random(6)
    terminal = Terminal(tcptop, "--interval", interval)
    time.sleep(4)
    moved = [terminal.time_to_frame("jjkj"[i % 4]) for i in paced(generator)]
    row(f"key to last byte, moving, {what}", *spread(moved))
    # By local address, one way and the other: every row on the screen is another.
    terminal.press("a")
    sorted_in = [terminal.time_to_frame("a", at_least=ROWS_CHANGED_BYTES) for _ in paced(generator)]
    row(f"key to last byte, sorting, {what}", *spread(sorted_in))
    first = [terminal.time_to_frame("a") for _ in paced(generator)]
    row(f"key to the first frame that answers it, sorting, {what}", *spread(first))
    terminal.press("b")
    typed = []
    for i in paced(generator):
        keys_of_filter = ("/", "1", "2", "\x7f", "\x1b")
        typed.append(terminal.time_to_frame(keys_of_filter[i % len(keys_of_filter)]))
    row(f"key to the first frame that answers it, typing a filter, {what}", *spread([t for i, t in enumerate(typed) if i % 5 != 4]))
    terminal.stop()


def paced(generator):
    for i in range(KEYS):
        time.sleep(0.03 + 0.05 * generator.random())
        yield i


def spread(seconds):
    milliseconds = sorted(1000 * s for s in seconds)
    p95 = milliseconds[len(milliseconds) * 95 // 100]
    return f"p95 {p95:.2f} ms", f"median {statistics.median(milliseconds):.2f} ms, longest {milliseconds[-1]:.2f} ms of {len(milliseconds)}", "<= 5 ms", p95 <= 5


class Traffic:
    """A hundred connections on loopback, two rows each, of which some move a little all the time."""

    connections = 100
    moving = 40

    def __enter__(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.pairs = []
        for _ in range(self.connections):
            client = socket.create_connection(listener.getsockname())
            self.pairs.append((client, listener.accept()[0]))
        listener.close()
        self.ended = threading.Event()
        self.sender = threading.Thread(target=self.send)
        self.sender.start()
        return self

    def send(self):
        generator = random.Random(3)
        while not self.ended.wait(0.05):
            for client, server in self.pairs[: self.moving]:
                size = generator.randrange(1, 20_000)
                client.sendall(bytes(size))
                while size:
                    size -= len(server.recv(size))

    def __exit__(self, *_):
        self.ended.set()
        self.sender.join()
        for pair in self.pairs:
            for end in pair:
                end.close()
