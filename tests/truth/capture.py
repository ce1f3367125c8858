"""A pcap file of tcpdump, read as what the hosts of its device said to each other: payload by sequence numbers, datagrams by their length."""

import dataclasses
import struct

from totals import Table, Totals, side_and_port

ETHERNET = 14
IPV4 = 0x0800
HEAD = 12
TCP, UDP = 6, 17
FIN, SYN, RST, ACK = 1, 2, 4, 16
HALF = 1 << 31


@dataclasses.dataclass
class Direction:
    """One way of a TCP connection. Offsets count from the SYN: the first byte of payload has 1."""
    first: int = None
    ranges: list = dataclasses.field(default_factory=list)  # sorted, apart
    end: int = 1
    payload: int = 0  # with what was sent again
    fin: int = None  # offset
    reset: bool = False
    acknowledged: int = 1  # of the other way, by this one

    def offset(self, number, near):
        """Sequence numbers are 32 bits; what was sent is near what was sent last."""
        distance = (number - self.first - near) & 0xFFFFFFFF
        return near + (distance - (1 << 32) if distance >= HALF else distance)

    def take(self, sequence, length, flags):
        if flags & SYN and self.first is None:
            self.first = sequence
        if self.first is None:
            return
        start = self.offset(sequence, self.end) + (1 if flags & SYN else 0)
        self.payload += length
        if length:
            insert(self.ranges, start, start + length)
            self.end = max(self.end, start + length)
        self.reset = self.reset or bool(flags & RST)
        if flags & FIN and self.fin is None:
            self.fin = start + length

    def once(self):
        return sum(end - start for start, end in self.ranges)


def insert(ranges, start, end):
    if not ranges or start > ranges[-1][1]:
        ranges.append((start, end))
    elif start == ranges[-1][1]:
        ranges[-1] = (ranges[-1][0], end)
    else:
        merged = sorted([*ranges, (start, end)])
        ranges[:] = merged[:1]
        for low, high in merged[1:]:
            if low <= ranges[-1][1]:
                ranges[-1] = (ranges[-1][0], max(high, ranges[-1][1]))
            else:
                ranges.append((low, high))


class Capture:
    def __init__(self, service):
        self.service = service
        self.live = {}  # client's port -> {side: Direction}
        self.done = []
        self.heads = {}  # a sender's key -> the first bytes of each of its datagrams
        self.datagrams = Table()  # a sender's, under its own key

    def read(self, path):
        with open(path, "rb") as file:
            data = memoryview(file.read())
        order = "<" if struct.unpack_from("<I", data)[0] in (0xA1B2C3D4, 0xA1B23C4D) else ">"
        at = 24
        while at + 16 <= len(data):
            length = struct.unpack_from(f"{order}I", data, at + 8)[0]
            self.packet(data[at + 16:at + 16 + length])
            at += 16 + length
        return self

    def packet(self, frame):
        if len(frame) < ETHERNET + 20 or struct.unpack_from("!H", frame, 12)[0] != IPV4:
            return
        ip = frame[ETHERNET:]
        header = (ip[0] & 15) * 4
        total, fragment, protocol = struct.unpack_from("!H", ip, 2)[0], struct.unpack_from("!H", ip, 6)[0] & 0x1FFF, ip[9]
        if fragment or protocol not in (TCP, UDP):
            return
        sender, receiver = struct.unpack_from("!HH", ip, header)
        where = side_and_port(sender, receiver, self.service)
        if where is None:
            return
        if protocol == UDP:
            payload = struct.unpack_from("!H", ip, header + 4)[0] - 8
            self.datagrams.add(("udp", *where), Totals(count=1, packets_out=1, bytes_out=payload))
            self.heads.setdefault(("udp", *where), []).append(bytes(ip[header + 8:header + 8 + HEAD]))
        else:
            self.segment(*where, ip[header:], total - header)

    def segment(self, side, port, tcp, length):
        sequence, acknowledgement = struct.unpack_from("!II", tcp, 4)
        flags = tcp[13]
        payload = length - (tcp[12] >> 4) * 4
        connection = self.live.get(port)
        fresh = flags & (SYN | ACK) == SYN
        if fresh and connection and connection["client"].first not in (None, sequence):
            self.done.append((port, self.live.pop(port)))
            connection = None
        if connection is None:
            if not fresh:
                return  # of a connection that has ended
            connection = self.live[port] = {"client": Direction(), "server": Direction()}
        mine, other = connection[side], connection["server" if side == "client" else "client"]
        mine.take(sequence, payload, flags)
        if flags & ACK and other.first is not None:
            mine.acknowledged = max(mine.acknowledged, other.offset(acknowledgement, other.end))

    def tcp(self, side):
        """That side's ends, when the capture is of its own device: what it sent, and of what came what it acknowledged."""
        table = Table()
        for port, connection in (*self.done, *self.live.items()):
            mine, other = connection[side], connection["server" if side == "client" else "client"]
            taken = mine.acknowledged - 1
            if other.fin is not None and mine.acknowledged > other.fin:
                taken -= 1
            table.add(("tcp", side, port), Totals(
                count=1, bytes_out=mine.once(), bytes_in=taken, bytes_again=mine.payload - mine.once(), fins=int(other.fin is not None),
                resets=int(mine.reset)))
        return table
