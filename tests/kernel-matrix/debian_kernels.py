"""Kernels of the Debian archive: which there are now, and the newest of a series, unpacked."""

import os
import re

from debian_archive import by_version

TRIES = 6
# The kernel of guests that are not there for their kernel: one that has netem, and lets functions be hooked.
USUAL_SERIES, USUAL_SUITES = "6.12", {"trixie", "trixie-security"}
# An image of its own, or (since 6.19) a binary, with its modules in another package. What is signed for Secure Boot has the same name without a suffix.
PACKAGE = re.compile(r"linux-(?:image|binary)-(?:unsigned-)?(\d+\.\d+)\.\S*-cloud-(?:amd64|arm64)(?:-unsigned)?")
SMALLEST_IMAGE = 5_000_000  # what is smaller depends on the image


def kernels(archive, series):
    """The packages that have such a kernel, the newest first; of one version the signed first, which archives keep longer."""
    names = [name for name in archive.names("linux-") if PACKAGE.fullmatch(name)]
    images = [package for package in archive.packages(*names) if int(package["Size"]) > SMALLEST_IMAGE] if names else []
    found = [package for package in images if series in ("newest", PACKAGE.fullmatch(package["Package"])[1])]
    found.sort(key=lambda package: "unsigned" in package["Package"])
    found.sort(key=lambda package: by_version(package["Version"]), reverse=True)
    return found


def fetch(archive, series):
    """Unpacks the newest kernel of the series that is served. Returns its version and directory, or None and why not."""
    reasons = []
    for package in kernels(archive, series)[:TRIES]:
        name, version = package["Package"], package["Version"]
        needed = [package]
        if name.startswith("linux-binary-"):
            modules = re.sub("^linux-binary-(unsigned-)?", "linux-modules-", name)
            needed += [other for other in archive.packages(modules) if other["Version"] == version]
        directory, reason = archive.unpack(needed)
        if directory:
            return (version, directory), ""
        reasons.append(reason)
    return None, "; ".join(reasons) or "Debian's lists name no such kernel"


def image(directory):
    """The bootable file of an unpacked kernel."""
    for parent, _, names in os.walk(directory):
        for name in names:
            if name.startswith("vmlinuz"):
                return f"{parent}/{name}"
    raise FileNotFoundError(f"no vmlinuz in {directory}")
