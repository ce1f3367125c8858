"""
The churn of a soak: benchmarks/overhead/load in ever new processes, so that connections, processes, network namespaces and UDP peers come and go all the
time, at a pace that takes a fraction of a core. Of each process it is known what it moves; that is added up by process, to be compared.
"""

import collections
import os
import subprocess
import threading
import time

MESSAGE_BYTES = 64
STEP_SECONDS = 0.25
DRIFT_DATAGRAMS = 1_500  # 15 s
HELD_SOCKETS = 100
HELD_SECONDS = 12
PATIENCE_SECONDS = 60


# What is compared, by process. All ends of a connection are in one process: a message is sent by one and received by the other.
ENDS, TCP_SENT, TCP_RECEIVED = "ends of TCP connections", "TCP bytes sent", "TCP bytes received"
UDP_SENT, UDP_SENT_BYTES = "datagrams sent", "UDP bytes sent"
UDP_RECEIVED, UDP_RECEIVED_BYTES = "datagrams received", "UDP bytes received"
AMOUNTS = (ENDS, TCP_SENT, TCP_RECEIVED, UDP_SENT, UDP_SENT_BYTES, UDP_RECEIVED, UDP_RECEIVED_BYTES)


def tcp(connections, messages):
    size = messages * MESSAGE_BYTES
    return {ENDS: 2 * connections, TCP_SENT: size, TCP_RECEIVED: size}


def udp(sent, received):
    return {UDP_SENT: sent, UDP_SENT_BYTES: sent * MESSAGE_BYTES, UDP_RECEIVED: received, UDP_RECEIVED_BYTES: received * MESSAGE_BYTES}


# What the modes of the load move, told its count.
MOVES = {
    "cycle": lambda count: tcp(count, count),
    "pair": lambda count: tcp(1, count),
    "udp": lambda count: udp(count, count),
    "peers": lambda count: udp(count, 0),
    "drift": lambda count: udp(count, 0),
}
# One after the other, four a second; "in a namespace" means one that is made for it and removed after it.
STEPS = (("cycle", 20, False), ("peers", 200, False), ("pair", 50, False), ("cycle", 10, True), ("udp", 100, False), ("cycle", 20, False), ("udp", 20, True))

# Before them, one a second: more than the rings of final records and of events hold, and more flows at once than there will be later. Memory that the kernel
# maps counts as resident only when it has been touched.
OPENING = (*(("cycle", 1_500, False),) * 10, ("peers", 2_000, False))


class Churn:
    """Runs on a thread of its own from start to stop, by when every process of it has ended."""

    def __init__(self, load):
        self.load = load
        self.moved = collections.defaultdict(collections.Counter)  # by process id: should one come again, both are in one sum, here and with tcptop
        self.made = collections.Counter()
        self.failure = None
        self._long = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self):
        self._thread.start()

    def stop(self):
        self._stopping.set()
        self._thread.join()

    def _run(self):
        try:
            for opening in OPENING:
                self._step(0, *opening)
                self._stopping.wait(1)
            due, number = time.monotonic(), 0
            while not self._stopping.wait(max(0, due - time.monotonic())):
                self._keep_long_ones()
                self._step(number, *STEPS[number % len(STEPS)])
                due = max(due + STEP_SECONDS, time.monotonic())
                number += 1
        except Exception as error:
            self._fail(error)
        for process in self._long:
            try:
                process.end()
            except Exception as error:
                self._fail(error)

    def _fail(self, error):
        """Told by the run, which then fails; the first is what led to others."""
        self.failure = self.failure or f"{type(error).__name__}: {error}"

    def _keep_long_ones(self):
        for process in [process for process in self._long if process.is_due()]:
            process.end()
            self._long.remove(process)
        for kind in (Drift, Held):
            if not any(isinstance(process, kind) for process in self._long):
                self._long.append(kind(self))

    def _step(self, number, mode, count, in_namespace):
        if not in_namespace:
            self._finish(self.begin(mode, count))
            return
        name = f"tcptop-soak-{os.getpid()}-{number}"
        subprocess.run(["ip", "netns", "add", name], check=True)
        try:
            subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
            # "ip netns exec" becomes the program, so the process is its own.
            self._finish(self.begin(mode, count, "ip", "netns", "exec", name))
        finally:
            subprocess.run(["ip", "netns", "delete", name], check=True)
        self.made["network namespaces"] += 1

    def begin(self, mode, count, *within):
        process = subprocess.Popen([*within, self.load, mode, str(count)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.add(process.pid, MOVES[mode](count))
        return process

    def add(self, pid, moved):
        self.moved[pid].update(moved)
        self.made["processes with sockets"] += 1

    @staticmethod
    def _finish(process):
        if process.wait(PATIENCE_SECONDS) != 0:
            raise RuntimeError(f"{' '.join(process.args)} ended with {process.returncode}")


class Drift:
    """A UDP socket that stays while its peers change."""

    def __init__(self, churn):
        self._process = churn.begin("drift", DRIFT_DATAGRAMS)

    def is_due(self):
        return self._process.poll() is not None

    def end(self):
        if self._process.wait(PATIENCE_SECONDS) != 0:
            raise RuntimeError(f"drift ended with {self._process.returncode}")


class Held:
    """Connections that stay for a while, and end by the death of their process."""

    def __init__(self, churn):
        self._until = time.monotonic() + HELD_SECONDS
        self._process = subprocess.Popen([churn.load, "hold", str(HELD_SOCKETS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._process.stdout.readline().strip() != b"ready":
            raise RuntimeError("the connections to be held could not be made")
        with open(f"/proc/{self._process.pid}/task/{self._process.pid}/children") as children:
            (holder,) = children.read().split()
        churn.add(int(holder), tcp(HELD_SOCKETS // 2, HELD_SOCKETS // 2))

    def is_due(self):
        return time.monotonic() >= self._until

    def end(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(PATIENCE_SECONDS)
