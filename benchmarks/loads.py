"""The loads of overhead/load.c."""

import os
import subprocess
import time

import machine

TIME_WAIT_THAT_MATTERS = 1_000


def run(load, mode, count):
    """The time of one, in ns, in each of its slices."""
    return [float(line) for line in subprocess.check_output([load, mode, str(count)]).split()]


class Sockets:
    """So many connected sockets, held open until closed; idle, or active once a second."""

    def __init__(self, load, count, active=False):
        wait_for_time_wait()
        self.process = subprocess.Popen([load, "stir" if active else "hold", str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline().strip() != b"ready":
            raise SystemExit("error: the sockets could not be made")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def wait_for_time_wait():
    """Connections of the section before stay in TIME_WAIT for a minute, and every walk over sockets comes to them too."""
    for _ in range(90):
        if machine.tcp_sockets("tw") < TIME_WAIT_THAT_MATTERS:
            return
        time.sleep(1)


class Namespaces:
    """So many network namespaces, with a connection in each."""

    def __init__(self, load, count):
        self._names = [f"tcptop-bench-{os.getpid()}-{i}" for i in range(count)]
        self._holders = []
        for name in self._names:
            subprocess.run(["ip", "netns", "add", name], check=True)
            subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
            holder = subprocess.Popen(["ip", "netns", "exec", name, load, "hold", "2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._holders.append(holder)
            if holder.stdout.readline().strip() != b"ready":
                raise SystemExit("error: a connection in a network namespace could not be made")

    def close(self):
        for holder in self._holders:
            holder.stdin.close()
            holder.wait()
        for name in self._names:
            subprocess.run(["ip", "netns", "delete", name], check=True)
