"""At each line of input sends a datagram to each of N ports of 127.0.0.1, and says "sent".

usage: flood_peers.py N ANYTHING    ANYTHING is there to be its command line.
"""
import socket
import sys

sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print("ready", flush=True)
for _ in sys.stdin:
    for port in range(10_000, 10_000 + int(sys.argv[1])):
        sender.sendto(b"x", ("127.0.0.1", port))
    print("sent", flush=True)
