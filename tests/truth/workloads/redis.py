"""redis-benchmark against a Redis server, which counts its bytes itself."""

import re

from claims import Claim
from processes import run

QUESTION = b"INFO stats\r\n"
ASK = """
import re, socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as connection:
    connection.sendall(%r)
    said = b""
    while not (head := re.match(rb"\\$(\\d+)\\r\\n", said)) or len(said) < head.end() + int(head[1]) + 2:
        said += connection.recv(65536)
    print(connection.getsockname()[1], len(said), said.decode())
""" % QUESTION


class Redis:
    PROGRAMS, PROTOCOLS = ("redis-server", "redis-benchmark"), ("tcp",)

    def __init__(self, requests):
        self.requests = requests

    def run(self, scene):
        place, port = scene.place, str(scene.port)
        server = scene.start("redis", "server", [
            "redis-server", "--port", port, "--bind", place.server_address, "--save", "", "--appendonly", "no", "--daemonize", "no", "--protected-mode", "no", "--dir", scene.directory])
        scene.wait_until_it_listens()
        run("redis-benchmark", [*place.at("client"), "redis-benchmark", "-h", place.server_address, "-p", port, "-q", "-n", str(self.requests), "-c", "20", "-d", "700",
             "-t", "set,get,lpush,lrange_100"], scene.directory, 120)
        said = run("redis-info", [*place.at("client"), "/usr/bin/python3", "-c", ASK, place.server_address, port], scene.directory)
        server.end()
        return said

    def claims(self, report, seen):
        tcptop = seen.tcptop_rows.table()
        port, length = (int(word) for word in report.split()[:2])
        received, sent = (int(re.search(rf"total_net_{way}_bytes:(\d+)", report)[1]) for way in ("input", "output"))
        answer = tcptop.sum("bytes_out", "tcp", "server", [port])
        yield Claim("Redis's total_net_input_bytes", received, tcptop.sum("bytes_in", "tcp", "server"))
        yield Claim("Redis's total_net_output_bytes", sent, tcptop.sum("bytes_out", "tcp", "server"), differs=[(answer, "the reply with this number")])
        yield Claim("the reply with this number", length, answer)
