"""What tcptop costs beside its peers: in turns in one run, each against the rounds in which nothing watches."""

import statistics
import time

import loads
import others
import report

ROUNDS = 7
LOADS = (("pair", 60_000), ("udp", 60_000), ("cycle", 10_000))
IDLE_SOCKETS = 10_000
IDLE_SECONDS = 10


def measure(tcptop, load):
    commands = others.commands(tcptop)
    slices = {name: {mode: [] for mode, _ in LOADS} for name in ("nothing", *commands)}
    spent = {name: [] for name in commands}
    for number in range(ROUNDS):
        # Each round begins with another, so that what drifts falls on all.
        names = list(slices)
        for name in names[number % len(names):] + names[: number % len(names)]:
            run_round(commands.get(name), load, slices[name], spent.get(name))
    report.section(f"Beside its peers: what watching costs the watched, {ROUNDS} rounds in turns", "watcher", "64-byte TCP send + receive",
                   "64-byte UDP send + receive", "connect to close cycle", "its own CPU meanwhile, of a core")
    for name in slices:
        costs = [cost(slices[name][mode], slices["nothing"][mode]) for mode, _ in LOADS]
        report.line(name, *costs, f"{100 * statistics.median(spent[name]):.1f} %" if name in spent else "")
    print("\nLower quartiles of slices, in ns; in brackets the ratio to nothing, and its spread: the same of single rounds.")
    idle(commands, load)


def run_round(command, load, slices, spent):
    if command is None:
        for mode, count in LOADS:
            slices[mode].append(loads.run(load, mode, count))
        return
    with others.Watcher(command) as watcher:
        before, begun = watcher.cpu_seconds(), time.monotonic()
        for mode, count in LOADS:
            slices[mode].append(loads.run(load, mode, count))
        spent.append((watcher.cpu_seconds() - before) / (time.monotonic() - begun))


def cost(rounds, without):
    def quartile(of):
        return report.lower_quartile([slice for round in of for slice in round])

    if rounds is without:
        return f"{quartile(rounds):,.0f}"
    ratios = sorted(quartile([one]) / quartile([other]) for one, other in zip(rounds, without))
    return f"{quartile(rounds):,.0f} ({quartile(rounds) / quartile(without):.2f}; {ratios[0]:.2f} to {ratios[-1]:.2f})"


def idle(commands, load):
    report.section(f"Beside its peers: {IDLE_SOCKETS:,} idle connections", "watcher", "CPU a second", "of a core")
    sockets = loads.Sockets(load, IDLE_SOCKETS)
    for name, command in commands.items():
        with others.Watcher(command) as watcher:
            before = watcher.cpu_seconds()
            time.sleep(IDLE_SECONDS)
            spent = (watcher.cpu_seconds() - before) / IDLE_SECONDS
        report.line(name, f"{1000 * spent:.1f} ms", f"{100 * spent:.1f} %")
    sockets.close()
