"""The report: Markdown on standard output."""

import os
import platform
import statistics
import subprocess
import time


def heading(tcptop):
    print(f"# Benchmark of tcptop {subprocess.check_output([tcptop, '--version'], text=True).split()[1].split('+')[0]}\n")
    print(f"{time.strftime('%Y-%m-%d')}, Linux {platform.release().split('-')[0]} {platform.machine()}, {os.cpu_count()} cores, {cpu_model()}")


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


def cpu_model():
    with open("/proc/cpuinfo") as cpuinfo:
        return next((line.split(":")[1].strip() for line in cpuinfo if line.startswith("model name")), "unknown CPU")
