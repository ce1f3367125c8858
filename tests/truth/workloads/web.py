"""curl and nginx: one connection for many requests, and one for each."""

import os

from claims import Claim
from processes import read, run

BODY = 4321
CONFIGURATION = """
daemon off; user root; worker_processes 1; pid {directory}/nginx.pid; error_log {directory}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    log_format bytes '$remote_port $request_length $bytes_sent';
    access_log {directory}/access.log bytes;
    client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
    keepalive_requests 1000000;
    server {{ listen {address}:{port}; root {directory}/pages; }}
}}
"""


class Web:
    PROGRAMS, PROTOCOLS = ("nginx", "curl"), ("tcp",)

    def __init__(self, requests, connections, *arguments):
        self.requests, self.connections, self.arguments = requests, connections, arguments

    def run(self, scene):
        directory, place = scene.directory, scene.place
        os.makedirs(f"{directory}/pages", exist_ok=True)
        with open(f"{directory}/pages/page", "wb") as page:
            page.write(os.urandom(BODY))
        with open(f"{directory}/nginx.conf", "w") as file:
            file.write(CONFIGURATION.format(directory=directory, address=place.server_address, port=scene.port))
        server = scene.start("nginx", "server", ["nginx", "-p", directory, "-c", f"{directory}/nginx.conf", "-e", f"{directory}/nginx.log"])
        scene.wait_until_it_listens()
        said = run("curl", [*place.at("client"), "curl", "-q", "-sS", "--fail", "-o", "/dev/null", "-w", "%{size_request} %{size_header} %{size_download}\n", *self.arguments,
                    f"http://{place.server_address}:{scene.port}/page?[1-{self.requests}]"], directory, 180)
        server.end()
        logged = read(f"{directory}/access.log")
        scene.checks.that("nginx has logged all requests", logged.count("\n") == self.requests, f"{logged.count(chr(10))} of {self.requests}")
        return said, logged

    def claims(self, report, seen):
        client, server = ([[int(word) for word in line.split()] for line in text.splitlines()] for text in report)
        tcptop = seen.tcptop_rows.table()
        yield Claim("connections", self.connections, sum(totals.count for (_, side, _), totals in tcptop.items() if side == "client"), "connections")
        yield Claim("curl's requests", sum(line[0] for line in client), tcptop.sum("bytes_out", "tcp", "client"))
        yield Claim("curl's headers and downloads", sum(line[1] + line[2] for line in client), tcptop.sum("bytes_in", "tcp", "client"))
        yield Claim("nginx's request_length", sum(line[1] for line in server), tcptop.sum("bytes_in", "tcp", "server"))
        yield Claim("nginx's bytes_sent", sum(line[2] for line in server), tcptop.sum("bytes_out", "tcp", "server"))
