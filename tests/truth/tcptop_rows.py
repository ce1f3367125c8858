"""tcptop's JSON rows: the last of each connection, added up."""

import json

from totals import Table, Totals, side_and_port


class Rows:
    """Fed line by line as they come."""

    def __init__(self, service, namespaces):
        self.service = service
        self.namespaces = namespaces
        self.ended = Table()
        self.open = {}  # identity -> (key, row)
        self.ticks = 0
        self.timestamp = None

    def feed(self, line):
        row = json.loads(line)
        if row["timestamp"] != self.timestamp:
            self.timestamp = row["timestamp"]
            self.ticks += 1
        where = side_and_port(row["local_port"], row["remote_port"], self.service)
        if where is None or row["netns"] not in self.namespaces:
            return
        key = (row["proto"], *where)
        identity = (key, row["cookie"], row["local_addr"], row["remote_addr"])
        if row["closed"]:
            self.ended.add(key, totals_of(row))
            self.open.pop(identity, None)
        else:
            self.open[identity] = (key, row)

    def table(self):
        table = Table()
        for key, totals in self.ended.items():
            table.add(key, totals)
        for key, row in self.open.values():
            table.add(key, totals_of(row))
        return table

    def alive(self):
        """The latest rows of what is open."""
        table = Table()
        for key, row in self.open.values():
            table.add(key, totals_of(row))
        return table


def totals_of(row):
    names = ("bytes_out", "bytes_in", "packets_out", "packets_in", "retransmits", "drops")
    return Totals(count=1, **{name: row[name] or 0 for name in names})
