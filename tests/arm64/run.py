#!/usr/bin/env python3
"""Boots a Debian kernel for arm64 in QEMU with the released arm64 binary, which has to load its programs there and count; ends with "N passed, N failed".

usage: run.py     after make release RID=linux-arm64
"""

import csv
import os
import shutil
import stat
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

WORK = f"{PROJECT}/artifacts/arm64"
BINARY = f"{PROJECT}/out/release/linux-arm64/tcptop"
SYSROOT = f"{PROJECT}/artifacts/sysroot/linux-arm64"
LIBC = f"{SYSROOT}/libc/lib/aarch64-linux-gnu"
LIBRARIES = ("libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0")
LOADER = "ld-linux-aarch64.so.1"
SUITES = ("bookworm", "bookworm-security")
SERIES = "6.1"
SECONDS = 300
# What guest/init has load send: so many messages over TCP, as many datagrams, and connections with a message each.
MESSAGES, CONNECTIONS, MESSAGE_BYTES = 1000, 100, 64


def main():
    archive = debian_archive.Archive(f"{WORK}/archive", "arm64")
    archive.update(SUITES)
    kernel, reason = debian_kernels.fetch(archive, SERIES)
    if not kernel:
        sys.exit(f"error: there is no kernel to boot: {reason}")
    busybox, reason = archive.fetch_programs("busybox-static")
    if not busybox:
        sys.exit(f"error: the guest has no shell: {reason}")
    print(f"Debian's {kernel[0]} for arm64", flush=True)
    fill(f"{WORK}/guest", busybox)
    guest_image.pack(f"{WORK}/guest", f"{WORK}/guest.cpio")
    lines = guest.boot(debian_kernels.image(kernel[1]), [f"{WORK}/guest.cpio"], "count", guest.ARM64_TRUTH, f"{WORK}/log", SECONDS, guest.ARM64)
    return conclude(lines)


def fill(staging, busybox):
    shutil.rmtree(staging, ignore_errors=True)
    for directory in ("bin", "lib", "etc"):
        os.makedirs(f"{staging}/{directory}")
    shutil.copy(f"{busybox}/bin/busybox", f"{staging}/bin/busybox")
    shutil.copy(BINARY, f"{staging}/bin/tcptop")
    subprocess.run([
        "clang", "--target=aarch64-linux-gnu", f"--sysroot={SYSROOT}/libc", "-isystem", f"{SYSROOT}/libraries/usr/include", "-isystem",
        f"{SYSROOT}/libraries/usr/include/aarch64-linux-gnu", "-fuse-ld=bfd", "-O2", "-o", f"{staging}/bin/load", f"{PROJECT}/benchmarks/overhead/load.c",
    ], check=True)
    for name in (*LIBRARIES, LOADER):
        shutil.copy(f"{LIBC}/{name}", f"{staging}/lib/{name}")
    shutil.copy(f"{HERE}/guest/init", f"{staging}/init")
    os.chmod(f"{staging}/init", stat.S_IRWXU)


def conclude(lines):
    def said(mark):
        return [line[len(mark) + 2:] for line in lines if line.startswith(f"@{mark} ")]

    rows = list(csv.DictReader(said("row")))

    def ends(protocol, count, way):
        """How many rows of the load ended with so many messages that way, and with none the other way."""
        other = {"in": "out", "out": "in"}[way]
        return sum(
            row["proto"] == protocol and row["process"] == "load" and row["closed"] == "true"
            and (row[f"bytes_{way}"], row[f"bytes_{other}"]) == (str(count * MESSAGE_BYTES), "0")
            and (protocol == "tcp" or row[f"packets_{way}"] == str(count)) for row in rows)

    commit = subprocess.run(["git", "-C", PROJECT, "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    with open(f"{os.path.dirname(BINARY)}/commit") as file:
        released = file.read().strip()
    checks = {
        "the guest came to its end": "@end" in lines,
        "the binary is of the commit that was released": f"commit {released}" in said("version"),
        "it ended with 0 when it was asked to": said("exit") == ["0"],
        "it had nothing to complain of": said("error") == [],
        "the kernel had nothing to complain of": said("complaint") == [],
        "TCP is counted to the byte where it is sent": ends("tcp", MESSAGES, "out") == 1,
        "TCP is counted to the byte where it is received": ends("tcp", MESSAGES, "in") == 1,
        "datagrams are counted, each one, where they are sent": ends("udp", MESSAGES, "out") == 1,
        "datagrams are counted, each one, where they are received": ends("udp", MESSAGES, "in") == 1,
        "short connections are counted at their beginning end": ends("tcp", 1, "out") == CONNECTIONS,
        "short connections are counted at their accepting end": ends("tcp", 1, "in") == CONNECTIONS,
    }
    return checklist.conclude(
        checks, f"What the guest said is in {os.path.relpath(WORK)}/log. The release is of {released[:7]}, this tree of {commit[:7]}.")


if __name__ == "__main__":
    sys.exit(main())
