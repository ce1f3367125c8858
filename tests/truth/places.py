"""Where a workload runs: network namespaces of our own, so that its ports are free and nobody else's packets are in the way."""

import contextlib
import itertools
import os
import subprocess
import threading

NETWORK = "10.214.0"
# Of the bottleneck: a queue this short loses packets of a sender at full speed.
NARROW = ("tbf", "rate", "80mbit", "burst", "32kb", "limit", "60kb")
LOSSY = ("netem", "delay", "8ms", "2ms", "loss", "1.5%", "reorder", "1%", "25%", "limit", "5000")
# Of a host that sends faster than its own device does: what the queue has no room for never leaves.
OWN_QUEUE = ("tbf", "rate", "80mbit", "burst", "16kb", "limit", "16kb")
# Of a place where sending fails now and then: slow enough for that to happen in the midst of it.
SLOW = ("tbf", "rate", "80mbit", "burst", "64kb", "limit", "2mb")
SENT_BETWEEN, REFUSED_SECONDS = 2_000_000, 0.5
NUMBERS = itertools.count(1)


class Place:
    """A client's and a server's namespace, which may be one, the devices between them, and the addresses."""

    def __init__(self, name, namespaces, client, server, loses=False, refuses=False, interruptions=None):
        self.name = name
        self.namespaces = namespaces
        self.client_namespace, self.client_device, self.client_address = client
        self.server_namespace, self.server_device, self.server_address = server
        self.loses = loses
        self.refuses = refuses  # to send, here: what the kernel counts as sent is then more than what has left
        self.interruptions = interruptions or contextlib.nullcontext()  # while a workload runs

    def at(self, side):
        """The words that put a command into the client's or the server's namespace. They become the command, so its process id is the one started."""
        return ["ip", "netns", "exec", self.client_namespace if side == "client" else self.server_namespace]

    def device(self, side):
        return self.client_device if side == "client" else self.server_device

    def sides(self):
        """On loopback what the client's side shows is the server's, too."""
        return ("client",) if self.client_namespace == self.server_namespace else ("client", "server")

    def inodes(self):
        return {os.stat(f"/run/netns/{namespace}").st_ino for namespace in self.namespaces}


@contextlib.contextmanager
def namespaces(*ends):
    """New ones by name, removed whatever happens. Of a number, so that one that could not be removed is not in the way of the next."""
    number = next(NUMBERS)
    with contextlib.ExitStack() as made:
        names = [f"tcptop-truth-{os.getpid()}-{number}-{end}" for end in ends]
        for name in names:
            made.callback(subprocess.run, ["ip", "netns", "delete", name], stderr=subprocess.DEVNULL)
            must("ip", "netns", "add", name)
            must("ip", "-n", name, "link", "set", "lo", "up")
        yield names


@contextlib.contextmanager
def loopback():
    with namespaces("alone") as (name,):
        yield Place("loopback", [name], (name, "lo", "127.0.0.1"), (name, "lo", "127.0.0.1"))


