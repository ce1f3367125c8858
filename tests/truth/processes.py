"""Programs that run beside: started with their output in files, waited for by a condition, ended by their process id."""

import os
import signal
import subprocess
import time

PATIENCE = float(os.environ.get("TCPTOP_TEST_PATIENCE", "1"))


class Program:
    def __init__(self, name, command, directory, stdin=subprocess.DEVNULL, **options):
        self.name = name
        self.output, self.errors = f"{directory}/{name}.out", f"{directory}/{name}.err"
        with open(self.output, "wb") as out, open(self.errors, "wb") as err:
            self.process = subprocess.Popen(command, stdin=stdin, stdout=out, stderr=err, cwd=directory, **options)

    def text(self):
        return read(self.output)

    def said(self):
        return f"{read(self.errors)}{self.text()}".strip()[-400:]

    def finish(self, seconds):
        """Waits for its own end, and for that to be a good one."""
        try:
            code = self.process.wait(seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            self.end()
            raise RuntimeError(f"{self.name} did not end in {seconds * PATIENCE:.0f} s: {self.said()}") from None
        if code != 0:
            raise RuntimeError(f"{self.name} ended with {code}: {self.said()}")

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(10 * PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def wait_for(what, condition, seconds=60, pause=0.05):
    """The condition's first true value."""
    end = time.monotonic() + seconds * PATIENCE
    while not (value := condition()):
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not in {seconds * PATIENCE:.0f} s")
        time.sleep(pause)
    return value


def run(name, command, directory, seconds=60):
    """To its end, which must be a good one; returns what it said."""
    program = Program(name, command, directory)
    program.finish(seconds)
    return program.text()
