"""The other watchers of the network that tcptop is measured beside, each run as its users run it."""

import os
import shutil
import sys
import time

from terminal import Terminal

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path += [f"{PROJECT}/build", f"{PROJECT}/tests/kernel-matrix"]
import debian_archive  # noqa: E402

WORK = f"{PROJECT}/artifacts/benchmarks"
SETTLE_SECONDS = 1.5
# ss shows a moment: who wants to see what goes on runs it again and again.
EVERY_SECOND = "while :; do ss {flags} > /dev/null; sleep 1; done"


def commands(tcptop):
    """Name -> command; the newest versions that this host's Debian has, of what it lacks one from sid."""
    found = {
        "tcptop": [tcptop],
        "ss -tin, each second": ["/bin/sh", "-c", EVERY_SECOND.format(flags="-tin")],
        "ss -tinp, each second": ["/bin/sh", "-c", EVERY_SECOND.format(flags="-tinp")],
        "nethogs": [shutil.which("nethogs"), "-a", "-d", "1", "lo"],
        "iftop": [shutil.which("iftop"), "-n", "-N", "-i", "lo"],
    }
    if bandwhich := bandwhich_of_sid():
        found["bandwhich"] = bandwhich
    return found


def bandwhich_of_sid():
    """With the C library that it was built for."""
    archive = debian_archive.Archive(f"{WORK}/archive")
    archive.update({"sid"})
    directory, reason = archive.fetch_programs("bandwhich", "libc6", "libgcc-s1")
    if not directory:
        print(f"SKIPPED: bandwhich: {reason}", file=sys.stderr)
        return None
    libraries = f"{directory}/usr/lib/x86_64-linux-gnu"
    return [f"{libraries}/ld-linux-x86-64.so.2", "--library-path", libraries, shutil.which("bandwhich", path=f"{directory}/usr/bin:{directory}/usr/sbin"),
            "--interface", "lo", "--no-resolve"]


class Watcher(Terminal):
    """One of them on a terminal, at work from when it has settled until the block ends."""

    def __init__(self, command):
        super().__init__(*command)
        time.sleep(SETTLE_SECONDS)
        if os.waitpid(self.pid, os.WNOHANG) != (0, 0):
            raise SystemExit(f"error: {command[0]} ended at once: {self.output.decode(errors='replace')}")

    def cpu_seconds(self):
        """Of all threads, and of children that have ended, such as those of a loop in a shell."""
        with open(f"/proc/{self.pid}/stat") as stat:
            of_children = sum(int(ticks) for ticks in stat.read().rsplit(")", 1)[1].split()[13:15])
        return super().cpu_seconds() + of_children / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
