"""dig against dnsmasq: each question from a socket of its own, over UDP and over TCP."""

import re

from claims import Claim
from processes import run

PREFIX = 2  # over TCP a message has its length before it


class Dns:
    PROGRAMS, PROTOCOLS = ("dnsmasq", "dig"), ("tcp", "udp")

    def __init__(self, questions, over_tcp):
        self.questions, self.over_tcp = questions, over_tcp

    def run(self, scene):
        place, port = scene.place, str(scene.port)
        server = scene.start("dnsmasq", "server", [
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root", f"--pid-file={scene.directory}/dnsmasq.pid",
            f"--listen-address={place.server_address}", "--bind-interfaces", f"--port={port}", "--address=/truth.example/192.0.2.7", "--log-facility=-"])
        scene.wait_until_it_listens()
        said = [self.ask(scene, number, *arguments) for number, *arguments in ((self.questions, "+notcp"), (self.over_tcp, "+tcp"))]
        server.end()
        return said

    @staticmethod
    def ask(scene, count, way):
        path = f"{scene.directory}/questions"
        with open(path, "w") as file:
            file.writelines(f"n{number}.{'x' * (number % 50 + 1)}.truth.example A\n" for number in range(count))
        return run("dig", [*scene.place.at("client"), "dig", "-r", f"@{scene.place.server_address}", "-p", str(scene.port), way, "+qr", "+stats", "+tries=1", "+noidnin",
                    "-f", path], scene.directory, 60)

    def claims(self, report, seen):
        tcptop = seen.tcptop_rows.table()
        for protocol, said, count in (("udp", report[0], self.questions), ("tcp", report[1], self.over_tcp)):
            asked, answered = ([int(size) for size in re.findall(rf"^;; {what} SIZE(?:  rcvd)?: (\d+)", said, re.MULTILINE)] for what in ("QUERY", "MSG"))
            prefixes = [(PREFIX * count, "lengths before messages")] if protocol == "tcp" else []
            yield Claim(f"dig's questions over {protocol.upper()}", sum(asked), tcptop.sum("bytes_out", protocol, "client"), differs=prefixes)
            yield Claim(f"dig's answers over {protocol.upper()}", sum(answered), tcptop.sum("bytes_in", protocol, "client"), differs=prefixes)
            yield Claim(f"the same to dnsmasq over {protocol.upper()}", sum(asked), tcptop.sum("bytes_in", protocol, "server"), differs=prefixes)
            yield Claim(f"the same from dnsmasq over {protocol.upper()}", sum(answered), tcptop.sum("bytes_out", protocol, "server"), differs=prefixes)
            if protocol == "udp":
                yield Claim("dig's questions", len(asked), tcptop.sum("packets_out", "udp", "client"), "datagrams")
                yield Claim("dig's answers", len(answered), tcptop.sum("packets_in", "udp", "client"), "datagrams")
