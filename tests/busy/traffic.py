#!/usr/bin/python3
"""
usage: traffic.py [--without-udp]

The other people's traffic of "make test BUSY=1": what a suite has beside it on a host that is in
use. Needs root, for the network namespaces.

Prints "up: ..." when all of it is there, and goes on until its input ends, which it does also when
whoever holds the other end is killed, until a signal, or for LONGEST_SECONDS. Nothing has a name
that could stay behind: a namespace lives in its process alone, and a veth pair goes with its
namespace. What was moved, and how fast, is the last line.
"""

import os
import resource
import select
import signal
import sys
import time

import host
import processes
import rooms

LONGEST_SECONDS = 3 * 3600
START_SECONDS = 120

CONNECTIONS = 2_000
NAMESPACES = 50


def main():
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)
    resource.setrlimit(resource.RLIMIT_NOFILE, (16_384, 16_384))
    # Also where signals and the end of the input are not heard.
    signal.alarm(LONGEST_SECONDS)
    crowd = processes.Crowd(LONGEST_SECONDS)
    try:
        made = crowd.wait_until_made(start(crowd, "--without-udp" not in sys.argv), START_SECONDS)
        if (made.connections, made.namespaces) != (CONNECTIONS, NAMESPACES):
            raise RuntimeError(f"made {made}")
        print(
            f"up: {made.connections} connections, {made.namespaces} namespaces,"
            f" {len(crowd.pids)} processes",
            flush=True,
        )
        since, before = time.monotonic(), crowd.moved()
        wait_for_end_of_input(crowd)
        seconds, moved = time.monotonic() - since, crowd.moved() - before
        rate = moved / 1e6 / seconds
        print(f"moved: {moved / 1e6:.0f} MB in {seconds:.0f} s, {rate:.1f} MB/s", flush=True)
    finally:
        crowd.end()


def start(crowd, with_udp):
    """How many of its processes report what they have made."""
    for number in range(NAMESPACES):
        crowd.start(f"room-{number}", rooms.live, number, with_udp)
    # Addresses in a room are not to be had before it is made.
    crowd.wait_until_made(NAMESPACES, START_SECONDS)
    for number in range(host.WORKERS):
        crowd.start(f"worker-{number}", host.keep_connections, number)
    crowd.start("mover", host.move)
    for kind in (host.make_short_connections, host.keep_odd_states, host.change_names):
        crowd.start(kind.__name__, kind)
    if with_udp:
        crowd.start("send_datagrams", host.send_datagrams)
    return len(crowd.pids)


def wait_for_end_of_input(crowd):
    while True:
        readable, _, _ = select.select([sys.stdin], [], [], 1)
        if readable and not os.read(sys.stdin.fileno(), 4096):
            return
        crowd.check()


def end(_signal, _frame):
    sys.exit(0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
