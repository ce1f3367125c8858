"""One boot of a kernel in QEMU by plain emulation, and what the guest said."""

import os
import shutil
import subprocess

# Two CPUs that take turns: each a thread of its own, they now and then run code that the other has just patched, and the guest dies of a stale int3.
TRUTH = ("-accel", "tcg,thread=single", "-smp", "2")
# Guest time then is the number of instructions, one to the nanosecond.
COST = ("-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off", "-smp", "1")


def boot(image, archives, step, machine, log, seconds):
    """Returns the guest's lines. A guest that does not end in time is ended, and lacks its last line."""
    with open(f"{log}.initrd", "wb") as initrd:
        for archive in archives:
            with open(archive, "rb") as part:
                shutil.copyfileobj(part, initrd)
    command = [
        "qemu-system-x86_64", *machine, "-cpu", "max", "-m", "2048", "-nographic", "-no-reboot", "-nic", "none",
        "-kernel", image, "-initrd", f"{log}.initrd", "-append", f"console=ttyS0 quiet loglevel=2 panic=-1 step={step}",
    ]
    with open(log, "wb") as output:
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, timeout=seconds)
        except subprocess.TimeoutExpired:
            output.write(f"\nended after {seconds} s\n".encode())
    os.remove(f"{log}.initrd")
    with open(log, encoding="utf-8", errors="replace") as lines:
        return [line.strip() for line in lines]
