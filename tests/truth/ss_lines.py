"""Lines of `ss -tinO`, of live sockets or, with -E, of those that the kernel has just destroyed, with the counters as they ended."""

import re

from totals import Table, Totals, side_and_port

LINE = re.compile(r"(\S+)\s+(\d+)\s+(\d+)\s+(\S+):(\d+)\s+(\S+):(\d+)\s(.*)")


def read(text, service):
    table = Table()
    for line in text.splitlines():
        if (match := LINE.match(line)) is None or match[1] == "LISTEN":
            continue
        where = side_and_port(int(match[5]), int(match[7]), service)
        # A listener's children that it never gave away, and what never sent a SYN, have no counters.
        if where and "segs_" in match[8]:
            table.add(("tcp", *where), totals_of(int(match[2]), match[8]))
    return table


def totals_of(queued, said):
    sent, again, received, unsent = (number(name, said) for name in ("bytes_sent", "bytes_retrans", "bytes_received", "notsent"))
    retransmits = re.search(r"\bretrans:\d+/(\d+)", said)
    return Totals(
        count=1, bytes_out=sent - again, bytes_in=received, packets_out=number("segs_out", said), packets_in=number("segs_in", said),
        retransmits=int(retransmits[1]) if retransmits else 0, bytes_again=again, unread=queued, unsent=unsent)


def number(name, said):
    found = re.search(rf"(?:^|\s){name}:(\d+)", said)
    return int(found[1]) if found else 0
