"""docs/accuracy.md from what the runs told."""

import time

HEADER = """# Accuracy

Made by `make test-truth`: real programs of Debian, tcptop beside them, and the same traffic by other accounts. In this run tcptop was compared
with them {compared:,} times, each connection of a workload at once or a program's own sum, and always was what it has to be.

## What is compared with what
| of tcptop | with |
|---|---|
| rows of TCP connections | the connections that tcpdump saw begin, and those that the kernel told `ss -E` the end of, each by its ports |
| `bytes_out` | tcpdump: payload between sequence numbers, each byte once, at the device of the host that sent it; `ss -ti`: `bytes_sent - bytes_retrans`, which where the host itself refuses to send is more, for the kernel counts what it tries to send, each time |
| `bytes_in` | tcpdump: what that end acknowledged last, less the FIN; `ss -ti`: `bytes_received`, which counts a FIN as a byte |
| `packets_out`, `packets_in` of TCP | `ss -ti`: `segs_out`, `segs_in`. A reset that `close` sends because data was left unread comes after the connection's end: `ss` has it, tcptop has not. A segment that another CPU has in hands may find the connection ended: `ss` has it, too, so one more is let pass, of at most one end in a hundred, or one; where packets are lost, of one in ten, or two |
| `retransmits` | `ss -ti`: the second number of `retrans`, segments. Where nothing is refused, `bytes_retrans` is tcpdump's payload less each byte once |
| `bytes_out`, `packets_out` of UDP | tcpdump: datagrams and their payload, at the sender's device |
| `bytes_in`, `packets_in`, `drops` of UDP | tcpdump: the same at the receiver's device; datagrams in and drops together are what came |
| all of these | the programs' own reports, in the table below |

`ss -E` has the counters of each connection at its end. Of connections that are open and still, of psql and ssh, `ss -ti` is compared with tcptop's next row as well.
A run in which tcpdump dropped packets, or `ss` lost messages or has fewer ends than tcpdump connections, says nothing of tcptop and is made again.

Places: *loopback* is that of a network namespace; *veth* is a pair of devices between two namespaces; *narrow veth* has a router between them with
{narrow}; *lossy veth* one with {lossy}. At three places the host itself refuses to send: *own queue* is *veth* with {own_queue} at both ends; at *lost route* and
at *firewall* both ends, with {slow}, have no route for a while, or drop at OUTPUT, each time that {between:,} bytes have left.
"""

TOTALS = """
## The whole of each workload
Payload of both ways in bytes: what both ends have sent, each byte once. *Sent again* is what tcpdump saw besides. `ss` has no counters of UDP. nethogs and
iftop count packets with their headers and what was sent again, on the server's side, so that theirs is more by definition; where it is less, they have missed
some. nethogs: the highest total that it showed of each process; iftop's has three digits.

| workload | where | connections, datagrams | sent again | tcptop | ss | tcpdump | error of tcptop | nethogs | iftop |
|---|---|---|---|---|---|---|---|---|---|
"""

CLAIMS = """
## What the programs say of themselves
The report as it was, what one of the two does not count by its definition, and what tcptop counted. What is from tcpdump's
capture no program tells; it has a bound, and within it the row says no more than that tcptop and tcpdump agree.

| workload | where | what | reported | by definition | tcptop | error |
|---|---|---|---|---|---|---|
"""

REPEAT = """
## To repeat it
`make test-truth` installs what is missing and runs all; `make test-truth QUICK=1` runs a part, and leaves this file as it is. What runs where is in
`tests/truth/plan.py`, each workload in a file of `tests/truth/workloads`. Programs that are not there are skipped by name; more than {skips} are a failure, of the part
any.
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
