"""One boot of a kernel in QEMU by plain emulation, and what the guest said."""

import os
import shutil
import subprocess
import threading

# Two CPUs that take turns: each a thread of its own, they now and then run code that the other has just patched, and the guest dies of a stale int3.
TRUTH = ("-accel", "tcg,thread=single", "-smp", "2")
# Guest time then is the number of instructions, one to the nanosecond.
COST = ("-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off", "-smp", "1")
# Emulator, and where its guests have their console.
X86 = ("qemu-system-x86_64", "ttyS0")
ARM64 = ("qemu-system-aarch64", "ttyAMA0")
# Of this architecture the emulator has to be told the machine, too.
ARM64_TRUTH = ("-machine", "virt", *TRUTH)

_running, _no_more = set(), threading.Event()


def end_all():
    """Those of all threads, and those that these are about to boot."""
    _no_more.set()
    for process in list(_running):
        process.kill()


def boot(image, archives, step, machine, log, seconds, emulator=X86, share="none"):
    """Returns the guest's lines. A guest that does not end in time is ended, and lacks its last line."""
    with open(f"{log}.initrd", "wb") as initrd:
        for archive in archives:
            with open(archive, "rb") as part:
                shutil.copyfileobj(part, initrd)
    program, console = emulator
    command = [
        program, *machine, "-cpu", "max", "-m", "2048", "-nographic", "-no-reboot", "-nic", "none",
        "-kernel", image, "-initrd", f"{log}.initrd", "-append", f"console={console} quiet loglevel=2 panic=-1 step={step} share={share}",
    ]
    with open(log, "wb") as output, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT) as process:
        _running.add(process)
        try:
            process.wait(0 if _no_more.is_set() else seconds)
        except subprocess.TimeoutExpired:
            output.write(f"\nended after {seconds} s\n".encode())
        finally:
            process.kill()
            _running.discard(process)
    os.remove(f"{log}.initrd")
    with open(log, encoding="utf-8", errors="replace") as lines:
        return [line.strip() for line in lines]
