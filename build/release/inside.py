#!/usr/bin/env python3
"""Lists what is inside a release, from what the linker and the compiler read: a CycloneDX file, and the licences of all parts.

usage: inside.py RID ARTIFACTS SYSROOT OUT VERSION COMMIT

OUT/tcptop.cdx.json  CycloneDX 1.5        OUT/NOTICES  the licence texts, as the parts' own packages have them
"""

import base64
import datetime
import glob
import json
import os
import re
import subprocess
import sys
import uuid

# What a package of the Debian archive is called where it comes from. A package that is not here is not expected in the binary.
UPSTREAM = {
    "libbpf-dev": ("libbpf", "LGPL-2.1-only OR BSD-2-Clause"),
    "libelf-dev": ("libelf", "GPL-2.0-or-later OR LGPL-3.0-or-later"),
    "zlib1g-dev": ("zlib", "Zlib"),
    "libc6-dev": ("glibc (start-up code)", "LGPL-2.1-or-later"),
    "libgcc-10-dev": ("libgcc", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    "libgcc-12-dev": ("libgcc", "GPL-3.0-or-later WITH GCC-exception-3.1"),
}


def main():
    rid, artifacts, sysroot, out, version, commit = sys.argv[1:]
    native = f"{artifacts}/obj/Tcptop/release_{rid}/native"
    with open(f"{sysroot}/inputs.json") as file:
        inputs = json.load(file)
    files = sorted(linked_files(f"{native}/tcptop.map") | compiled_files(f"{native}/tcptop.ilc.rsp"))
    parts, texts = {}, {}
    for path in files:
        if path.startswith(artifacts):
            continue  # our own
        component, licence = nuget_part(path) if nuget_directory(path) else debian_part(path, sysroot, inputs)
        parts[component["bom-ref"]] = component
        texts[component["bom-ref"]] = licence
    components = [parts[reference] for reference in sorted(parts)]
    with open(f"{out}/tcptop.cdx.json", "w") as file:
        json.dump(bom(components, rid, version, commit, inputs), file, indent=1)
        file.write("\n")
    write_notices(f"{out}/NOTICES", components, texts)


def linked_files(path):
    """The archives of which something went into the binary, and the objects, from the linker's map."""
    with open(path) as file:
        text = file.read()
    members = text.split("\n\n", 2)[1]
    archives = {line[:line.rindex("(")] for line in members.splitlines() if line.startswith("/")}
    objects = {line[5:] for line in text.splitlines() if line.startswith("LOAD ") and line.endswith(".o")}
    return {os.path.realpath(name) for name in archives | objects}


def compiled_files(path):
    """The assemblies that the compiler could take code from; of .NET's own a few are used, and all are of one package."""
    with open(path) as file:
        return {os.path.realpath(line[3:].strip()) for line in file if line.startswith("-r:")}


def nuget_directory(path):
    """The directory NAME/VERSION of the package that the file is of; None if it is of none."""
    while path != "/":
        if glob.glob(f"{path}/*.nuspec"):
            return path
        path = os.path.dirname(path)
    return None


def nuget_part(path):
    directory = nuget_directory(path)
    with open(glob.glob(f"{directory}/*.nuspec")[0], encoding="utf-8-sig") as file:
        nuspec = file.read()
    name, version = (re.search(f"<{tag}>([^<]+)</{tag}>", nuspec)[1] for tag in ("id", "version"))
    licence = re.search(r'<license type="expression">([^<]+)<', nuspec)
    with open(glob.glob(f"{directory}/*.nupkg.sha512")[0]) as file:
        digest = base64.b64decode(file.read()).hex()
    component = part(name, version, f"pkg:nuget/{name}@{version}", "SHA-512", digest, licence[1] if licence else sys.exit(f"error: {name} names no licence"))
    texts = [file for file in (f"{directory}/LICENSE.TXT", f"{directory}/THIRD-PARTY-NOTICES.TXT") if os.path.exists(file)]
    owner_line = re.search("<copyright>([^<]+)<", nuspec) or re.search("<authors>([^<]+)<", nuspec)
    return component, (texts, f"Copyright: {owner_line[1]}")


def debian_part(path, sysroot, inputs):
    name = owner(path, sysroot)
    package = next((package for package in inputs["packages"] if package["name"] == name), None)
    if package is None or name not in UPSTREAM:
        sys.exit(f"error: the linker took {path}, and which part that is nobody has said: see UPSTREAM in {__file__}")
    upstream, licence = UPSTREAM[name]
    version = re.sub(r"^\d+:", "", package["version"])
    epoch_free = re.sub(r"(\+dfsg|\.dfsg)?-[^-]*$", "", version)
    purl = f"pkg:deb/debian/{name}@{package['version']}?arch={package['architecture']}&distro={package['release']}"
    component = part(upstream, epoch_free, purl, "SHA-256", package["sha256"], licence)
    return component, (glob.glob(f"{sysroot}/*/usr/share/doc/{name}/copyright"), "")


def owner(path, sysroot):
    """Which package of those that we unpacked has the file. There is no database of them: dpkg -x keeps none; but each library is of one package."""
    file = os.path.relpath(path, sysroot)
    for pattern, name in ((r"libbpf\.a$", "libbpf-dev"), (r"libelf\.a$", "libelf-dev"), (r"^libraries/.*libz\.a$", "zlib1g-dev"),
                          (r"/usr/lib/gcc/[^/]+/(\d+)/", r"libgcc-\1-dev"), (r"^libc/", "libc6-dev")):
        if match := re.search(pattern, file):
            return match.expand(name)
    return file


def part(name, version, purl, algorithm, digest, licence):
    return {
        "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "licenses": [{"expression": licence}],
        "hashes": [{"alg": algorithm, "content": digest}],
    }


def bom(components, rid, version, commit, inputs):
    def tool(*command):
        return re.search(r"\d+\.\d+\S*", subprocess.run(command, capture_output=True, text=True, check=True).stdout)[0]

    program = f"pkg:generic/tcptop@{version}"
    built = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.UTC)
    tools = [("dotnet SDK", tool("dotnet", "--version")), ("clang", tool("clang", "--version")), ("ld", tool("ld", "--version"))]
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, f"{program}#{commit}-{rid}").urn, "version": 1,
        "metadata": {
            "timestamp": built.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tools": {"components": [{"type": "application", "name": name, "version": number} for name, number in tools]},
            "component": {
                "type": "application", "bom-ref": program, "name": "tcptop", "version": version, "purl": program,
                "licenses": [{"expression": "MIT AND (GPL-2.0-only OR BSD-2-Clause)"}],
                "properties": [
                    {"name": "tcptop:commit", "value": commit}, {"name": "tcptop:runtime", "value": rid}, {"name": "tcptop:glibc", "value": f">= {inputs['glibc']}"},
                ],
            },
        },
        "components": components,
        "dependencies": [{"ref": program, "dependsOn": [component["bom-ref"] for component in components]}],
    }


def write_notices(path, components, texts):
    with open(path, "w", encoding="utf-8") as out:
        out.write("tcptop has parts of others inside. What they are and under which licences; the texts follow.\n\n")
        for component in components:
            out.write(f"{component['name']} {component['version']}: {component['licenses'][0]['expression']}\n")
        out.write(
            "\nlibelf may be replaced by another version: tcptop's sources are public, and \"make release\" links it anew from the library that is put into\n"
            "artifacts/sysroot.\n")
        for component in components:
            files, copyright_line = texts[component["bom-ref"]]
            out.write(f"\n{'=' * 100}\n{component['name']} {component['version']}\n")
            if copyright_line:
                out.write(f"{copyright_line}\n")
            if not files:
                out.write(f"\n{mit_text()}\n")
            for name in files:
                with open(name, encoding="utf-8-sig", errors="replace") as text:
                    out.write(f"\n{text.read().strip()}\n")


def mit_text():
    """For packages that name this licence and have no file of it; the words are the same in every one."""
    with open(f"{os.path.dirname(os.path.abspath(__file__))}/../../LICENSE") as file:
        return file.read().split("\n\n", 2)[2].strip()


if __name__ == "__main__":
    main()
