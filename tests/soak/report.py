"""What a soak found, as a document."""

import os
import textwrap
import time

import churn
import machine


def write(path, soak):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w") as file:
        file.write("\n".join(lines(soak)) + "\n")


def lines(soak):
    yield "# Soak"
    yield ""
    yield from wrapped(
        f"Made by `make soak MINUTES={soak.minutes:g}`, on {time.strftime('%Y-%m-%d')}, {machine.describe()}; "
        f"tcptop {soak.version}. Three tcptops run at the same time: the screen, driven by keys, a batch and a trace. "
        "Where possible, the runtime lets garbage grow as on a CPU with large caches.")
    yield ""
    made = ", ".join(f"{count:,} {what}" for what, count in sorted(soak.churn.made.items()))
    yield from wrapped(
        f"Meanwhile the churn made {made}. The whole host had {min(soak.sockets):,} to {max(soak.sockets):,} TCP sockets. "
        "The churn has some hundreds at most; many more mean that other programs were busy, and the figures include them.")
    yield ""
    yield "## What they cost over time"
    yield from wrapped(
        f"One sample every {soak.sample_seconds} s, without the first {soak.warm_up_seconds:.0f} s, and a straight line through "
        f"{soak.measured_seconds / 60:.1f} minutes. `grown` is the rise of the line in that time, with its 95 % "
        "interval. Its upper end must be below `allowed` (for CPU, its lower end). `an hour` is the rise per hour. CPU is that of all "
        "threads, corrected for seconds in which the same work (reading these samples) took longer than usual.")
    yield ""
    yield "| tcptop | what | mean | grown | allowed | an hour | |"
    yield "|---|---|---|---|---|---|---|"
    for check in soak.slopes:
        per_hour = 3600 / soak.measured_seconds
        line, unit = check.line, check.unit
        yield f"| {check.subject} | {check.what} | {(line.first + line.last) / 2:,.2f}{unit} | {line.change:+,.2f} ± {line.bound:,.2f}{unit} | " \
              f"{check.allowed:,.2f}{unit} | {line.change * per_hour:+,.1f} ± {line.bound * per_hour:,.1f}{unit} | {verdict(check.holds) if check.is_judged else 'too short to tell'} |"
    yield ""
    yield "## What they counted"
    yield "Compared process by process; these are the sums:"
    yield ""
    yield "| what | made | " + " | ".join(subject.name for subject in soak.counting) + " |"
    yield "|---|---|" + "---|" * len(soak.counting)
    for amount in churn.AMOUNTS:
        seen = (f"{sum(moved[amount] for moved in subject.seen.values()):,}" if amount in subject.counts else "-" for subject in soak.counting)
        yield f"| {amount} | {sum(moved[amount] for moved in soak.churn.moved.values()):,} | {' | '.join(seen)} |"
    yield ""
    for name, holds in soak.checks:
        yield f"- {name}: {verdict(holds)}"
    for failure in soak.failures:
        yield f"- FAILED: {failure}"


def wrapped(paragraph):
    return textwrap.wrap(paragraph, 100, break_long_words=False, break_on_hyphens=False)


def verdict(holds):
    return "ok" if holds else "FAILED"
