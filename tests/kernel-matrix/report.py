"""docs/kernels.md from the verdicts."""

import glob
import os
import re
import textwrap

HERE = os.path.dirname(os.path.abspath(__file__))
HEADER = """# Kernels

Made by `make test-kernels`. It boots each Debian kernel in QEMU and runs the shipped binary and the
real-kernel tests of `tests/Tcptop.NetnsTests` on it. Each kernel is tested with both ways to count
datagrams: by fentry on the kernel's UDP functions, and in cgroup hooks, as where fentry is not
supported.

Guests are slow, so they run only these test classes:
{run}.
Of these, not every kernel runs each of:
{shares}.
Left out:
{left_out}.

| Linux | Debian's version | result | tests, UDP by fentry | tests, UDP in cgroup hooks | TCP is read by | calls are traced at |
|---|---|---|---|---|---|---|
"""

PREEMPTION = """
\\* These kernels preempt tasks in the kernel by default. While a task is preempted inside a program at
a function, other tasks on its CPU cannot run that program. What passes meanwhile has no row and is
counted as `programs_skipped`. An emulated machine is hundreds of times slower, so many processes that
send from one CPU at once always lose some there. The tests of 200 sockets in 20 processes, and of
two threads that send by one socket, therefore run only in cgroup hooks, where nothing is skipped.
"""

COSTS = """
The cost of watching, in guest instructions (QEMU's `-icount`, one CPU): a 64-byte TCP send and receive,
the same over UDP, and a TCP connection from connect to close with 64 bytes. In brackets, the increase
over a guest without tcptop.

| Linux | UDP is counted | TCP pair | UDP pair | connect to close |
|---|---|---|---|---|
"""

WORKS = ("pair", "udp", "cycle")
TRACED = {"": "-", "tracepoints": "tracepoints", "functions": "fexit"}
WATCHED = {"without": "(not watched)", "functions": "by fentry", "cgroup": "in cgroup hooks"}


def write(path, verdicts, skipped):
    with open(path, "w", encoding="utf-8") as file:
        run, shares, left_out = classes()
        file.write(HEADER.format(run=names(run), shares=names(shares), left_out=names(left_out)))
        for verdict in verdicts:
            file.write(row(verdict))
        for series, reason in skipped:
            file.write(f"| {series} | | skipped: {reason} | | | | |\n")
        if any(verdict.preempts for verdict in verdicts):
            file.write(PREEMPTION)
        for verdict in verdicts:
            if verdict.refusal:
                file.write(f"\nOn {series_of(verdict)} tcptop exits with code 69 and\n```\n{verdict.refusal}\n```\n")
        file.write(COSTS)
        for verdict in verdicts:
            file.writelines(cost_rows(verdict))


def classes():
    """Those that the guests run, as their step names them; those of them that not all run; and the others."""
    with open(f"{HERE}/guest/steps/truth") as file:
        step = file.read()
    named = set(re.findall(r"\w+Tests", step))
    shares = set(re.findall(r"\w+Tests", " ".join(re.findall(r'at_\w+="(.*)"', step))))
    tests = f"{os.path.dirname(HERE)}/Tcptop.NetnsTests"
    # FaultTests.cs has the trait of the others, and no test.
    every = {os.path.basename(path).removesuffix(".cs") for path in glob.glob(f"{tests}/**/*Tests.cs", recursive=True)} - {"FaultTests"}
    return sorted(every & named), sorted(shares), sorted(every - named)


def names(classes):
    """In lines of a document's width."""
    return textwrap.fill(", ".join(classes), 99)


def series_of(verdict):
    return ".".join(verdict.version.split(".")[:2])


def row(verdict):
    result = f"{len(verdict.failures)} failed" if verdict.failures else "refused, as expected" if verdict.refusal else "passed"
    functions, cgroup = (str(verdict.runs.get(how, "-")) for how in ("functions", "cgroup"))
    cells = (series_of(verdict), verdict.version, result, functions + (" \\*" if verdict.preempts else ""), cgroup, rows_source(verdict), TRACED[verdict.trace])
    return f"| {' | '.join(cells)} |\n"


def rows_source(verdict):
    programs = verdict.programs.get("functions", [])
    return "loads that cannot fault" if "tcptop_walk_cas" in programs else "copies" if programs else "-"


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
