"""docs/kernels.md from the verdicts."""

import glob
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = """# Kernels

Made by `make test-kernels`: each kernel of Debian booted in QEMU, with the binary as it is shipped and real-kernel tests of `tests/Tcptop.NetnsTests`.
Two ways to count datagrams are tested on each: at the kernel's UDP functions, and at the cgroup hooks where functions cannot be hooked.

Guests are slow, and run a part of the classes: {run}.
Left out: {left_out}.

| Linux | Debian's version | result | tests, UDP at functions | tests, UDP at cgroup hooks | TCP is read by | calls are traced at |
|---|---|---|---|---|---|---|
"""

PREEMPTION = """
\\* These kernels preempt tasks in the kernel by default. A task that is preempted in a program at a function keeps that program from the others of its CPU, and
what passes meanwhile is counted as `programs_skipped` and in no row. In an emulated machine, hundreds of times slower, many processes that send from a CPU
at once always lose some: there the test of 200 sockets of 20 processes is run at the cgroup hooks alone, where nothing is skipped.
"""

COSTS = """
What watching costs, in guest instructions (QEMU's `-icount`, one CPU): a 64-byte TCP send and receive, the same of UDP, a TCP connection from connect to
close with 64 bytes. In brackets, what it is more than without tcptop.

| Linux | UDP is counted at | TCP pair | UDP pair | connect to close |
|---|---|---|---|---|
"""

WORKS = ("pair", "udp", "cycle")
TRACED = {"": "-", "tracepoints": "tracepoints", "functions": "exits of functions"}
WATCHED = {"without": "(not watched)", "functions": "functions", "cgroup": "cgroup hooks"}


def write(path, verdicts, skipped):
    with open(path, "w", encoding="utf-8") as file:
        run, left_out = classes()
        file.write(HEADER.format(run=", ".join(run), left_out=", ".join(left_out)))
        for verdict in verdicts:
            file.write(row(verdict))
        for series, reason in skipped:
            file.write(f"| {series} | | skipped: {reason} | | | | |\n")
        if any(verdict.preempts for verdict in verdicts):
            file.write(PREEMPTION)
        for verdict in verdicts:
            if verdict.refusal:
                file.write(f"\nOn {series_of(verdict)} tcptop ends with exit code 69 and\n```\n{verdict.refusal}\n```\n")
        file.write(COSTS)
        for verdict in verdicts:
            file.writelines(cost_rows(verdict))


def classes():
    """Those that the guests run, as their step names them, and the others."""
    with open(f"{HERE}/guest/steps/truth") as step:
        named = set(re.findall(r"\w+Tests", step.read()))
    tests = f"{os.path.dirname(HERE)}/Tcptop.NetnsTests"
    # FaultTests.cs has the trait of the others, and no test.
    every = {os.path.basename(path).removesuffix(".cs") for path in glob.glob(f"{tests}/**/*Tests.cs", recursive=True)} - {"FaultTests"}
    return sorted(every & named), sorted(every - named)


def series_of(verdict):
    return ".".join(verdict.version.split(".")[:2])


def row(verdict):
    result = f"{len(verdict.failures)} failed" if verdict.failures else "refuses, as it must" if verdict.refusal else "passed"
    functions, cgroup = (str(verdict.runs.get(how, "-")) for how in ("functions", "cgroup"))
    cells = (series_of(verdict), verdict.version, result, functions + (" \\*" if verdict.preempts else ""), cgroup, rows_source(verdict), TRACED[verdict.trace])
    return f"| {' | '.join(cells)} |\n"


def rows_source(verdict):
    programs = verdict.programs.get("functions", [])
    return "a walk over socket storage" if "tcptop_rows" in programs else "a walk by namespace" if programs else "-"


def cost_rows(verdict):
    if not verdict.costs:
        return
    for watched, name in WATCHED.items():
        cells = " | ".join(cost(verdict, watched, work) for work in WORKS)
        yield f"| {series_of(verdict)} | {name} | {cells} |\n"


def cost(verdict, watched, work):
    instructions, usual = (verdict.costs.get((how, work)) for how in (watched, "without"))
    if not instructions or not usual:
        return "-"
    return f"{instructions:,.0f}" + ("" if watched == "without" else f" ({100 * (instructions / usual - 1):+.1f} %)")
