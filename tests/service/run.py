#!/usr/bin/env python3
"""Boots a Debian with systemd in QEMU, where the package's unit has to log, to be rotated, killed, upgraded and removed; ends with "N passed, N failed".

usage: run.py PACKAGE     as root; a .deb
"""

import collections
import csv
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path += [f"{PROJECT}/build", f"{PROJECT}/tests/kernel-matrix"]

import checklist  # noqa: E402  found by the line above
import debian_archive  # noqa: E402
import debian_kernels  # noqa: E402
import guest  # noqa: E402
import guest_image  # noqa: E402

WORK = f"{PROJECT}/artifacts/service"
SUITES = ("bookworm", "bookworm-security")
SERIES = "6.1"
SECONDS = 570
# What guest/run has load make, in all: connections, each with two ends.
CONNECTIONS = 200
# CAP_NET_ADMIN, CAP_PERFMON, CAP_BPF.
CAPABILITIES = f"{1 << 12 | 1 << 38 | 1 << 39:016x}"


def main():
    os.makedirs(WORK, exist_ok=True)
    archive = debian_archive.Archive(f"{WORK}/archive")
    archive.update(SUITES)
    kernel, reason = debian_kernels.fetch(archive, SERIES)
    if not kernel:
        sys.exit(f"error: there is no kernel to boot: {reason}")
    print(f"Debian's {kernel[0]}", flush=True)
    subprocess.run(["cc", "-O2", "-static", "-o", f"{WORK}/load", f"{PROJECT}/benchmarks/overhead/load.c"], check=True)
    subprocess.run([f"{HERE}/make-root.sh", f"{WORK}/root", os.path.abspath(sys.argv[1]), f"{WORK}/load"], check=True)
    guest_image.pack(f"{WORK}/root", f"{WORK}/root.cpio")
    return conclude(guest.boot(debian_kernels.image(kernel[1]), [f"{WORK}/root.cpio"], "service", guest.TRUTH, f"{WORK}/log", SECONDS))


def conclude(lines):
    said = collections.defaultdict(list)
    for line in lines:
        if match := re.match(r"@(\S+) ?(.*)", line):
            said[match[1]].append(match[2])
    files = collections.defaultdict(list)
    for line in said["row"]:
        name, row = line.split(" ", 1)
        files[name].append(row)
    rows = {name: list(csv.DictReader(text)) for name, text in files.items()}
    ends = [row["cookie"] for found in rows.values() for row in found if row["process"] == "load" and row["closed"] == "true"]
    times = [{row["timestamp"] for row in found} for found in rows.values()]
    status = dict(line.split(": ", 1) for line in said["status"])
    checks = {
        "the guest came to its end": "end" in said,
        "all that was waited for came": "unmet" not in said,
        "installed, it is neither enabled nor running": said["enabled-at-first"] == ["disabled"] and said["running-at-first"] == [],
        "systemd has nothing to say of the unit": said["verify"] == [],
        f"it is hardened ({''.join(said['exposure'])})": said["secure"] == ["0"],
        "it runs as a user of its own": status.get("Uid", "0").split()[0] not in ("0", "65534"),
        "with the capabilities that it needs and no other": {status.get(kind) for kind in ("CapEff", "CapPrm", "CapBnd")} == {CAPABILITIES},
        "without a way to more": (status.get("NoNewPrivs"), status.get("Seccomp")) == ("1", "2"),
        "with the lines in the unit's comment it sees all": said["all"] == ["active"] and said["unseen"] == [],
        "others may not read its log": [line.split()[0] for line in said["file"]] == ["-rw-r-----"],
        "the log is in three parts, the oldest compressed": sorted(rows) == ["net.csv", "net.csv.1", "net.csv.2.gz"],
        "each part begins with the header, and has it once": all(sum(row.startswith("timestamp,") for row in text) == 1 and text[0].startswith("timestamp,") for text in files.values()),
        "every end of every connection has its last row in one part": len(ends) == len(set(ends)) == 2 * CONNECTIONS,
        "no refresh is in two parts": sum(map(len, times)) == len(set().union(*times)) > 0,
        "killed, it came again": said["restarts"] == ["1"],
        "upgraded, it has the new unit's limit of memory": (said["older-memory"], said["memory"]) == (["infinity"], [str(1 << 30)]),
        "and logrotate the new settings": said["maxsize"] == ["1"],
        "stopped, it ended with 0": [" ".join(line.split()) for line in said["result"]] == ["success 0"],
        "removed, it is stopped": said["after-removal"] in (["inactive"], ["unknown"]),
        "purged, nothing of it is left": said["left"] == [],
        "logrotate and dpkg had nothing to complain of": said["complaint"] == [],
        "the kernel had nothing to complain of": said["kernel-complaint"] == [],
    }
    return checklist.conclude(checks, f"What the guest said is in {os.path.relpath(WORK)}/log.")


if __name__ == "__main__":
    sys.exit(main())
