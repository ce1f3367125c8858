"""What a witness says of one end of one connection: the same fields for tcptop, ss and a capture."""

import dataclasses


@dataclasses.dataclass
class Totals:
    """Several connections with the same ports are added up; count says how many."""
    count: int = 0
    bytes_out: int = 0  # payload, each byte once
    bytes_in: int = 0  # payload in order
    packets_out: int = 0
    packets_in: int = 0
    retransmits: int = 0  # segments
    bytes_again: int = 0  # payload sent again
    drops: int = 0  # datagrams without room
    fins: int = 0  # ss: what its bytes_received may count besides; capture: connections whose peer sent a FIN
    late: int = 0  # ss: segments that may have found the connection ended
    resets: int = 0  # capture: connections that this end reset
    unread: int = 0  # ss: Recv-Q at the end
    unsent: int = 0  # ss: notsent at the end

    def add(self, other):
        for field in dataclasses.fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))


class Table(dict):
    """(protocol, side, client's port) -> Totals."""

    def add(self, key, totals):
        self.setdefault(key, Totals()).add(totals)

    def sum(self, field, protocol, side, ports=None):
        return sum(getattr(totals, field) for (p, s, port), totals in self.items() if (p, s) == (protocol, side) and (ports is None or port in ports))

    def of(self, protocol):
        return {key: totals for key, totals in self.items() if key[0] == protocol}


def side_and_port(local_port, remote_port, service):
    """None for what is not the workload's."""
    if local_port == service:
        return "server", remote_port
    return ("client", local_port) if remote_port == service else None