@contextlib.contextmanager
def veth():
    with namespaces("client", "server") as (client, server):
        must("ip", "-n", client, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", server)
        give_address(client, "eth0", f"{NETWORK}.1/30")
        give_address(server, "eth0", f"{NETWORK}.2/30")
        yield Place("veth", [client, server], (client, "eth0", f"{NETWORK}.1"), (server, "eth0", f"{NETWORK}.2"))


def narrow():
    """Loss and delay by a short queue."""
    return routed("narrow veth", NARROW)


def lossy():
    """Loss, delay and another order, by netem."""
    return routed("lossy veth", LOSSY)


@contextlib.contextmanager
def routed(name, discipline):
    """What a host sends is seen on its own device before the router between them loses any of it: so what was sent again can be counted there."""
    with namespaces("client", "router", "server") as (client, router, server):
        for end, device, address, gateway in ((client, "left", f"{NETWORK}.1/30", f"{NETWORK}.2"), (server, "right", f"{NETWORK}.5/30", f"{NETWORK}.6")):
            must("ip", "-n", end, "link", "add", "eth0", "type", "veth", "peer", "name", device, "netns", router)
            give_address(end, "eth0", address)
            give_address(router, device, f"{gateway}/30")
            must("ip", "-n", end, "route", "add", "default", "via", gateway)
            must("tc", "-n", router, "qdisc", "add", "dev", device, "root", *discipline)
        must("ip", "netns", "exec", router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        yield Place(name, [client, router, server], (client, "eth0", f"{NETWORK}.1"), (server, "eth0", f"{NETWORK}.5"), loses=True)


@contextlib.contextmanager
def own_queue():
    """A queue that takes a part of what travels as one tells TCP of none, and what it drops then has left by TCP's account: here each segment is by itself."""
    with linked(OWN_QUEUE) as (namespaces, client, server):
        for namespace in namespaces:
            must("ip", "-n", namespace, "link", "set", "eth0", "gso_max_segs", "1")
        yield Place("own queue", namespaces, client, server, refuses=True)


@contextlib.contextmanager
def lost_route():
    with linked(SLOW) as (namespaces, client, server):
        def take_away():
            for namespace in namespaces:
                must("ip", "-n", namespace, "route", "delete", f"{NETWORK}.0/30")

        def give_back():
            for namespace in namespaces:
                must("ip", "-n", namespace, "route", "add", f"{NETWORK}.0/30", "dev", "eth0")
        yield Place("lost route", namespaces, client, server, refuses=True, interruptions=Interruptions(namespaces, take_away, give_back))


@contextlib.contextmanager
def firewall():
    with linked(SLOW) as (namespaces, client, server):
        def refuse():
            for namespace in namespaces:
                must("ip", "netns", "exec", namespace, "nft",
                     "add table ip refuse; add chain ip refuse out { type filter hook output priority 0; policy drop; }")

        def admit():
            for namespace in namespaces:
                must("ip", "netns", "exec", namespace, "nft", "delete table ip refuse")
        yield Place("firewall", namespaces, client, server, refuses=True, interruptions=Interruptions(namespaces, refuse, admit))


@contextlib.contextmanager
def linked(discipline):
    """A client and a server, each with this discipline at its own device."""
    with namespaces("client", "server") as (client, server):
        must("ip", "-n", client, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", server)
        for namespace, address in ((client, f"{NETWORK}.1"), (server, f"{NETWORK}.2")):
            give_address(namespace, "eth0", f"{address}/30")
            must("tc", "-n", namespace, "qdisc", "add", "dev", "eth0", "root", *discipline)
        yield [client, server], (client, "eth0", f"{NETWORK}.1"), (server, "eth0", f"{NETWORK}.2")


class Interruptions:
    """Sending fails for a while, at both ends, each time that so much has left either; so not before connections are there."""

    def __init__(self, namespaces, refuse, admit):
        self.namespaces, self.refuse, self.admit = namespaces, refuse, admit
        self.over = threading.Event()
        self.failure = None

    def __enter__(self):
        self.thread = threading.Thread(target=self.interrupt_until_it_is_over)
        self.thread.start()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        if self.failure:
            raise self.failure

    def interrupt_until_it_is_over(self):
        try:
            begin = self.sent()
            while not self.over.wait(0.01):
                if self.sent() - begin < SENT_BETWEEN:
                    continue
                self.refuse()
                try:
                    self.over.wait(REFUSED_SECONDS)
                finally:
                    self.admit()
                begin = self.sent()
        except Exception as failure:  # the workload's thread tells it
            self.failure = failure

    def sent(self):
        shown = (subprocess.run(["ip", "netns", "exec", namespace, "cat", "/sys/class/net/eth0/statistics/tx_bytes"], capture_output=True, text=True)
                 for namespace in self.namespaces)
        return sum(int(said.stdout) for said in shown)


def can_lose_at_random():
    """Whether this kernel has netem."""
    with namespaces("probe") as (name,):
        return subprocess.run(["tc", "-n", name, "qdisc", "add", "dev", "lo", "root", *LOSSY], stderr=subprocess.DEVNULL).returncode == 0


def give_address(namespace, device, address):
    must("ip", "-n", namespace, "address", "add", address, "dev", device)
    must("ip", "-n", namespace, "link", "set", device, "up")


def must(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"'{' '.join(command)}' failed: {done.stderr.strip()}")


MAKERS = {"loopback": loopback, "veth": veth, "narrow": narrow, "lossy": lossy, "own-queue": own_queue, "lost-route": lost_route, "firewall": firewall}
