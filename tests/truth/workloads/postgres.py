"""pgbench and psql against a PostgreSQL server of our own."""

import glob
import os
import re
import shutil
import signal
import subprocess

from processes import Program, run, wait_for

BLOB = 5_000_000


def server_program(name):
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return found[-1] if found else shutil.which(name)


class Postgres:
    PROGRAMS, PROTOCOLS = ("psql", "pgbench", "postgres"), ("tcp",)

    def __init__(self, transactions, clients):
        self.transactions, self.clients = transactions, clients

    def run(self, scene):
        place, port, data = scene.place, str(scene.port), f"{scene.directory}/data"
        os.makedirs(data)
        # It refuses to be root.
        os.chmod(scene.directory, 0o711)
        shutil.chown(data, "nobody")
        as_nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        run("initdb", [*as_nobody, server_program("initdb"), "-D", data, "-A", "trust", "-U", "truth", "--no-sync", "--locale=C"], scene.directory)
        with open(f"{data}/pg_hba.conf", "a") as file:
            file.write("host all all all trust\n")
        server = scene.start("postgres", "server", [
            *as_nobody, server_program("postgres"), "-D", data, "-h", place.server_address, "-p", port, "-k", data, "-c", "fsync=off", "-c", "ssl=off"])
        scene.wait_until_it_listens()
        wait_for("PostgreSQL is ready", lambda: "ready to accept connections" in server.said())
        where = ["-h", place.server_address, "-p", port, "-U", "truth"]
        run("pgbench-init", [*place.at("client"), "pgbench", *where, "-i", "-q", "postgres"], scene.directory)
        said = run("pgbench", [*place.at("client"), "pgbench", *where, "-c", str(self.clients), "-t", str(self.transactions), "-M", "prepared", "postgres"], scene.directory, 120)
        done = int(re.search(r"transactions actually processed: (\d+)/", said)[1])
        scene.checks.that("pgbench has done its transactions", done == self.transactions * self.clients, f"{done} done")
        self.held(scene, where)
        server.end(signal.SIGINT)

    def held(self, scene, where):
        """A session that stays open, and a value of known size."""
        psql = Program("psql", [*scene.place.at("client"), "psql", "-X", "-A", "-t", *where, "postgres"], scene.directory, stdin=subprocess.PIPE)
        try:
            psql.process.stdin.write(f"select repeat('x', {BLOB});\n\\echo finished\n".encode())
            psql.process.stdin.flush()
            wait_for("psql has its answer", lambda: "finished" in psql.text())
            scene.look_at_what_is_open()
            psql.process.stdin.close()
            psql.finish(20)
        finally:
            psql.end()

    def claims(self, report, seen):
        """It does not say what its bytes are: ss and tcpdump do."""
        return ()
