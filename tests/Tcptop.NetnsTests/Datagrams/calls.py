"""One UDP socket of family "4" or "6", which does what lines of input say, and says what came of each: "done", or "failed ERRNO".

It prints "cookie N" and "port N". Orders, an end is ADDRESS PORT:
  connect ADDRESS PORT         unconnect
  send BYTES TIMES             sendto ADDRESS PORT BYTES TIMES
  more ADDRESS PORT BYTES      with MSG_MORE: the first part of a datagram
  cork 0|1                     segment BYTES: UDP_SEGMENT
  many ADDRESS PORT BYTES ...  one sendmmsg; "- -" in place of an end: none is named
  atonce BYTES TIMES ADDRESS PORT BYTES TIMES     a send in one thread, beside a sendto in another
  multicast NAME               the device of what is sent to a group
  device NAME                  SO_BINDTODEVICE
  broadcast                    SO_BROADCAST
An ADDRESS may end in %DEVICE.
"""
import ctypes
import errno
import os
import socket
import struct
import sys
import threading

SO_COOKIE, MSG_MORE, UDP_CORK, UDP_SEGMENT = 57, 0x8000, 1, 103
libc = ctypes.CDLL(None, use_errno=True)
family = socket.AF_INET6 if sys.argv[1] == "6" else socket.AF_INET
calls = socket.socket(family, socket.SOCK_DGRAM)


class IoVector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("length", ctypes.c_size_t)]


class Message(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("name_length", ctypes.c_uint32), ("parts", ctypes.POINTER(IoVector)), ("count", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("control_length", ctypes.c_size_t), ("flags", ctypes.c_int)]


class OneOfMany(ctypes.Structure):
    _fields_ = [("message", Message), ("sent", ctypes.c_uint)]


def end(address, port):
    address, _, device = address.partition("%")
    if family == socket.AF_INET:
        return address, int(port)
    return address, int(port), 0, socket.if_nametoindex(device) if device else 0


def packed(address, port):
    if address == "-":
        return b""
    if family == socket.AF_INET:
        return struct.pack("=H", family) + struct.pack("!H4s8x", int(port), socket.inet_pton(family, address))
    return struct.pack("=H", family) + struct.pack("!HI16sI", int(port), 0, socket.inet_pton(family, address), 0)


def must(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def send(size, times):
    for _ in range(int(times)):
        calls.send(b"s" * int(size))


def sendto(address, port, size, times):
    for _ in range(int(times)):
        calls.sendto(b"t" * int(size), end(address, port))


def unconnect():
    must(libc.connect(calls.fileno(), struct.pack("=H14x", socket.AF_UNSPEC), 16))


def many(*words):
    count = len(words) // 3
    messages = (OneOfMany * count)()
    for i in range(count):
        address, port, size = words[3 * i:3 * i + 3]
        name, part = packed(address, port), IoVector(b"m" * int(size), int(size))
        messages[i].message = Message(name or None, len(name), ctypes.pointer(part), 1, None, 0, 0)
    if must(libc.sendmmsg(calls.fileno(), messages, count, 0)) != count:
        raise OSError(errno.EAGAIN, "not all were sent")


def at_once(size, times, *other):
    threads = [threading.Thread(target=send, args=(size, times)), threading.Thread(target=sendto, args=other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def multicast(name):
    index = socket.if_nametoindex(name)
    if family == socket.AF_INET:
        calls.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("=4s4si", bytes(4), bytes(4), index))
    else:
        calls.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)


ORDERS = {
    "broadcast": lambda: calls.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1),
    "connect": lambda address, port: calls.connect(end(address, port)),
    "unconnect": unconnect,
    "send": send,
    "sendto": sendto,
    "more": lambda address, port, size: calls.sendto(b"p" * int(size), MSG_MORE, end(address, port)),
    "cork": lambda on: calls.setsockopt(socket.IPPROTO_UDP, UDP_CORK, int(on)),
    "segment": lambda size: calls.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, int(size)),
    "many": many,
    "atonce": at_once,
    "multicast": multicast,
    "device": lambda name: calls.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name.encode()),
}

while True:
    # By its number: a port that the kernel has chosen is given back by unconnect.
    with socket.socket(family, socket.SOCK_DGRAM) as free:
        free.bind(("", 0))
        port = free.getsockname()[1]
    try:
        calls.bind(("", port))
        break
    except OSError:
        continue  # another was faster
print("cookie", int.from_bytes(calls.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8), sys.byteorder), flush=True)
print("port", calls.getsockname()[1], flush=True)
for line in sys.stdin:
    order, *words = line.split()
    try:
        ORDERS[order](*words)
        print("done", order, flush=True)
    except OSError as error:
        print("failed", order, errno.errorcode.get(error.errno, error.errno), flush=True)
