"""Where a workload runs: network namespaces of our own, so that its ports are free and nobody else's packets are in the way."""

import contextlib
import itertools
import os
import subprocess

NETWORK = "10.214.0"
# Of the bottleneck: a queue this short loses packets of a sender at full speed.
NARROW = ("tbf", "rate", "80mbit", "burst", "32kb", "limit", "60kb")
LOSSY = ("netem", "delay", "8ms", "2ms", "loss", "1.5%", "reorder", "1%", "25%", "limit", "5000")
NUMBERS = itertools.count(1)


class Place:
    """A client's and a server's namespace, which may be one, the devices between them, and the addresses."""

    def __init__(self, name, namespaces, client, server, loses=False):
        self.name = name
        self.namespaces = namespaces
        self.client_namespace, self.client_device, self.client_address = client
        self.server_namespace, self.server_device, self.server_address = server
        self.loses = loses

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


MAKERS = {"loopback": loopback, "veth": veth, "narrow": narrow, "lossy": lossy}
