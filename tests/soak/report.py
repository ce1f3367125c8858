"""What a soak found, as a document."""

import os
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
    yield f"Made by `make soak MINUTES={soak.minutes:g}`, on {time.strftime('%Y-%m-%d')}, {machine.describe()}; " \
          f"tcptop {soak.version}. Three tcptops watch at the same time: the screen, used by keys, a batch and a trace. " \
          "The runtime lets garbage grow as on a processor with large caches, if it may."
    yield ""
    made = ", ".join(f"{count:,} {what}" for what, count in sorted(soak.churn.made.items()))
    yield f"Churn meanwhile: {made}. TCP sockets on the whole host: {min(soak.sockets):,} to {max(soak.sockets):,}, the churn's own being some hundreds; with many " \
          "more, others were at work, and the figures are theirs too."
    yield ""
    yield "## What they cost over time"
    yield f"Samples every {soak.sample_seconds} s, without the first {soak.warm_up_seconds:.0f} s: a straight line through {soak.measured_seconds / 60:.1f} minutes. " \
          "`grown` is what the line rises by in that time, with the 95 % interval of it; its upper end has to be below `allowed` (of CPU, its lower end). `an hour` is the same told per hour. " \
          "CPU is that of all threads, corrected for seconds in which the same work (reading these samples) took longer than it usually does."
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
    yield "Compared process by process; the sums of all:"
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


def verdict(holds):
    return "ok" if holds else "FAILED"
