"""tcptop against ss and tcpdump, connection by connection."""

from totals import Table, Totals

WRONG_SHOWN = 5
# Ends with a segment after them: a share of all, and a number for when there are few. Where segments are lost, others come late.
LATE_AT_MOST = {False: (0.01, 1), True: (0.1, 2)}


def whole(checks, seen, protocols):
    checks.that("tcptop stops with 0", seen.exit_code == 0, seen.exit_code)
    checks.that("tcptop tells of no loss", not seen.told, seen.told)
    table = seen.tcptop_rows.table()
    if "tcp" in protocols:
        tcp(checks, seen, table.of("tcp"))
    if "udp" in protocols:
        udp(checks, seen, table.of("udp"))


def tcp(checks, seen, tcptop):
    captured = Table()
    for side in ("client", "server"):
        captured.update(seen.capture_tables[side])
    ss = seen.ss_table
    known = ss_with_ends(ss, captured)
    still_open = sum(key[0][0] == "tcp" for key in seen.tcptop_rows.open.values())
    checks.that("every connection has ended in a row", not still_open, f"{still_open} have not")
    each(checks, "connections are those that tcpdump saw", tcptop, captured, lambda a, b: a.count == b.count)
    each(checks, "connections are those that ss saw end", tcptop, ss, lambda a, b: a.count == b.count)
    each(checks, "bytes_out is what tcpdump saw sent, each byte once", tcptop, captured, lambda a, b: a.bytes_out == b.bytes_out)
    each(checks, "bytes_in is what tcpdump saw acknowledged", tcptop, captured, lambda a, b: a.bytes_in == b.bytes_in)
    if seen.place.refuses:
        each(checks, "bytes_out is no more than ss's bytes_sent - bytes_retrans", tcptop, ss, lambda a, b: a.bytes_out <= b.bytes_out)
        checks.that("something was refused here", any(ss[end].bytes_out > totals.bytes_out for end, totals in captured.items() if end in ss), "all has left")
    else:
        each(checks, "bytes_out is ss's bytes_sent - bytes_retrans", tcptop, ss, lambda a, b: a.bytes_out == b.bytes_out)
        checks.that(*told("ss's bytes_retrans is what tcpdump saw sent again", ss, captured, lambda a, b: a.bytes_again == b.bytes_again))
    each(checks, "bytes_in is ss's bytes_received but for FINs", tcptop, known, lambda a, b: 0 <= b.bytes_in - a.bytes_in <= b.fins)
    each(checks, "packets_in is ss's segs_in but for one after the end", tcptop, known, lambda a, b: 0 <= b.packets_in - a.packets_in <= b.late)
    late = sum(totals.packets_in != known[end].packets_in for end, totals in tcptop.items() if end in known)
    share, few = LATE_AT_MOST[seen.place.loses or seen.place.refuses]
    checks.compare(f"a segment after the end is rare ({late} of {len(known)} ends)", late <= max(few, share * len(known)))
    each(checks, "packets_out is ss's segs_out but for a reset by close", tcptop, known, lambda a, b: 0 <= b.packets_out - a.packets_out <= b.resets)
    each(checks, "retransmits is ss's retrans", tcptop, ss, lambda a, b: a.retransmits == b.retransmits)


def ss_with_ends(ss, captured):
    """What ss counts besides: FINs, as bytes, and resets, which a close sends after the connection's end; how many there were, the capture knows. And a
    segment that another CPU has found the connection for while it was ended on this one."""
    table = Table()
    for key, totals in ss.items():
        table.add(key, totals)
        ends = captured.get(key, Totals())
        table.add(key, Totals(fins=ends.fins, resets=ends.resets, late=totals.count))
    return table


def udp(checks, seen, tcptop):
    """A datagram is known by who sent it; each end's own capture says what it sent and what came to it."""
    sent = Table()
    for side in ("client", "server"):
        other = "server" if side == "client" else "client"
        for (_, sender, port), totals in seen.datagrams[side].items():
            key = ("udp", side, port)
            if sender == side:
                sent.add(key, totals)
            elif sender == other:
                sent.add(key, Totals(packets_in=totals.packets_out, bytes_in=totals.bytes_out))
    each(checks, "datagrams and bytes out are what tcpdump saw", tcptop, sent, lambda a, b: (a.packets_out, a.bytes_out) == (b.packets_out, b.bytes_out))
    each(checks, "datagrams in, and drops, are what tcpdump saw", tcptop, sent, lambda a, b: a.packets_in + a.drops == b.packets_in)
    each(checks, "bytes in are what tcpdump saw, where nothing was dropped", tcptop, sent, lambda a, b: a.bytes_in == b.bytes_in if a.drops == 0 else a.bytes_in < b.bytes_in)


def live(checks, tcptop, ss):
    """Of connections that are open and still: ss counts a FIN only after a close."""
    checks.that("there are open connections to look at", ss, "none")
    each(checks, "of open connections, bytes_out is ss's bytes_sent - bytes_retrans", tcptop, ss, lambda a, b: a.bytes_out == b.bytes_out)
    each(checks, "of open connections, bytes_in is ss's bytes_received", tcptop, ss, lambda a, b: a.bytes_in == b.bytes_in)
    each(checks, "of open connections, packets are ss's segs_out and segs_in", tcptop, ss,
         lambda a, b: (a.packets_out, a.packets_in) == (b.packets_out, b.packets_in))


def each(checks, what, tcptop, truth, same):
    checks.compare(*told(what, tcptop, truth, same))


def told(what, mine, truth, same):
    nothing = Totals()
    wrong = [key for key in sorted({*mine, *truth}) if not same(mine.get(key, nothing), truth.get(key, nothing))]
    shown = "; ".join(f"{key}: {mine.get(key)} against {truth.get(key)}" for key in wrong[:WRONG_SHOWN])
    return f"{what} ({len(truth)} ends)", not wrong and truth, f"{len(wrong)} wrong: {shown}"
