"""A kernel of Debian in QEMU, for hosts whose own has no netem: the same workloads, with this host's programs."""

import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path += [f"{os.path.dirname(TESTS)}/build", f"{TESTS}/kernel-matrix"]

import debian_archive
import debian_kernels
import guest
import guest_image

MODULES = ("veth", "sch_netem", "af_packet", "inet_diag", "tcp_diag", "udp_diag")
TOOLS = ("sh", "ip", "tc", "ss", "stdbuf", "python3", "tcpdump")
# The suite does without those that are not there, and says so.
OPTIONAL = ("iperf3", "nginx", "curl", "nethogs", "iftop")
STDBUF = "/usr/libexec/coreutils/libstdbuf.so"
SECONDS = 900
STEP = "truth-lossy"
OURS = ("@host ", "@claim ", "@total ", "@compared ", "ok: ", "FAILED: ", "SKIPPED: ", "again: ")


def measure(project, arguments):
    """The guest's lines."""
    work = f"{project}/artifacts/truth"
    os.makedirs(work, exist_ok=True)
    archive = debian_archive.Archive(f"{project}/artifacts/kernel-matrix/archive")
    said = archive.update(debian_kernels.USUAL_SUITES)
    kernel, reason = debian_kernels.fetch(archive, debian_kernels.USUAL_SERIES)
    if kernel is None:
        raise RuntimeError(f"{said.strip()} {reason}")
    version, directory = kernel
    print(f"Linux {debian_kernels.USUAL_SERIES}: Debian's {version}", flush=True)
    tools = (*TOOLS, *(tool for tool in OPTIONAL if shutil.which(tool, path=guest_image.SYSTEM_PATH)))
    guest_image.build_base(f"{work}/guest", project, work, tools, (STDBUF,))
    guest_image.add_python(f"{work}/guest")
    add_suite(f"{work}/guest", arguments)
    guest_image.add_modules(f"{work}/modules", directory, MODULES)
    for part in ("guest", "modules"):
        guest_image.pack(f"{work}/{part}", f"{work}/{part}.cpio")
    lines = guest.boot(debian_kernels.image(directory), (f"{work}/guest.cpio", f"{work}/modules.cpio"), STEP, guest.TRUTH, f"{work}/guest.log", SECONDS)
    complaints = [line.removeprefix("@complaint ") for line in lines if line.startswith("@complaint ")]
    if complaints:
        raise RuntimeError(f"the guest's kernel complains: {complaints[0]}")
    print(f"What the guest said is in {os.path.relpath(work)}/guest.log.")
    return [line for line in lines if line.startswith(OURS) or line.endswith(" failed")]


def add_suite(staging, arguments):
    shutil.copytree(HERE, f"{staging}/truth", ignore=shutil.ignore_patterns("__pycache__", "lossy_guest.py", "accuracy.py", "run.py"))
    with open(f"{staging}/truth/arguments", "w") as file:
        file.writelines(f"{argument}\n" for argument in arguments)
