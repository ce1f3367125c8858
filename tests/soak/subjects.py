"""The tcptops of a soak: a screen on a pseudo-terminal, a batch whose rows are added up, a trace whose events are."""

import collections
import json
import re
import signal
import subprocess
import threading

import churn
from terminal import FRAME_END, Terminal

SCREEN_SIZE = (50, 160)  # rows, columns
# Sorts, scrolls, shows more columns and less, filters, opens the help and closes it.
KEYS = ("r", "jjjj", "c", "n", "/soak\r", "s", "\x1b", "c", "?", "?", "a", "G", "b")
SHORTEST_INTERVAL, USUAL_INTERVAL = "---", "+++"  # 0.1 s, and the 1 s that it starts with
LOSS = re.compile(rb"[^\x1b]{0,80}\(\? explains\)|Lost: [a-z_]+ \d+")
END_SECONDS = 20


class Screen(Terminal):
    name = "the screen"
    counts = ()

    def __init__(self, tcptop):
        super().__init__(tcptop, size=SCREEN_SIZE)
        self._keys = 0
        self._press(SHORTEST_INTERVAL)

    @property
    def losses(self):
        return [f"the screen has '{found.decode()}'" for found in LOSS.findall(self.output)]

    def use(self):
        """As a user would: one key or two, each time another."""
        self._press(KEYS[self._keys % len(KEYS)])
        self._keys += 1

    def slow_down(self):
        """Back to one refresh a second. While the help is open a key only closes it."""
        if self._keys % len(KEYS) == KEYS.index("?") + 1:
            self.use()
        self._press(USUAL_INTERVAL)

    @property
    def frames(self):
        return self.output.count(FRAME_END)

    def _press(self, keys):
        try:
            self.press(keys)
        except OSError:
            pass  # it has ended, which the next sample tells


class Counting:
    """One that prints JSON, which is added up by process as it comes."""

    def __init__(self, tcptop, *arguments):
        self.seen = collections.defaultdict(collections.Counter)
        self._said = []
        self._process = subprocess.Popen([tcptop, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.pid = self._process.pid
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._read, self._listen)]
        for thread in self._threads:
            thread.start()

    @property
    def losses(self):
        return [line for line in self._said if "lost" in line]

    def use(self):
        pass

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        for thread in self._threads:
            thread.join(END_SECONDS)
        return code

    def _listen(self):
        for line in self._process.stderr:
            self._said.append(line.decode(errors="replace").strip())

    def _read(self):
        for line in self._process.stdout:
            if self.wanted in line:
                self._add(json.loads(line))


class Batch(Counting):
    """Its rows of what has ended have the totals; all of them are of the load, by its name."""

    name = "batch"
    counts = churn.AMOUNTS
    wanted = b'"closed":true'

    def __init__(self, tcptop, process_name):
        self._process_name = process_name
        super().__init__(tcptop, "--batch", "--format", "json")

    def _add(self, row):
        if row["process"] != self._process_name:
            return
        if row["proto"] == "tcp":
            moved = {churn.ENDS: 1, churn.TCP_SENT: row["bytes_out"], churn.TCP_RECEIVED: row["bytes_in"]}
        else:
            moved = {
                churn.UDP_SENT: row["packets_out"], churn.UDP_SENT_BYTES: row["bytes_out"],
                churn.UDP_RECEIVED: row["packets_in"], churn.UDP_RECEIVED_BYTES: row["bytes_in"],
            }
        self.seen[row["pid"]].update(moved)


class Trace(Counting):
    """Its events are calls: of a connection they tell the bytes, not that it was one."""

    name = "trace"
    counts = churn.AMOUNTS[1:]
    wanted = b'"bytes":'

    BYTES = {
        ("tcp", "send"): (churn.TCP_SENT, None), ("tcp", "recv"): (churn.TCP_RECEIVED, None),
        ("udp", "send"): (churn.UDP_SENT_BYTES, churn.UDP_SENT), ("udp", "recv"): (churn.UDP_RECEIVED_BYTES, churn.UDP_RECEIVED),
    }

    def __init__(self, tcptop, process_name):
        super().__init__(tcptop, "trace", "--format", "json", "--process", process_name)

    def _add(self, event):
        if event["event"] == "state":
            return
        size, calls = self.BYTES[event["proto"], event["event"]]
        seen = self.seen[event["pid"]]
        seen[size] += event["bytes"]
        if calls:
            seen[calls] += 1
