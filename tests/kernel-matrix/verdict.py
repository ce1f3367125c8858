"""What a guest's lines say: tests passed and failed, the plan, costs, complaints of the kernel."""

import dataclasses
import itertools
import re

TOTAL = re.compile(r"Tcptop\.NetnsTests\s+Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+), Not Run: (\d+)")
REFUSAL = re.compile(r"@refusal (\d+) (.*)")
UNSUPPORTED = 69
LONGEST_REASON = 40  # lines
MOST_OF_A_REASON = 2000  # characters


@dataclasses.dataclass
class Verdict:
    series: str
    version: str
    passed: int = 0
    failures: list = dataclasses.field(default_factory=list)
    runs: dict = dataclasses.field(default_factory=dict)  # how datagrams are counted -> tests passed
    programs: dict = dataclasses.field(default_factory=dict)  # the same -> names of the programs that were in the kernel
    costs: dict = dataclasses.field(default_factory=dict)  # (watched how, what) -> instructions
    refusal: str = ""
    preempts: bool = False
    trace: str = ""  # where calls are traced without hooks in functions; functions: nowhere

    def check(self, holds, failure):
        if holds:
            self.passed += 1
        else:
            self.failures.append(failure)


def common(verdict, lines):
    verdict.check("@end" in lines, "the guest did not come to its end")
    complaints = [line.removeprefix("@complaint ") for line in lines if line.startswith("@complaint ")]
    verdict.check(not complaints, "; ".join(complaints[:3]))


def read_truth(verdict, lines):
    common(verdict, lines)
    how, named = None, 0
    for number, line in enumerate(lines):
        if line.startswith("@run "):
            how, named = line.split()[1], 0
        elif line.startswith("@programs "):
            verdict.programs[how] = line.split()[1:]
        elif line.startswith("@preempts "):
            verdict.preempts = True
        elif line.startswith("@trace "):
            check_trace(verdict, *line.removeprefix("@trace ").partition(" ")[::2])
        elif line.endswith("[FAIL]"):
            named += 1
            verdict.failures.append(f"{line.strip().removesuffix(' [FAIL]')} (UDP: {how}): {reason(lines[number + 1:])}")
        elif total := TOTAL.fullmatch(re.sub(r", Time: .*", "", line)):
            add_run(verdict, how, named, *(int(number) for number in total.groups()))
    verdict.check(verdict.trace, "the guest does not say where calls are traced")
    for expected in ("functions", "cgroup", "none"):
        verdict.check(verdict.runs.get(expected), f"no test has passed with UDP: {expected}")


def reason(lines):
    """What a failed test says, which comes before its stack trace; of much, the beginning."""
    said = itertools.takewhile(lambda line: "Stack Trace:" not in line, lines[:LONGEST_REASON])
    return " / ".join(line.strip() for line in said)[:MOST_OF_A_REASON]


def add_run(verdict, how, named, total, errors, failed, skipped, not_run):
    passed = total - failed - skipped - not_run
    verdict.runs[how] = passed
    verdict.passed += passed
    # The kernel's own messages may come between the words of a line.
    if failed > named:
        verdict.failures.append(f"{failed} failed, {named} of them by name (UDP: {how})")
    # What must be there is there: the matrix brings it.
    if skipped or not_run or errors:
        verdict.failures.append(f"{skipped} skipped, {not_run} not run, {errors} errors (UDP: {how})")


def check_trace(verdict, source, said):
    """Where tracepoints are lacking, there is no trace without hooks in functions, and that is said."""
    verdict.trace = source
    if source == "functions":
        verdict.check(said.startswith("error: this kernel lacks the tracepoints sock_send_length"), f"trace does not say what it lacks: {said}")


def read_cost(verdict, lines):
    common(verdict, lines)
    verdict.costs = costs(lines)
    for watched in ("without", "functions", "cgroup"):
        for work in ("pair", "udp", "cycle"):
            verdict.check(verdict.costs.get((watched, work)), f"no cost of {work} with UDP: {watched}")
    verdict.failures += watchers_ended(lines)


def costs(lines):
    """(watched how, what) -> instructions; 0 where the load has printed none."""
    found = (line.split("\t") for line in lines if line.startswith("@cost\t"))
    return {(words[1], words[2]): float((words + ["0"])[3]) for words in found}


def watchers_ended(lines):
    """What was measured beside one that did not stay says nothing of it."""
    return [line.removeprefix("@watcher ") for line in lines if line.startswith("@watcher ")]


def read_refusal(verdict, lines):
    common(verdict, lines)
    said = next((match for line in lines if (match := REFUSAL.fullmatch(line))), None)
    verdict.check(said and int(said[1]) == UNSUPPORTED, f"it does not refuse with exit code {UNSUPPORTED}: {said and said[0]}")
    verdict.refusal = said[2] if said else ""
    verdict.check(verdict.refusal.startswith("error: this kernel lacks "), f"it does not name what the kernel lacks: {verdict.refusal}")
