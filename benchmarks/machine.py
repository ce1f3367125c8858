"""The machine that is measured on."""

import os
import platform


def describe():
    return f"Linux {platform.release().split('-')[0]} {platform.machine()}, {os.cpu_count()} cores, {cpu_model()}"


def tcp_sockets(what):
    """Of the whole host, as /proc/net/sockstat has them: "alloc" all, in all network namespaces, "tw" those in TIME_WAIT."""
    with open("/proc/net/sockstat") as sockstat:
        words = next(line.split() for line in sockstat if line.startswith("TCP:"))
    return int(words[words.index(what) + 1])


def cpu_model():
    with open("/proc/cpuinfo") as cpuinfo:
        return next((line.split(":")[1].strip() for line in cpuinfo if line.startswith("model name")), "unknown CPU")
