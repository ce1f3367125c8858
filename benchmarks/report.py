"""The report: Markdown on standard output."""

import statistics
import subprocess
import time

import machine


def heading(tcptop):
    print(f"# Benchmark of tcptop {subprocess.check_output([tcptop, '--version'], text=True).split()[1].split('+')[0]}\n")
    print(f"{time.strftime('%Y-%m-%d')}, {machine.describe()}")


def section(title, *columns):
    print(f"\n## {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)


def targets():
    section("Against the targets", "what", "measured", "spread or detail", "target", "")


def row(what, value, detail, target, met):
    line(what, value, detail, target, "met" if met else "MISSED")


def line(*cells):
    print(f"| {' | '.join(str(cell) for cell in cells)} |", flush=True)


def lower_quartile(values):
    return statistics.quantiles(values, n=4)[0]
