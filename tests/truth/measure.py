#!/usr/bin/env python3
"""Runs workloads at places, as root, and prints what was compared: "ok:", "FAILED:" and "SKIPPED:" lines, and "@" lines with figures for the report.

usage: measure.py [--while-stdin-is-open] PLACE[:WORKLOAD,...]...        places: those of places.MAKERS
"""

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import compare
import places
from checks import Checks
from scene import Scene
from witnesses import Unreliable, Witnesses
from workloads import ALL
from workloads.postgres import server_program

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
WITNESSES = ("ss", "tcpdump", "ip", "tc", "stdbuf")
FIRST_PORT = 24001
ATTEMPTS = 3
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main():
    for number in STOPS:
        signal.signal(number, stop)
    arguments = sys.argv[1:]
    if arguments[:1] == ["--while-stdin-is-open"]:
        del arguments[0]
        threading.Thread(target=stop_at_end_of_stdin, daemon=True).start()
    os.environ["PATH"] = SYSTEM_PATH
    os.environ["LC_ALL"] = "C"
    passed = failed = compared = 0
    tell("host", kernel=platform.release(), versions=versions())
    if lacking := [name for name in WITNESSES if not shutil.which(name)]:
        sys.exit(f"error: nothing can be compared without {', '.join(lacking)}")
    for argument in arguments:
        name, _, chosen = argument.partition(":")
        if name == "lossy?":
            tell("netem", here=places.can_lose_at_random())
            continue
        for port, workload in enumerate(chosen.split(",") if chosen else ALL, FIRST_PORT):
            checks = run(name, workload, port)
            passed, failed, compared = passed + checks.passed, failed + checks.failed, compared + checks.compared
    tell("compared", times=compared)
    print(f"{passed} passed, {failed} failed")


def stop(number, _):
    """Once: what was started and made is ended and removed on the way out, and that is not to be cut short."""
    for other in STOPS:
        signal.signal(other, signal.SIG_IGN)
    sys.exit(128 + number)


def stop_at_end_of_stdin():
    """Who started this may not be allowed to signal it."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def run(where, name, port):
    workload = ALL[name]
    checks = Checks(f"{name}, {where}")
    if lacking := [program for program in workload.PROGRAMS if not shutil.which(program) and not server_program(program)]:
        print(f"SKIPPED: {checks.where}: this host has no {', '.join(lacking)}", flush=True)
        return checks
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return attempt_once(workload, where, name, port)
        except Unreliable as told:
            print(f"again: {checks.where}: {told}", flush=True)
    checks.that("a run in which all witnesses have seen all", False, f"none in {ATTEMPTS}")
    return checks


def attempt_once(workload, where, name, port):
    checks = Checks(f"{name}, {where}")
    started = time.monotonic()
    directory = tempfile.mkdtemp(prefix="tcptop-truth-")
    try:
        with places.MAKERS[where]() as place:
            measure(workload, name, place, port, directory, checks)
    except Unreliable:
        raise
    except Exception as error:  # one that fails does not keep the others from being run
        traceback.print_exc()
        checks.that("it runs", False, error)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print(f"{checks.where}: {time.monotonic() - started:.0f} s", flush=True)
    return checks


def measure(workload, name, place, port, directory, checks):
    with Witnesses(place, port, directory) as seen:
        scene = Scene(place, port, directory, seen, checks)
        try:
            with place.interruptions:
                report = workload.run(scene)
        finally:
            scene.end()
    compare.whole(checks, seen, workload.PROTOCOLS)
    if scene.open:
        compare.live(checks, *scene.open)
    for claim in workload.claims(report, seen):
        claim.check(checks)
        tell("claim", **claim.row(name, place.name))
    if place.loses and workload.PROTOCOLS == ("tcp",):
        checks.that("something was sent again", any(totals.bytes_again for totals in seen.ss_table.values()), "nothing was lost on the way")
    tell("total", workload=name, where=place.name, **totals(seen, workload.PROTOCOLS))


def totals(seen, protocols):
    """Payload both ways: what each end has sent."""
    tcptop, sides = seen.tcptop_rows.table(), ("client", "server")
    figures = {"tcptop": 0, "ss": 0 if protocols == ("tcp",) else None, "tcpdump": 0, "connections": 0, "datagrams": 0, "again": 0}
    for side in sides:
        figures["tcptop"] += sum(tcptop.sum("bytes_out", protocol, side) for protocol in protocols)
        figures["tcpdump"] += seen.capture_tables[side].sum("bytes_out", "tcp", side) + seen.datagrams[side].sum("bytes_out", "udp", side)
        figures["again"] += seen.capture_tables[side].sum("bytes_again", "tcp", side)
        figures["datagrams"] += tcptop.sum("packets_out", "udp", side)
        if figures["ss"] is not None:
            figures["ss"] += seen.ss_table.sum("bytes_out", "tcp", side)
    figures["connections"] = sum(totals.count for (protocol, side, _), totals in tcptop.items() if (protocol, side) == ("tcp", "client"))
    return figures | seen.figures


def versions():
    asked = {"iperf3": "--version", "nginx": "-v", "curl": "--version", "redis-server": "--version", "postgres": "--version", "dnsmasq": "--version",
             "dig": "-v", "ssh": "-V", "tcpdump": "--version", "ss": "-V", "nethogs": "-V"}
    found = {}
    for name, flag in asked.items():
        program = shutil.which(name) or server_program(name)
        if program:
            done = subprocess.run([program, flag], capture_output=True, text=True)
            found[name] = ((done.stdout or done.stderr).splitlines() or [""])[0].strip()
    return found


def tell(kind, **figures):
    print(f"@{kind} {json.dumps(figures)}", flush=True)


if __name__ == "__main__":
    main()
