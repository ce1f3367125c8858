"""What runs where."""

SMALL = ("iperf3 short", "iperf3 short reverse", "iperf3 short parallel", "iperf3 short UDP", "curl few")
LARGE = ("iperf3", "iperf3 reverse", "iperf3 parallel", "iperf3 UDP", "curl keep-alive", "curl single", "Redis", "PostgreSQL", "DNS", "SSH")

# Where sending fails now and then, nothing may connect in the midst of it.
INTERRUPTED = SMALL[:3]

HOST = {"loopback": LARGE, "veth": LARGE, "narrow": SMALL[:3], "own-queue": (*SMALL[:3], "curl few"), "lost-route": INTERRUPTED, "firewall": INTERRUPTED}
LOSSY = {"lossy": SMALL}
QUICK = {"veth": ("iperf3 parallel", "iperf3 UDP", "curl single", "PostgreSQL", "DNS", "SSH"), "loopback": ("Redis",), "narrow": ("iperf3 short",), "own-queue": ("iperf3 short",),
         "firewall": ("iperf3 short",)}

# Of workloads at places. What is not of a Debian host is then named, and the rest is still worth its while. Of the quick run none may be.
MOST_SKIPPED = 4


def arguments(places):
    return [f"{place}:{','.join(workloads)}" for place, workloads in places.items()]
