#!/usr/bin/env python3
"""
Runs tcptop for minutes in front of a host that changes all the time, and looks whether it keeps: whether what it costs stays what it is, whether it loses
nothing, whether its totals are exact at the end. Ends with one line, "N passed, N failed".

usage: run.py TCPTOP LOAD MINUTES REPORT      LOAD is benchmarks/overhead/load.c, compiled
"""

import dataclasses
import os
import signal
import statistics
import subprocess
import sys
import time

# The soak's own modules come first: both have a report.
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "benchmarks"))

import fit
import machine
import report
import samples
from churn import Churn
from subjects import Batch, Screen, Trace

SAMPLE_SECONDS = 1
KEY_EVERY = 3  # samples
START_SECONDS = 3
# Of the warm-up: in it the screen refreshes ten times as often. Its memory grows until it has shown all kinds of frames and garbage has been collected a
# few times, at one refresh a second for minutes.
HURRIED_SHARE = 0.8
SETTLE_SECONDS = 4  # what ended last has its row, and a flow its last counts
LEAST_MINUTES = 5  # the warm-up is a third: in less, batch is not through with the first steps in which its memory grows
LONGEST_WARM_UP_SECONDS = 180
KIB = " KiB"
CPU = "CPU a refresh"
LEAST_MINUTES_FOR_CPU = 20  # in less a neighbour's coming or going is a slope of its own: then CPU is told, not judged
# What a line may rise by in the measured time, as far as can be told: a number, and a part of the mean. `pace` is how much longer than usual the same work
# took in that second.
SERIES = (
    ("resident memory", KIB, lambda before, now, pace: now.resident_kib, 1024, 0),
    ("private memory", KIB, lambda before, now, pace: now.own_kib, 1024, 0),
    ("open files", "", lambda before, now, pace: now.files, 1, 0),
    ("threads", "", lambda before, now, pace: now.threads, 2, 0),
    ("kernel memory of maps and programs", KIB, lambda before, now, pace: now.kernel_kib, 64, 0),
    (CPU, " ms", lambda before, now, pace: (now.cpu_ns - before.cpu_ns) / 1e6 / SAMPLE_SECONDS / pace, 1, 0.25),
)


@dataclasses.dataclass(frozen=True)
class Slope:
    subject: str
    what: str
    unit: str
    line: fit.Line
    allowed: float
    is_judged: bool

    @property
    def holds(self):
        # Neighbours on the same CPU make more of a difference than a leak would at first: of CPU it must not be sure that it rises by more.
        return (self.line.least if self.what == CPU else self.line.most) <= self.allowed


