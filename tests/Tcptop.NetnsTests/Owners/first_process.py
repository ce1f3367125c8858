"""The first process of a pid namespace, which "unshare --pid --fork --mount" has made.

Prints "host PID", its id outside. Then, with the argument "new-proc", it mounts /proc as it is
inside. Prints "ready", and ends with its input.
"""
import os
import subprocess
import sys

print("host", os.readlink("/proc/self"), flush=True)
if sys.argv[1] == "new-proc":
    subprocess.run(["mount", "-t", "proc", "proc", "/proc"], check=True)
print("ready", flush=True)
sys.stdin.read()
