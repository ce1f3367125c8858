"""tcptop and all that is compared with it, started before the workload and ended after it has been seen whole."""

import contextlib
import os
import shutil
import signal
import subprocess
import time

import knock
import peers
import processes
import ss_lines
import tcptop_rows
from capture import Capture
from processes import Program
from totals import Totals

TCPTOP = os.environ.get("TCPTOP_BINARY") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../out/tcptop")
SNAPSHOT = 96  # bytes of a packet: all headers, and the mark of a knock
BUFFER_KIB = 65536
PEER_KNOCKS, PEER_PAUSE = 12, 0.5
PRINTED = {"nethogs": "Refreshing:", "iftop": "Cumulative"}  # once in each of their reports


class Unreliable(Exception):
    """A witness tells that it has not seen all: nothing is known of tcptop then, and the workload is run again."""


class Witnesses:
    def __init__(self, place, service, directory):
        self.place, self.service, self.directory = place, service, directory
        self.programs, self.ss, self.captures, self.peers, self.knocks = [], {}, {}, {}, 0
        self.dropped = 0

    def __enter__(self):
        try:
            self.start()
            self.knock_until_all_have_heard()
        except BaseException:
            self.end_all()
            raise
        return self

    def start(self):
        self.tcptop = self.program("tcptop", [TCPTOP, "--batch", "--format", "json", "--port", str(self.service), "--port", str(knock.PORT)])
        for side in self.place.sides():
            inside, device = self.place.at(side), self.place.device(side)
            self.ss[side] = self.program(f"ss-{side}", [*inside, "stdbuf", "-oL", "ss", "-E", "-tinO"])
            self.captures[side] = self.program(f"tcpdump-{side}", [
                *inside, "tcpdump", "-i", device, "-n", "-U", "-Z", "root", "-B", str(BUFFER_KIB), "-s", str(SNAPSHOT), "-w", f"{self.directory}/{side}.pcap",
                "tcp or udp"])
        # One each: of a veth pair both ends show the same packets.
        inside, device = self.place.at("server"), self.place.device("server")
        for name, command in (("nethogs", ["nethogs", "-a", "-C", "-t", "-v", "2", "-d", "1"]), ("iftop", ["iftop", "-t", "-n", "-N", "-B", "-P", "-i", device])):
            if shutil.which(name):
                self.peers[name] = self.program(name, [*inside, "stdbuf", "-oL", *command])

    def program(self, name, command):
        self.programs.append(Program(name, command, self.directory))
        return self.programs[-1]

    def knock_until_all_have_heard(self):
        def all_have_heard():
            knock.knock(self.place, self.knocks)
            self.knocks += 1
            self.raise_if_ended()
            return all(self.heard())
        processes.wait_for("tcptop, ss and tcpdump see a connection", all_have_heard, pause=0.3)

    def heard(self):
        """Of each witness, whether it has heard a knock."""
        tcptop = self.tcptop.text()
        yield f'"remote_port":{knock.PORT}' in tcptop and '"udp"' in tcptop
        for side in self.place.sides():
            yield f":{knock.PORT} " in self.ss[side].text()
            yield self.in_capture(side, knock.MARK)

    def raise_if_ended(self):
        for program in self.programs:
            if program.process.poll() is not None and program.name not in self.peers:
                raise RuntimeError(f"{program.name} ended: {program.said()}")

    def in_capture(self, side, mark):
        path = f"{self.directory}/{side}.pcap"
        if not os.path.exists(path):
            return False
        with open(path, "rb") as file:
            file.seek(max(0, os.path.getsize(path) - (1 << 20)))
            return mark in file.read()

    def live(self):
        """In a moment without traffic: (tcptop, ss) of the connections that are open. ss is asked before and after a refresh that comes in between."""
        def quiet():
            before = self.ask_ss()
            tcptop = self.after_refreshes(2)
            return (tcptop.alive().of("tcp"), before) if before == self.ask_ss() else None
        return processes.wait_for("a moment without traffic", quiet, 120, 0)

    def ask_ss(self):
        text = "".join(subprocess.run([*self.place.at(side), "ss", "-tinO"], capture_output=True, text=True).stdout for side in self.place.sides())
        return ss_lines.read(text, self.service)

    def rows(self):
        rows = tcptop_rows.Rows(self.service, self.place.inodes())
        for line in self.tcptop.text().splitlines(keepends=True):
            if line.endswith("\n"):
                rows.feed(line)
        return rows

    def after_refreshes(self, count):
        """A knock makes a row, for a refresh without one prints nothing."""
        wanted = self.rows().ticks + count

        def come():
            knock.knock(self.place, self.knocks)
            self.knocks += 1
            rows = self.rows()
            return rows if rows.ticks >= wanted else None
        return processes.wait_for("a refresh of tcptop", come, pause=0.3)

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.collect()
        finally:
            self.end_all()

    def collect(self):
        self.wait_until_ended()
        self.wait_until_seen()
        self.exit_code = self.tcptop.end()
        self.told = [line for line in processes.read(self.tcptop.errors).splitlines() if "lost:" in line or not line.startswith("note:")]
        self.tcptop_rows = self.rows()
        self.read_captures()
        self.ss_table = self.wait_for_all_ends()
        self.figures = {name: getattr(peers, name)(self.peers[name].text()) if name in self.peers else None for name in ("nethogs", "iftop")}

    def wait_until_ended(self):
        """A closed socket lives on while it sends what is left; mini-sockets (TIME_WAIT, FIN_WAIT2) have no counters."""
        try:
            processes.wait_for("every connection has ended", lambda: not self.ask_ss())
        except RuntimeError as late:
            raise Unreliable(f"{late}: {self.ask_ss()}") from None

    def wait_until_seen(self):
        """Of tcpdump what comes after the workload is in order after it; ss is awake; iftop and nethogs print once in a while."""
        first = knock.MARK + str(self.knocks).encode() + b"."
        before = {side: self.ss[side].text().count(f":{knock.PORT} ") for side in self.place.sides()}

        def heard():
            knock.knock(self.place, self.knocks)
            self.knocks += 1
            return not list(self.behind(first, before))
        try:
            processes.wait_for("the witnesses see the end", heard, 30, 0.2)
        except RuntimeError as late:
            raise Unreliable(f"{late}: {', '.join(self.behind(first, before))}") from None
        for side in self.place.sides():
            if told := processes.read(self.ss[side].errors).strip():
                raise Unreliable(f"ss on the {side}'s side: {told}")
        self.let_peers_print()

    def behind(self, mark, before):
        """Those that have not come to the end."""
        for side in self.place.sides():
            if not self.in_capture(side, mark):
                yield f"tcpdump on the {side}'s side: {self.captures[side].said()}"
            if self.ss[side].text().count(f":{knock.PORT} ") <= before[side]:
                yield f"ss on the {side}'s side: {processes.read(self.ss[side].errors).strip() or 'no message'}"

    def let_peers_print(self):
        """They print when packets come, and not after each; one that is busy for long has its figure as it stands. Knocks add a few kilobytes to it."""
        words = {name: (program, PRINTED[name]) for name, program in self.peers.items()}
        printed = {name: program.text().count(word) for name, (program, word) in words.items()}
        for _ in range(PEER_KNOCKS):
            knock.knock(self.place, self.knocks)
            if all(program.text().count(word) > printed[name] + 1 for name, (program, word) in words.items()):
                break
            time.sleep(PEER_PAUSE)

    def wait_for_all_ends(self):
        """Ends go to ss by way of a queue of each CPU: a knock's may overtake the workload's. Where it and tcpdump contradict each other, tcptop is not judged."""
        wanted = {key: totals.count for side in ("client", "server") for key, totals in self.capture_tables[side].items()}

        def all_told():
            table = ss_lines.read("".join(self.ss[side].text() for side in self.place.sides()), self.service)
            return table if all(table.get(key, Totals()).count >= count for key, count in wanted.items()) else None
        try:
            return processes.wait_for("ss has the end of each connection that tcpdump saw", all_told, 10, 0.2)
        except RuntimeError as late:
            raise Unreliable(late) from None

    def read_captures(self):
        self.capture_tables, self.datagrams, self.heads = {}, {}, {}
        for side in self.place.sides():
            self.captures[side].end(signal.SIGINT)
            said = processes.read(self.captures[side].errors)
            self.dropped += sum(int(line.split()[0]) for line in said.splitlines() if "dropped by" in line)
            if self.dropped:
                raise Unreliable(f"tcpdump dropped {self.dropped} packets")
            capture = Capture(self.service).read(f"{self.directory}/{side}.pcap")
            for end in ("client", "server") if len(self.place.sides()) == 1 else (side,):
                self.capture_tables[end] = capture.tcp(end)
                self.datagrams[end], self.heads[end] = capture.datagrams, capture.heads
            os.remove(f"{self.directory}/{side}.pcap")

    def end_all(self):
        with contextlib.ExitStack() as ending:  # each, whatever happens at another's end
            for program in self.programs:
                ending.callback(program.end)
