"""
What watching costs in instructions, beside the eBPF tools of Debian's libbpf-tools: in a machine emulated by QEMU whose clock counts them (-icount), with
a kernel of Debian that lets functions be hooked. Repeats to some tenths of a percent.
"""

import os
import shutil
import sys

import others
import report

import debian_archive
import debian_kernels
import guest
import guest_image
import verdict

# The oldest that knows such kernels, and so runs with the C library of this host.
TOOLS, TOOLS_SUITE = ("tcptop", "tcplife"), "bookworm"
LOADS = ("pair", "udp", "cycle")
GUEST_SECONDS = 600


def measure(tcptop, load):
    work = f"{others.WORK}/emulated"
    os.makedirs(work, exist_ok=True)
    archive = debian_archive.Archive(f"{work}/archive")
    archive.update(debian_kernels.USUAL_SUITES)
    kernel, reason = debian_kernels.fetch(archive, debian_kernels.USUAL_SERIES)
    archive_of_tools = debian_archive.Archive(f"{work}/archive-of-tools")
    archive_of_tools.update({TOOLS_SUITE})
    tools, reason_of_tools = archive_of_tools.fetch_programs("libbpf-tools")
    if not kernel or not tools:
        print(f"SKIPPED: instructions in an emulated machine: {reason or reason_of_tools}", file=sys.stderr)
        return
    version, directory = kernel
    try:
        figures = run(work, directory, tools)
    except guest_image.Lacking as error:
        raise SystemExit(f"error: {error}") from None
    report.section(f"Instructions of the guest, Linux {debian_kernels.USUAL_SERIES} (Debian's {version}), programs at functions",
                   "watcher", "64-byte TCP send + receive", "64-byte UDP send + receive", "connect to close cycle")
    without = figures["nothing"]
    for watcher, costs in figures.items():
        report.line(watcher, *(f"{costs[mode]:,.0f} ({100 * (costs[mode] / without[mode] - 1):+.1f} %)" for mode in LOADS))


def run(work, kernel, tools):
    """Watcher -> load -> instructions of one."""
    staging = f"{work}/guest"
    guest_image.build_base(staging, others.PROJECT, work)
    shutil.copy(f"{others.PROJECT}/benchmarks/overhead/emulated-watchers", f"{staging}/steps/watchers")
    for tool in TOOLS:
        guest_image.add_with_libraries(staging, f"{tools}/usr/sbin/{tool}", f"/usr/sbin/{tool}-of-libbpf-tools")
    guest_image.add_modules(f"{work}/modules", kernel)
    archives = [f"{staging}.cpio", f"{work}/modules.cpio"]
    guest_image.pack(staging, archives[0])
    guest_image.pack(f"{work}/modules", archives[1])
    lines = guest.boot(debian_kernels.image(kernel), archives, "watchers", guest.COST, f"{work}/log", GUEST_SECONDS)
    if ended := verdict.watchers_ended(lines):
        raise SystemExit(f"error: {ended[0]}; what the emulated machine said is in {os.path.relpath(work)}/log")
    figures = {}
    for (watcher, mode), instructions in verdict.costs(lines).items():
        figures.setdefault(watcher, {})[mode] = instructions
    if "@end" not in lines or any(not costs.get(mode) for costs in figures.values() for mode in LOADS):
        raise SystemExit(f"error: the emulated machine did not come to its end; what it said is in {os.path.relpath(work)}/log")
    return figures
