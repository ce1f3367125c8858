"""docs/accuracy.md from what the runs told."""

import time

HEADER = """# Accuracy

Made by `make test-truth`: real Debian programs, tcptop beside them, and other accounts of the same
traffic. This run compared tcptop with them {compared:,} times, each time all connections of a workload
or a program's own sum, and tcptop was always exact.

## What is compared with what
| tcptop's | with |
|---|---|
| rows of TCP connections | the connections that tcpdump saw begin, and those whose end the kernel reported to `ss -E`, matched by their ports |
| `bytes_out` | tcpdump: payload between sequence numbers, each byte once, on the device of the host that sent it; `ss -ti`: `bytes_sent - bytes_retrans`, which is more where the host itself refuses to send: the kernel counts every try |
| `bytes_in` | tcpdump: what that end acknowledged last, less the FIN; `ss -ti`: `bytes_received`, which counts a FIN as a byte |
| `packets_out`, `packets_in` of TCP | `ss -ti`: `segs_out`, `segs_in`. A reset that `close` sends because data was left unread comes after the connection's end: `ss` counts it, tcptop does not. The same goes for a segment that another CPU was handling when the connection ended, so one more is allowed, in at most 1 % of the ends, or one; where packets are lost, in 10 %, or two |
| `retransmits` | `ss -ti`: the second number of `retrans`, segments. Where nothing is refused, `bytes_retrans` is tcpdump's payload less each byte once |
| `bytes_out`, `packets_out` of UDP | tcpdump: datagrams and their payload, on the sender's device |
| `bytes_in`, `packets_in`, `drops` of UDP | tcpdump: the same on the receiver's device; datagrams in plus drops are what arrived |
| all of these | the programs' own reports, in the table below |

`ss -E` has the counters of each connection at its end. Open, idle connections (of psql and ssh) are also
compared: `ss -ti` with tcptop's next row. A run proves nothing about tcptop, and is repeated, if tcpdump
dropped packets, if `ss` lost messages, or if `ss` has fewer ends than tcpdump has connections.

Places: *loopback* is that of a network namespace; *veth* is a pair of devices between two namespaces;
*narrow veth* has a router between them with {narrow};
*lossy veth* has one with {lossy}. In three places the host itself refuses to send: *own queue* is *veth*
with {own_queue} at both ends; in *lost route* and *firewall* both ends, with {slow}, lose their route for
a while, or drop in OUTPUT, each time {between:,} bytes have left.
"""

TOTALS = """
## Totals of each workload
Payload in both directions, in bytes: what both ends have sent, each byte once. *Resent* is what tcpdump
saw besides. `ss` has no counters of UDP. nethogs and iftop count packets on the server's side with
headers and resent data, so they should show more; where they show less, they have missed some. The
nethogs number is the highest total that it showed for each process; iftop's has three digits.

| workload | where | connections, datagrams | resent | tcptop | ss | tcpdump | tcptop's error | nethogs | iftop |
|---|---|---|---|---|---|---|---|---|---|
"""

CLAIMS = """
## What the programs report
Each program's report, what either side leaves out by its definition, and what tcptop counted. Some parts
come from tcpdump's capture, because no program reports them. Each of these has a bound, and within it
the row proves only that tcptop and tcpdump agree.

| workload | where | what | reported | by definition | tcptop | error |
|---|---|---|---|---|---|---|
"""

REPEAT = """
## Repeat it
`make test-truth` installs what is missing and runs everything. `make test-truth QUICK=1` runs a part and
does not change this file. `tests/truth/plan.py` lists what runs where; each workload is a file in
`tests/truth/workloads`. A workload whose program is missing is skipped and named. More than {skips}
skips are a failure; in the quick run, any skip is.
"""


def write(path, told, skipped, skips, **places):
    with open(path, "w", encoding="utf-8") as file:
        compared = sum(figures["times"] for kind, figures in told if kind == "compared")
        file.write(HEADER.format(compared=compared, **places))
        file.write(TOTALS)
        file.writelines(total(figures) for kind, figures in told if kind == "total")
        file.write(CLAIMS)
        file.writelines(claim(figures) for kind, figures in told if kind == "claim")
        if skipped:
            file.write("\n## What was not run\n")
            file.writelines(f"- {line.removeprefix('SKIPPED: ')}\n" for line in skipped)
        file.write(f"\n## Where\n{time.strftime('%Y-%m-%d')}. ")
        hosts = [figures for kind, figures in told if kind == "host"]
        file.write("; ".join(f"{host['where']}: Linux {host['kernel']}" for host in hosts) + ".\n\n")
        for name, version in hosts[0]["versions"].items():
            file.write(f"- {name}: {version}\n")
        file.write(REPEAT.format(skips=skips))


def total(it):
    counts = ", ".join(f"{it[what]:,} {short}" for what, short in (("connections", "c."), ("datagrams", "d.")) if it[what])
    error = it["tcptop"] - it["tcpdump"]
    cells = (it["workload"], it["where"], counts, f"{it['again']:,}", f"{it['tcptop']:,}", "-" if it["ss"] is None else f"{it['ss']:,}", f"{it['tcpdump']:,}",
             f"{error:,}", beside(it["nethogs"], it["tcpdump"]), beside(it["iftop"], it["tcpdump"]))
    return f"| {' | '.join(cells)} |\n"


def beside(figure, truth):
    return "-" if figure is None else f"{figure:,} ({100 * (figure / truth - 1):+.1f} %)"


def claim(it):
    unit = "" if it["unit"] == "bytes" or it["unit"] in it["what"] else f", {it['unit']}"
    cells = (it["workload"], it["where"], it["what"] + unit, f"{it['reported']:,}", it["why"], f"{it['tcptop']:,}", f"{it['tcptop'] - it['expected']:,}")
    return f"| {' | '.join(cells)} |\n"
