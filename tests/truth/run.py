#!/usr/bin/env python3
"""Compares tcptop with real programs, ss and tcpdump; ends with one line, "N passed, N failed".

usage: run.py [--quick]      A whole run without a failure writes docs/accuracy.md.
"""

import json
import os
import re
import signal
import subprocess
import sys

import accuracy
import lossy_guest
import places
import plan

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
TOTAL = re.compile(r"(\d+) passed, (\d+) failed")
PYTHON = "/usr/bin/python3"


class Run:
    """Lines of measure.py, wherever it ran."""

    def __init__(self):
        self.passed = self.failed = 0
        self.skipped, self.failures, self.told = [], [], []

    def take(self, lines, where):
        ended = False
        for line in lines:
            if line.startswith("@"):
                kind, _, figures = line[1:].partition(" ")
                self.told.append((kind, json.loads(figures) | ({"where": where} if kind == "host" else {})))
                continue
            print(line, flush=True)
            if total := TOTAL.fullmatch(line):
                ended = True
                self.passed, self.failed = self.passed + int(total[1]), self.failed + int(total[2])
            elif line.startswith("again: "):
                # What failed in an attempt that is given up says nothing.
                given_up = f"FAILED: {line.removeprefix('again: ').partition(': ')[0]}: "
                self.failures = [failure for failure in self.failures if not failure.startswith(given_up)]
            elif line.startswith("SKIPPED: "):
                self.skipped.append(line)
            elif line.startswith("FAILED: "):
                self.failures.append(line)
        if not ended:
            self.fail(f"the run on {where} did not come to its end")

    def fail(self, failure):
        self.failed += 1
        self.failures.append(f"FAILED: {failure}")


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    quick = sys.argv[1:] == ["--quick"]
    if sys.argv[1:] and not quick:
        sys.exit(f"error: unknown argument '{sys.argv[1]}'; only --quick is known")
    run = Run()
    measure(run, plan.arguments(plan.QUICK if quick else plan.HOST) + ["lossy?"], "this host")
    if not quick:
        lossy(run)
    most_skipped = 0 if quick else plan.MOST_SKIPPED
    if len(run.skipped) > most_skipped:
        run.fail(f"{len(run.skipped)} workloads were skipped, and {most_skipped or 'none'} may be")
    if not quick and not run.failed:
        accuracy.write(
            f"{PROJECT}/docs/accuracy.md", run.told, run.skipped, plan.MOST_SKIPPED, narrow=" ".join(places.NARROW), lossy=" ".join(places.LOSSY),
            own_queue=" ".join(places.OWN_QUEUE), slow=" ".join(places.SLOW), between=places.SENT_BETWEEN)
    for line in (*run.skipped, *run.failures):
        print(line)
    print(f"{run.passed} passed, {run.failed} failed")
    return 1 if run.failed else 0


def measure(run, arguments, where):
    as_root = [] if os.geteuid() == 0 else ["sudo", "--preserve-env=TCPTOP_BINARY,TCPTOP_TEST_PATIENCE"]
    command = [*as_root, PYTHON, "-B", f"{HERE}/measure.py", "--while-stdin-is-open", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        try:
            run.take((line.rstrip("\n") for line in process.stdout), where)
        finally:
            process.stdin.close()  # it is root's, and may not be ours to signal
            process.wait()


def lossy(run):
    """On this kernel if it has netem, else on one of Debian's."""
    if any(kind == "netem" and figures["here"] for kind, figures in run.told):
        measure(run, plan.arguments(plan.LOSSY), "this host, netem")
        return
    try:
        run.take(lossy_guest.measure(PROJECT, plan.arguments(plan.LOSSY)), "Debian's kernel in QEMU, netem")
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        run.fail(f"no kernel with netem: {error}")


if __name__ == "__main__":
    sys.exit(main())
