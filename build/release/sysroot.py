#!/usr/bin/env python3
"""Lays out what a release is linked against, from the Debian archive.

usage: sysroot.py RID DIRECTORY

DIRECTORY/libc        the C library of the oldest release that is served: what is linked against it runs on every newer one
DIRECTORY/libraries   libbpf, libelf and zlib, which go into the binary, and the headers of libbpf and the kernel
DIRECTORY/inputs.json which packages these are; written last, so that a directory that has it is whole
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.dirname(HERE))

import debian_archive  # noqa: E402  found by the line above

# Debian's release, the C library that its binaries need, and its compiler's library. When the first is no longer served the next is taken, and said.
LIBC_RELEASES = (("bullseye", "2.28", 10), ("bookworm", "2.34", 12))
# libbpf of the release before has not all that tcptop calls.
LIBRARIES_RELEASE = "bookworm"
LIBRARIES = ("libbpf-dev", "libelf-dev", "zlib1g-dev", "linux-libc-dev")
# The libbpf of that release, compiled for arm64, calls what only the compiler's library of that release has.
COMPILER_LIBRARY = {"arm64": ("libgcc-12-dev", "gcc-12-base")}
ARCHITECTURES = {"linux-x64": "amd64", "linux-arm64": "arm64"}


def main():
    rid, directory = sys.argv[1:]
    stamp = f"{directory}/inputs.json"
    if os.path.exists(stamp):
        return
    architecture = ARCHITECTURES.get(rid) or sys.exit(f"error: no release is made for {rid}; there are {', '.join(ARCHITECTURES)}")
    libc, libc_packages = fetch_libc(architecture, directory)
    libraries = fetch(architecture, LIBRARIES_RELEASE, LIBRARIES + COMPILER_LIBRARY.get(architecture, ()), f"{directory}/libraries")
    if isinstance(libraries, str):
        sys.exit(f"error: cannot fetch the libraries that a release has inside: {libraries}; see whether apt-get update works here")
    with open(f"{stamp}.part", "w") as file:
        json.dump({"rid": rid, "glibc": libc, "packages": libc_packages + libraries}, file, indent=1)
    os.rename(f"{stamp}.part", stamp)


def fetch_libc(architecture, directory):
    """Returns the version of the C library that what is linked against it needs, and its packages."""
    reasons = []
    for release, glibc, compiler in LIBC_RELEASES:
        packages = fetch(architecture, release, ("libc6", "libc6-dev", f"libgcc-{compiler}-dev", f"gcc-{compiler}-base", "libgcc-s1"), f"{directory}/libc")
        if not isinstance(packages, str):
            make_links_relative(f"{directory}/libc")
            return glibc, packages
        reasons.append(packages)
        print(f"note: {packages}", file=sys.stderr)
    sys.exit(f"error: cannot fetch a C library to link a release against: {'; '.join(reasons)}; see whether apt-get update works here")


def fetch(architecture, release, names, directory):
    """Returns what was unpacked, or why nothing was."""
    archive = debian_archive.Archive(f"{directory}-archive", architecture)
    said = archive.update([release])
    packages = [archive.newest(name) for name in names]
    if None in packages:
        return f"Debian's {release} is not served ({said.strip().splitlines()[-1] if said.strip() else 'its lists have no ' + names[packages.index(None)]})"
    unpacked, reason = archive.unpack(packages, directory)
    if not unpacked:
        return f"of Debian's {release}, {reason}"
    keys = {"Package": "name", "Version": "version", "Architecture": "architecture", "SHA256": "sha256", "Source": "source"}
    return [{"release": release, **{key: package[field] for field, key in keys.items() if field in package}} for package in packages]


def make_links_relative(root):
    """An absolute link would lead the linker out of the directory, to this host's libraries."""
    for parent, directories, names in os.walk(root):
        for name in names + directories:
            path = f"{parent}/{name}"
            if os.path.islink(path) and (target := os.readlink(path)).startswith("/"):
                os.remove(path)
                os.symlink(os.path.relpath(root + target, parent), path)


if __name__ == "__main__":
    main()
