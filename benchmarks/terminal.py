"""A program on a pseudo-terminal that is read as fast as it is written."""

import fcntl
import os
import pty
import signal
import struct
import termios
import threading
import time

import processes

SIZE = (50, 200)  # rows, columns
FRAME_END = b"\x1b[?2026l"
CURSOR_QUERY = b"\x1b[6n"
PATIENCE_SECONDS = 20


class Terminal:
    def __init__(self, program, *arguments, size=SIZE):
        self.output = bytearray()
        self.started = time.monotonic()
        self.last_output = self.started
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm-256color"
            os.environ["LANG"] = "C.UTF-8"
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
            os.execv(program, [program, *arguments])
        self.came = threading.Condition()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while True:
            try:
                data = os.read(self.descriptor, 65536)
            except OSError:
                return
            if not data:
                return
            if CURSOR_QUERY in data:
                os.write(self.descriptor, b"\x1b[1;1R")
            with self.came:
                self.last_output = time.monotonic()
                self.output += data
                self.came.notify_all()

    def press(self, key):
        os.write(self.descriptor, key.encode())

    def time_to_frame(self, key, at_least=0):
        """Until the end of the first frame after the key by which so many bytes have come."""
        with self.came:
            start, began = len(self.output), time.perf_counter()
            self.press(key)
            while not (len(self.output) - start >= at_least and self.output.endswith(FRAME_END) and len(self.output) > start):
                if not self.came.wait(2):
                    raise SystemExit(f"error: no frame answered the key {key!r}")
            return time.perf_counter() - began

    def cpu_seconds(self):
        return processes.cpu_seconds(self.pid)

    def resident_mib(self):
        return processes.resident_mib(self.pid)

    def writes(self):
        with open(f"/proc/{self.pid}/io") as counters:
            return next(int(line.split()[1]) for line in counters if line.startswith("syscw:"))

    def stop(self):
        """Returns the exit code; what it wrote until then is in the output."""
        os.killpg(self.pid, signal.SIGTERM)
        ended = time.monotonic() + PATIENCE_SECONDS
        while (end := os.waitpid(self.pid, os.WNOHANG)) == (0, 0):
            if time.monotonic() > ended:
                os.killpg(self.pid, signal.SIGKILL)
            time.sleep(0.01)
        self.reader.join(PATIENCE_SECONDS)
        os.close(self.descriptor)
        return os.waitstatus_to_exitcode(end[1])
