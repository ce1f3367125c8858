"""Measures tcptop against its targets and beside its peers, and prints a Markdown report. See README.md.

usage: measure.py TCPTOP LOAD SCREEN [SECTION...]      the sections are those of main(); all without
"""

import os
import sys

import emulated
import growth
import report
import running
import screen
import tracing
import watchers
import watching


def main():
    tcptop, load, screen_benchmark = (os.path.abspath(path) for path in sys.argv[1:4])
    targets = {
        "overhead": lambda: watching.overhead(tcptop, load),
        "peers": lambda: watching.peers(tcptop, load),
        "records": lambda: watching.records(tcptop, load),
        "refresh": lambda: running.refresh(tcptop, load),
        "idle": lambda: running.idle(tcptop, load),
        "log": lambda: running.log(tcptop, load),
        "start": lambda: running.start(tcptop, load),
        "trace": lambda: tracing.trace(tcptop, load),
        "screen": lambda: screen.measure(tcptop, screen_benchmark, load),
    }
    tables = {
        "watchers": lambda: watchers.measure(tcptop, load),
        "growth": lambda: growth.measure(tcptop, load),
        "emulated": lambda: emulated.measure(tcptop, load),
    }
    wanted = sys.argv[4:] or [*targets, *tables]
    if unknown := set(wanted) - {*targets, *tables}:
        sys.exit(f"error: no section '{', '.join(sorted(unknown))}'; there are {', '.join([*targets, *tables])}")
    report.heading(tcptop)
    if any(name in targets for name in wanted):
        report.targets()
    for name, section in {**targets, **tables}.items():
        if name in wanted:
            section()


main()
