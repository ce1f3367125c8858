#!/usr/bin/env python3
"""Draws docs/screen.svg: tcptop in a terminal, beside real programs that move data in two network namespaces.

usage: capture.py TCPTOP OUTPUT     as root
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time

import svg

COLUMNS, ROWS = 120, 20
# Enough for the sparklines; the history of the screen is longer.
SECONDS = 40
CLIENT, SERVER = "tcptop-client", "tcptop-server"
ADDRESSES = {CLIENT: ("10.0.0.7/24", "2001:db8::7/64"), SERVER: ("10.0.0.9/24", "2001:db8::9/64")}
NGINX = """
daemon off; pid {work}/nginx.pid; error_log {work}/nginx.error; events {{ }}
http {{ access_log off; server {{ listen 10.0.0.9:443; listen [2001:db8::9]:443; root {work}; }} }}
"""
# Where, and what: a server before its clients.
PROGRAMS = (
    (SERVER, "nginx -c {work}/nginx.conf"),
    (SERVER, "redis-server --bind 10.0.0.9 --port 6379 --save '' --protected-mode no"),
    (SERVER, "iperf3 --server --port 5201"),
    (SERVER, "iperf3 --server --port 5202"),
    (CLIENT, "curl --silent --limit-rate 12M --output /dev/null http://10.0.0.9:443/large"),
    (CLIENT, "curl --silent --limit-rate 3M --output /dev/null http://[2001:db8::9]:443/large"),
    (CLIENT, "redis-benchmark -h 10.0.0.9 -c 2 -r 1000 -d 400 -l -q -t get"),
    (CLIENT, "redis-cli -h 10.0.0.9 -r -1 -i 0.1 ping"),
    (CLIENT, "iperf3 --client 10.0.0.9 --port 5201 --bitrate 48M --reverse --time 3600"),
    (CLIENT, "iperf3 --client 10.0.0.9 --port 5202 --udp --bitrate 8M --time 3600"),
)
FLAGS = "--port 443 --port 6379 --port 5201 --port 5202"


def main():
    program, output = map(os.path.abspath, sys.argv[1:3])
    with contextlib.ExitStack() as cleanup:
        work = tempfile.mkdtemp()
        cleanup.callback(shutil.rmtree, work)
        os.chmod(work, 0o755)
        with open(f"{work}/large", "wb") as file:
            file.truncate(1 << 40)
        with open(f"{work}/nginx.conf", "w") as file:
            file.write(NGINX.format(work=work))
        join_namespaces(cleanup)
        for namespace, command in PROGRAMS:
            start(cleanup, namespace, command.format(work=work))
        lines = screen(cleanup, f"{program} {FLAGS}", work)
    with open(output, "w", encoding="utf-8") as file:
        file.write(svg.draw(lines, COLUMNS))


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def join_namespaces(cleanup):
    for name in (CLIENT, SERVER):
        run("ip", "netns", "add", name)
        cleanup.callback(run, "ip", "netns", "delete", name)
    run("ip", "link", "add", "eth0", "netns", CLIENT, "type", "veth", "peer", "name", "eth0", "netns", SERVER)
    for name, addresses in ADDRESSES.items():
        for address in addresses:
            run("ip", "-n", name, "address", "add", address, "dev", "eth0", *(["nodad"] if ":" in address else []))
        run("ip", "-n", name, "link", "set", "eth0", "up")


def start(cleanup, namespace, command):
    process = subprocess.Popen(["ip", "netns", "exec", namespace, "sh", "-c", f"exec {command}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cleanup.callback(process.wait)
    cleanup.callback(process.terminate)
    time.sleep(0.5)
    if process.poll() is not None:
        raise SystemExit(f"error: it ended at once: {command}")


def screen(cleanup, command, work):
    """The lines of the terminal, with escape sequences for the colours."""
    tmux = ("tmux", "-S", f"{work}/tmux", "-f", "/dev/null")
    environment = "env -u NO_COLOR TERM=tmux-256color COLORTERM=truecolor LANG=C.UTF-8"
    run(*tmux, "new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), f"{environment} {command}", ";", "set", "-g", "status", "off")
    cleanup.callback(run, *tmux, "kill-server")
    time.sleep(SECONDS)
    # A row in the middle is marked.
    run(*tmux, "send-keys", "Down", "Down", "Down")
    time.sleep(1)
    return run(*tmux, "capture-pane", "-p", "-e", "-N").split("\n")[:ROWS]


if __name__ == "__main__":
    main()