class Soak:
    sample_seconds = SAMPLE_SECONDS

    def __init__(self, tcptop, load, minutes):
        self.minutes = minutes
        self.warm_up_seconds = min(minutes * 60 / 3, LONGEST_WARM_UP_SECONDS)
        self.version = subprocess.check_output([tcptop, "--version"], text=True).split()[1].split("+")[0]
        self.churn = Churn(load)
        name = os.path.basename(load)
        self.screen = Screen(tcptop)
        self.subjects = [self.screen, Batch(tcptop, name), Trace(tcptop, name)]
        self.sockets = []  # of the whole host: what a refresh costs depends on them, and on a busy host they are not ours alone
        self.warm_frames = 0  # of the screen, by the end of the warm-up
        self.yardstick = []  # CPU that taking the samples took: the same work each time, and slower when neighbours are at work
        self.series = {subject: [] for subject in self.subjects}
        self.slopes, self.checks, self.failures = [], [], []
        self.ended_early = None

    @property
    def counting(self):
        return [subject for subject in self.subjects if subject.counts]

    @property
    def measured_seconds(self):
        times = [at for at, _ in self.series[self.subjects[0]] if at >= self.warm_up_seconds]
        return times[-1] - times[0] if times else 0

    def run(self):
        time.sleep(START_SECONDS)
        self.churn.start()
        try:
            self.watch()
        finally:
            self.churn.stop()
            time.sleep(SETTLE_SECONDS)
            self.codes = [subject.stop() for subject in self.subjects]

    def watch(self):
        started = time.monotonic()
        count = int(self.minutes * 60 / SAMPLE_SECONDS)
        for number in range(count):
            time.sleep(max(0, started + number * SAMPLE_SECONDS - time.monotonic()))
            self.sockets.append(machine.tcp_sockets("alloc"))
            before = time.thread_time_ns()
            for subject in self.subjects:
                try:
                    self.series[subject].append((time.monotonic() - started, samples.take(subject.pid)))
                except samples.Ended as ended:
                    self.ended_early = f"{subject.name}: {ended}"
                    return
            self.yardstick.append(time.thread_time_ns() - before)
            if number == int(self.warm_up_seconds * HURRIED_SHARE / SAMPLE_SECONDS):
                self.screen.slow_down()
            if number == int(self.warm_up_seconds / SAMPLE_SECONDS):
                self.warm_frames = self.screen.frames
            for subject in self.subjects:
                if number % KEY_EVERY == 0:
                    subject.use()
            if self.churn.failure:
                break

    def judge(self):
        self.check("the churn finished", not self.churn.failure, self.churn.failure)
        # With those that answer keys.
        frames_a_second = (self.screen.frames - self.warm_frames) / self.measured_seconds if self.measured_seconds else 0
        self.check("the screen refreshed once a second", 1 <= frames_a_second < 2, f"{frames_a_second:.2f} frames a second")
        self.check("no tcptop ended early", not self.ended_early, self.ended_early)
        self.check("each ended with exit code 0", not any(self.codes), str(self.codes))
        for subject in self.subjects:
            self.check(f"{subject.name}: nothing lost", not subject.losses, "; ".join(subject.losses[:3]))
        for subject in self.counting:
            wrong = list(self.differences(subject))
            self.check(f"{subject.name}: every process's totals exact", not wrong, f"{len(wrong)} differences, such as {'; '.join(wrong[:5])}")
        if self.churn.failure or self.ended_early:
            return
        first = next(number for number, (at, _) in enumerate(self.series[self.subjects[0]]) if at >= self.warm_up_seconds)
        usual = statistics.fmean(self.yardstick[first:])
        for subject in self.subjects:
            series = self.series[subject]
            for what, unit, value, allowed, share in SERIES:
                values = [value(series[i - 1][1], series[i][1], self.yardstick[i] / usual) for i in range(first, len(series))]
                line = fit.line([at for at, _ in series[first:]], values)
                allowed = max(allowed, share * (line.first + line.last) / 2)
                is_judged = what != CPU or self.minutes >= LEAST_MINUTES_FOR_CPU
                self.slopes.append(Slope(subject.name, what, unit, line, allowed, is_judged))

    def check(self, name, holds, why):
        self.checks.append((name, holds))
        if not holds:
            self.failures.append(f"{name}: {why}")

    def differences(self, subject):
        for pid in sorted(self.churn.moved.keys() | subject.seen.keys(), key=str):
            made, seen = self.churn.moved.get(pid, {}), subject.seen.get(pid, {})
            for amount in subject.counts:
                if made.get(amount, 0) != seen.get(amount, 0):
                    yield f"process {pid} made {made.get(amount, 0):,} {amount}, seen {seen.get(amount, 0):,}"


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__.strip().rsplit("\n", 1)[-1])
    tcptop, load, minutes, path = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
    if minutes < LEAST_MINUTES:
        sys.exit(f"error: MINUTES={minutes:g} is too short to tell a slope; {LEAST_MINUTES} or more are needed")
    # What it has made is taken down, whoever ends it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # As a processor with large caches would have it: what a tcptop needs must not depend on that, nor must this test. In hexadecimal.
    os.environ["DOTNET_GCgen0size"] = f"{256 << 20:x}"
    soak = Soak(tcptop, load, minutes)
    soak.run()
    soak.judge()
    report.write(path, soak)
    with open(path) as file:
        print(file.read())
    judged = [slope for slope in soak.slopes if slope.is_judged]
    failed = len(soak.failures) + sum(not slope.holds for slope in judged)
    print(f"{len(soak.checks) + len(judged) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
