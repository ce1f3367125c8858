"""The Debian archive beside this host's apt: packages fetched from the same mirror, verified by the archive's signatures, unpacked, never installed."""

import functools
import hashlib
import os
import subprocess

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
MIRROR_VARIABLE = "TCPTOP_DEBIAN_MIRROR"  # URL of Debian's archive, for hosts whose apt has none
FIELDS = ("Package", "Version", "Architecture", "Source", "Size", "SHA256")


class Archive:
    """An apt of our own beside the host's: its lists of packages, nothing installed."""

    def __init__(self, directory, architecture="amd64"):
        # apt takes what is relative for a part of its own directories.
        self.directory = directory = os.path.abspath(directory)
        self.architecture = architecture
        for name in ("lists/partial", "cache/archives/partial", "debs", "unpacked"):
            os.makedirs(f"{directory}/{name}", exist_ok=True)
        open(f"{directory}/status", "a").close()

    def update(self, suites):
        """Returns what apt had to say; what could not be had is found missing later, by name."""
        mirrors = sites()
        if not mirrors:
            return f"The apt of this host has no mirror of Debian; {MIRROR_VARIABLE} may name one."
        with open(f"{self.directory}/sources.list", "w") as sources:
            for suite in sorted(suites):
                site = mirrors["debian-security" if suite.endswith("-security") else "debian"]
                sources.write(f"deb [signed-by={KEYRING}] {site} {suite} main\n")
        return self.apt("apt-get", "-qq", "update").stderr

    @functools.cache
    def names(self, prefix):
        return self.apt("apt-cache", "pkgnames", prefix).stdout.split()

    def packages(self, *names):
        """What the lists say of them, all versions; of names that are not served, nothing."""
        shown = self.apt("apt-cache", "show", *names).stdout
        return [parse(stanza) for stanza in shown.split("\n\n") if stanza.strip()]

    def newest(self, name):
        """None where it is not served."""
        return max(self.packages(name), key=lambda package: by_version(package["Version"]), default=None)

    def fetch_programs(self, *names):
        """Unpacks the newest of each package into one directory. Returns that, or None and why not."""
        packages = [self.newest(name) for name in names]
        if None in packages:
            return None, f"Debian's lists name no {names[packages.index(None)]}"
        return self.unpack(packages)

    def unpack(self, packages, directory=None):
        """Unpacks all of them into one directory, which then is there whole or not at all. Returns that, or None and why not."""
        names = "+".join(f"{package['Package']}_{package['Version']}" for package in packages)
        directory = directory or f"{self.directory}/unpacked/{names.replace(':', '_')}"
        if os.path.exists(directory):
            return directory, ""
        for package in packages:
            if reason := self.unpack_package(package, f"{directory}.part"):
                return None, reason
        os.rename(f"{directory}.part", directory)
        return directory, ""

    def unpack_package(self, package, directory):
        """Returns why not."""
        name, version, debs = package["Package"], package["Version"], f"{self.directory}/debs"
        fetched = self.apt("apt-get", "-qq", "download", f"{name}={version}", cwd=debs)
        files = [file for file in os.listdir(debs) if file.startswith(f"{name}_")]
        if fetched.returncode != 0 or not files:
            return f"{name} {version} is not served"
        for file in files:
            if sha256(f"{debs}/{file}") != package["SHA256"]:
                os.remove(f"{debs}/{file}")
                return f"{name} {version} is not what the signed list says"
            subprocess.run(["dpkg", "-x", f"{debs}/{file}", directory], check=True)
            os.remove(f"{debs}/{file}")
        return ""

    def apt(self, *command, cwd=None):
        options = {
            "Dir::State::Lists": f"{self.directory}/lists", "Dir::Cache": f"{self.directory}/cache", "Dir::Cache::pkgcache": "packages.bin",
            "Dir::Cache::srcpkgcache": "sources.bin", "Dir::State::status": f"{self.directory}/status",
            "Dir::Etc::sourcelist": f"{self.directory}/sources.list", "Dir::Etc::sourceparts": "/dev/null",
            "APT::Architecture": self.architecture, "APT::Architectures": self.architecture,
            "APT::Sandbox::User": "", "Acquire::Languages": "none", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
            "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false", "Acquire::Retries": "2",
        }
        flags = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return subprocess.run([command[0], *flags, *command[1:]], cwd=cwd, capture_output=True, text=True)


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


by_version = functools.cmp_to_key(compare_versions)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
