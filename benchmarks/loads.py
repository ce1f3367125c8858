"""The loads of overhead/load.c."""

import subprocess
import time

import machine

TIME_WAIT_THAT_MATTERS = 1_000


def run(load, mode, count):
    """The time of one, in ns, in each of its slices."""
    return [float(line) for line in subprocess.check_output([load, mode, str(count)]).split()]


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


def wait_for_time_wait():
    """Connections of the section before stay in TIME_WAIT for a minute, and every walk over sockets comes to them too."""
    for _ in range(90):
        if machine.tcp_sockets("tw") < TIME_WAIT_THAT_MATTERS:
            return
        time.sleep(1)
