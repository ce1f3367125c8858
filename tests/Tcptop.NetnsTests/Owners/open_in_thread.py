"""A thread of its own name opens a "tcp" or "udp" socket to 127.0.0.1:PORT and sends 5 bytes, in a process whose leader is called "leader".

Prints "port N". Ends, and with it the socket, at a line of input.
"""
import socket
import sys
import threading

kind = socket.SOCK_STREAM if sys.argv[1] == "tcp" else socket.SOCK_DGRAM


def open_socket():
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write("thread")
    opened = socket.socket(socket.AF_INET, kind)
    opened.connect(("127.0.0.1", int(sys.argv[2])))
    opened.send(b"bytes")
    print("port", opened.getsockname()[1], flush=True)
    ended.wait()
    opened.close()


with open("/proc/self/comm", "w") as comm:
    comm.write("leader")
ended = threading.Event()
thread = threading.Thread(target=open_socket)
thread.start()
input()
ended.set()
thread.join()
