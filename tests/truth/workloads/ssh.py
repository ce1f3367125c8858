"""An SSH session that takes a file of known size. ssh says how many bytes it has sent and received, its packets one by one, and the first lines."""

import hashlib
import os
import re
import shutil
import subprocess

from claims import Claim, Derived
from processes import Program, read, run, wait_for

SIZE = 8_000_000
TAG = 16  # behind each packet once keys are set; ssh does not count it
LARGEST = 32768  # data in a packet
CIPHER = "aes128-gcm@openssh.com"
CONFIGURATION = """
HostKey {directory}/host
AuthorizedKeysFile {directory}/user.pub
ListenAddress {address}:{port}
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PrintMotd no
PrintLastLog no
"""


class Ssh:
    PROGRAMS, PROTOCOLS = ("sshd", "ssh", "ssh-keygen"), ("tcp",)

    def run(self, scene):
        directory, place = scene.directory, scene.place
        content = os.urandom(SIZE)
        with open(f"{directory}/file", "wb") as file:
            file.write(content)
        for name in ("host", "user"):
            run("ssh-keygen", ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{directory}/{name}"], directory)
        with open(f"{directory}/sshd_config", "w") as file:
            file.write(CONFIGURATION.format(directory=directory, address=place.server_address, port=scene.port))
        os.makedirs("/run/sshd", exist_ok=True)
        server = scene.start("sshd", "server", [shutil.which("sshd", path="/usr/sbin:/sbin:/usr/bin"), "-D", "-e", "-f", f"{directory}/sshd_config"])
        scene.wait_until_it_listens()
        ssh = Program("ssh", [
            *place.at("client"), "ssh", "-vvv", "-F", "none", "-i", f"{directory}/user", "-c", CIPHER, "-o", "StrictHostKeyChecking=no", "-o",
            f"UserKnownHostsFile={directory}/known", "-o", "IdentitiesOnly=yes", "-p", str(scene.port), f"root@{place.server_address}",
            f"cat {directory}/file; read -r end"], directory, stdin=subprocess.PIPE)
        try:
            wait_for("the file has come", lambda: os.path.getsize(ssh.output) >= SIZE, 60)
            scene.look_at_what_is_open()
            ssh.process.stdin.write(b"end\n")
            ssh.process.stdin.close()
            ssh.finish(20)
        finally:
            ssh.end()
        server.end()
        with open(ssh.output, "rb") as file:
            scene.checks.that("the file has come as it was", hashlib.sha256(file.read()).digest() == hashlib.sha256(content).digest())
        return read(ssh.errors)

    def claims(self, report, seen):
        tcptop = seen.tcptop_rows.table()
        sent, received = (int(number) for number in re.search(r"Transferred: sent (\d+), received (\d+) bytes", report).groups())
        mine = re.search(r"Local version string (\S.*)", report)[1].strip()
        theirs = "SSH-2.0-" + re.search(r"remote software version (\S.*)", report)[1].strip()
        adjustments = len(re.findall(r"window \d+ sent adjust", report))
        yield Claim("ssh's bytes sent", sent, tcptop.sum("bytes_out", "tcp", "client"),
                    differs=line_and_tags(mine, logged(report, "send") + adjustments + 1))  # one packet of data: the line that ends it
        came = seen.capture_tables["client"].sum("bytes_in", "tcp", "client")
        told = line_and_tags(theirs, logged(report, "receive"))
        yield Claim("ssh's bytes received", received, tcptop.sum("bytes_in", "tcp", "client"), differs=told,
                    derived=data_tags(came - received - sum(number for number, _ in told)))


def logged(report, verb):
    """Packets after that of new keys (21). ssh tells of all but data and adjustments of windows."""
    kinds = [int(kind) for kind in re.findall(rf"{verb} packet: type (\d+)", report)]
    return len(kinds) - kinds.index(21) - 1


def data_tags(rest):
    """How many packets of data came, nobody tells; what tcpdump saw more than the rest of the sum must be so many tags as the file may have packets."""
    fewest = -(-SIZE // LARGEST)
    return Derived(rest, "tags of packets of data", range(TAG * fewest, TAG * 2 * fewest, TAG))


def line_and_tags(line, packets):
    return [(len(line) + len("\r\n"), "the version line"), (TAG * packets, f"tags of {packets} packets")]
