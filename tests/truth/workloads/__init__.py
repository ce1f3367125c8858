"""The workloads by name. Each has PROGRAMS it calls, PROTOCOLS it speaks, run(scene), and claims(report, seen): what its programs say of themselves."""

from workloads.dns import Dns
from workloads.iperf import Tcp, Udp
from workloads.postgres import Postgres
from workloads.redis import Redis
from workloads.ssh import Ssh
from workloads.web import Web

ALL = {
    "iperf3": Tcp("-n", "300M"),
    "iperf3 reverse": Tcp("-n", "300M", reverse=True),
    "iperf3 parallel": Tcp("-n", "300M", "-P", "4"),
    "iperf3 UDP": Udp("-n", "30M", "-b", "150M", "-l", "1200"),
    "curl keep-alive": Web(2_000, 1),
    "curl single": Web(10_000, 10_000, "-H", "Connection: close"),
    "Redis": Redis(5_000),
    "PostgreSQL": Postgres(200, 4),
    "DNS": Dns(400, 40),
    "SSH": Ssh(),
    # Smaller, for places where time is dear.
    "iperf3 short": Tcp("-n", "12M"),
    "iperf3 short reverse": Tcp("-n", "12M", reverse=True),
    "iperf3 short parallel": Tcp("-n", "12M", "-P", "4"),
    "iperf3 short UDP": Udp("-n", "2M", "-b", "8M", "-l", "1200"),
    "curl few": Web(300, 300, "-H", "Connection: close"),
}
