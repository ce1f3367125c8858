"""One workload at one place: what it needs from the suite."""

import contextlib

import processes
from processes import Program


class Scene:
    def __init__(self, place, port, directory, seen, checks):
        self.place, self.port, self.directory, self.seen, self.checks = place, port, directory, seen, checks
        self.programs = []
        self.open = None

    def start(self, name, side, command):
        self.programs.append(Program(name, [*self.place.at(side), *command], self.directory))
        return self.programs[-1]

    def wait_until_it_listens(self):
        """Without connecting to it: that would be traffic."""
        def listens():
            if self.programs[-1].process.poll() is not None:
                raise RuntimeError(f"{self.programs[-1].name} ended: {self.programs[-1].said()}")
            shown = processes.run("ss-listens", [*self.place.at("server"), "ss", "-Htuln", f"sport = :{self.port}"], self.directory)
            return f":{self.port}" in shown
        processes.wait_for(f"{self.programs[-1].name} listens", listens)

    def look_at_what_is_open(self):
        self.open = self.seen.live()

    def end(self):
        with contextlib.ExitStack() as ending:  # each, whatever happens at another's end
            for program in self.programs:
                ending.callback(program.end)
