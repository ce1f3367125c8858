"""Kernels of the Debian archive: which there are now, fetched by apt from this host's mirror, with its proxy, and verified by its signatures."""

import functools
import hashlib
import os
import re
import subprocess

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
MIRROR_VARIABLE = "TCPTOP_DEBIAN_MIRROR"  # URL of Debian's archive, for hosts whose apt has none
TRIES = 6
FIELDS = ("Package", "Version", "Size", "SHA256")
# An image of its own, or (since 6.19) a binary, with its modules in another package. What is signed for Secure Boot has the same name without a suffix.
PACKAGE = re.compile(r"linux-(?:image|binary)-(?:unsigned-)?(\d+\.\d+)\.\S*-cloud-amd64(?:-unsigned)?")
SMALLEST_IMAGE = 5_000_000  # what is smaller depends on the image


class Archive:
    """An apt of our own beside the host's: its lists of packages, nothing installed."""

    def __init__(self, directory):
        self.directory = directory
        for name in ("lists/partial", "cache/archives/partial", "debs", "unpacked"):
            os.makedirs(f"{directory}/{name}", exist_ok=True)
        open(f"{directory}/status", "a").close()

    def update(self, suites):
        """Returns what apt had to say; what could not be had is found missing later, by name."""
        sites = self.sites()
        if not sites:
            return f"The apt of this host has no mirror of Debian; {MIRROR_VARIABLE} may name one."
        with open(f"{self.directory}/sources.list", "w") as sources:
            for suite in sorted(suites):
                site = sites["debian-security" if suite.endswith("-security") else "debian"]
                sources.write(f"deb [signed-by={KEYRING}] {site} {suite} main\n")
        return self.apt("apt-get", "-qq", "update").stderr

    def kernels(self, series):
        """The packages that have such a kernel, the newest first; of one version the signed first, which archives keep longer."""
        found = [package for package in self.images() if series in ("newest", PACKAGE.fullmatch(package["Package"])[1])]
        order = functools.cmp_to_key(lambda a, b: compare_versions(a["Version"], b["Version"]))
        found.sort(key=lambda package: "unsigned" in package["Package"])
        found.sort(key=order, reverse=True)
        return found

    @functools.cache
    def images(self):
        names = [name for name in self.apt("apt-cache", "pkgnames", "linux-").stdout.split() if PACKAGE.fullmatch(name)]
        if not names:
            return []
        packages = [parse(stanza) for stanza in self.apt("apt-cache", "show", *names).stdout.split("\n\n") if stanza.strip()]
        return [package for package in packages if int(package["Size"]) > SMALLEST_IMAGE]

    def fetch(self, series):
        """Unpacks the newest kernel of the series that is served. Returns its version and directory, or None and why not."""
        reasons = []
        for package in self.kernels(series)[:TRIES]:
            names = [package["Package"]]
            if names[0].startswith("linux-binary-"):
                names.append(re.sub("^linux-binary-(unsigned-)?", "linux-modules-", names[0]))
            directory, reason = self.unpack([(name, package["Version"]) for name in names])
            if directory:
                return (package["Version"], directory), ""
            reasons.append(reason)
        return None, "; ".join(reasons) or "Debian's lists name no such kernel"

    def fetch_programs(self, *names):
        """Unpacks the newest of each package into one directory. Returns that, or None and why not."""
        stanzas = [parse(self.apt("apt-cache", "show", name).stdout.split("\n\n")[0]) for name in names]
        if missing := [name for name, stanza in zip(names, stanzas) if not stanza]:
            return None, f"Debian's lists name no {missing[0]}"
        return self.unpack([(stanza["Package"], stanza["Version"]) for stanza in stanzas])

    def unpack(self, packages):
        """Names and versions, into one directory. Returns that, or None and why not."""
        directory = f"{self.directory}/unpacked/{'+'.join(f'{name}_{version}' for name, version in packages).replace(':', '_')}"
        if os.path.exists(directory):
            return directory, ""
        for name, version in packages:
            if reason := self.unpack_package(f"{name}={version}", f"{directory}.part"):
                return None, reason
        os.rename(f"{directory}.part", directory)
        return directory, ""

    def unpack_package(self, package, directory):
        """The package is NAME=VERSION. Returns why not."""
        debs = f"{self.directory}/debs"
        stanza = parse(self.apt("apt-cache", "show", package).stdout.split("\n\n")[0])
        fetched = self.apt("apt-get", "-qq", "download", package, cwd=debs)
        files = [file for file in os.listdir(debs) if file.startswith(package.split("=")[0] + "_")]
        if fetched.returncode != 0 or not files:
            return f"{package.replace('=', ' ')} is not served"
        for file in files:
            if sha256(f"{debs}/{file}") != stanza["SHA256"]:
                os.remove(f"{debs}/{file}")
                return f"{package.replace('=', ' ')} is not what the signed list says"
            subprocess.run(["dpkg", "-x", f"{debs}/{file}", directory], check=True)
            os.remove(f"{debs}/{file}")
        return ""

    def apt(self, *command, cwd=None):
        options = {
            "Dir::State::Lists": f"{self.directory}/lists", "Dir::Cache": f"{self.directory}/cache", "Dir::Cache::pkgcache": "packages.bin",
            "Dir::Cache::srcpkgcache": "sources.bin", "Dir::State::status": f"{self.directory}/status",
            "Dir::Etc::sourcelist": f"{self.directory}/sources.list", "Dir::Etc::sourceparts": "/dev/null", "APT::Architecture": "amd64",
            "APT::Sandbox::User": "", "Acquire::Languages": "none", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
            "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false", "Acquire::Retries": "2",
        }
        flags = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return subprocess.run([command[0], *flags, *command[1:]], cwd=cwd, capture_output=True, text=True)

    @staticmethod
    def sites():
        """Debian's archive and that of its security updates, as this host's apt has them; the second lies beside the first where it has but one."""
        listed = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"], capture_output=True, text=True).stdout
        configured = {site.rstrip("/").rsplit("/", 1)[-1]: site for site in listed.split()}
        main = os.environ.get(MIRROR_VARIABLE, "").rstrip("/") or configured.get("debian")
        return {"debian": main, "debian-security": configured.get("debian-security", main.rstrip("/") + "-security")} if main else {}


def parse(stanza):
    return dict(line.split(": ", 1) for line in stanza.splitlines() if line.split(":")[0] in FIELDS and ": " in line)


def compare_versions(a, b):
    for relation, value in (("lt", -1), ("gt", 1)):
        if subprocess.run(["dpkg", "--compare-versions", a, relation, b]).returncode == 0:
            return value
    return 0


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def image(directory):
    """The bootable file of an unpacked kernel."""
    for parent, _, names in os.walk(directory):
        for name in names:
            if name.startswith("vmlinuz"):
                return f"{parent}/{name}"
    raise FileNotFoundError(f"no vmlinuz in {directory}")
