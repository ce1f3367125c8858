"""iperf3: TCP one way, the other, and in parallel; and datagrams."""

import json

from claims import Claim, Derived
from processes import run

PROGRAMS = ("iperf3",)
COOKIE = 37  # what a client says on each connection before data
GREETING = 4  # the datagram by which a stream begins, and its answer
LATE_AT_MOST = 0.03  # of its datagrams


class Tcp:
    PROGRAMS, PROTOCOLS = PROGRAMS, ("tcp",)

    def __init__(self, *arguments, reverse=False):
        self.arguments = (*arguments, *(("-R",) if reverse else ()))
        self.reverse = reverse

    def run(self, scene):
        return transfer(scene, self.arguments)

    def claims(self, report, seen):
        client, server = report
        tcptop, ss = seen.tcptop_rows.table(), seen.ss_table
        ports = [connection["local_port"] for connection in client["start"]["connected"]]
        sender, receiver = ("server", "client") if self.reverse else ("client", "server")
        # A stream's cookie goes from the client to the server, whichever way the data goes.
        cookies = 0 if self.reverse else COOKIE * len(ports)
        sent, taken = (client, server)[self.reverse], (client, server)[not self.reverse]
        out = tcptop.sum("bytes_out", "tcp", sender, ports)
        written = sum(stream["sender"]["bytes"] for stream in sent["end"]["streams"])
        unsent = ss.sum("unsent", "tcp", sender, ports)
        waiting = sum(ss["tcp", sender, port].unsent > 0 for port in ports)
        unsent -= fins_unsent(written + cookies - unsent, seen.capture_tables[sender].sum("bytes_out", "tcp", sender, ports), waiting)
        yield Claim("the sender's bytes", written, out, differs=[
            (cookies, "cookies"), (-unsent, "written but not sent when it closed (ss: notsent, less FINs in it)")])
        unread = sum(unread_data(ss[end], seen.capture_tables[receiver][end]) for end in (("tcp", receiver, port) for port in ports))
        yield Claim("the receiver's bytes", sum(stream["receiver"]["bytes"] for stream in taken["end"]["streams"]),
                    tcptop.sum("bytes_in", "tcp", receiver, ports), differs=[
                        (cookies, "cookies"), (unread, "received but not read when it closed (ss: Recv-Q, less FINs)")])


def unread_data(ss, captured):
    """ss's Recv-Q counts a FIN that has come, as its bytes_received does, until it has been read; it is the last to be."""
    return max(0, ss.unread - (ss.bytes_in - captured.bytes_in))


def fins_unsent(expected, captured, waiting):
    """A FIN that waits behind data is in notsent: at most one for each stream that had something left. How many did, tcpdump tells."""
    return min(max(0, captured - expected), waiting)


class Udp:
    PROGRAMS, PROTOCOLS = PROGRAMS, ("tcp", "udp")

    def __init__(self, *arguments):
        self.arguments = ("-u", *arguments)

    def run(self, scene):
        return transfer(scene, self.arguments)

    def claims(self, report, seen):
        client, server = report
        tcptop = seen.tcptop_rows.table()
        streams = len(client["end"]["streams"])
        sent = [stream["udp"] for stream in client["end"]["streams"]]
        came = [stream["udp"] for stream in server["end"]["streams"]]
        yield Claim("the sender's bytes", sum(stream["bytes"] for stream in sent), tcptop.sum("bytes_out", "udp", "client"),
                    differs=[(GREETING * streams, "greetings")])
        yield Claim("the sender's datagrams", sum(stream["packets"] for stream in sent), tcptop.sum("packets_out", "udp", "client"), "datagrams",
                    [(streams, "greetings")])
        read, drops = sum(stream["packets"] - stream["lost_packets"] for stream in came), tcptop.sum("drops", "udp", "server")
        yield Claim("the receiver's datagrams", read, tcptop.sum("packets_in", "udp", "server"), "datagrams",
                    [(streams, "greetings")], self.late(came, read, drops, seen))

    @staticmethod
    def late(came, read, drops, seen):
        """It reads no more when it has heard that the test is over. Of one stream that had room for all it has read the first that came; the highest number
        among these is the one it tells."""
        numbers = [int.from_bytes(head[8:12]) for key, heads in seen.heads["server"].items() if key[1] == "client" for head in heads if len(head) == 12]
        if len(came) == 1 and not drops and max(numbers[:read]) != came[0]["packets"]:
            raise RuntimeError(f"iperf3 has read {read} datagrams up to number {came[0]['packets']}; the first {read} that came go up to {max(numbers[:read])}")
        return Derived(len(numbers) - drops - read, "received after its last read", range(int(LATE_AT_MOST * len(numbers)) + 1))


def transfer(scene, arguments):
    place, port = scene.place, str(scene.port)
    server = scene.start("iperf3-server", "server", ["iperf3", "-s", "-1", "-J", "-B", place.server_address, "-p", port])
    scene.wait_until_it_listens()
    client = run("iperf3-client", [*place.at("client"), "iperf3", "-c", place.server_address, "-p", port, "-J", *arguments], scene.directory, 120)
    server.finish(20)
    return json.loads(client), json.loads(server.text())
