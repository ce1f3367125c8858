"""Accepts one connection and forks: the child serves it, the parent closes its copy at a line of input.

Prints "port N", then "child PID", then "closed".
"""
import os
import socket

listener = socket.create_server(("127.0.0.1", 0))
print("port", listener.getsockname()[1], flush=True)
connection, _ = listener.accept()
child = os.fork()
if child == 0:
    listener.close()
    while connection.recv(65536):
        pass
    os._exit(0)
print("child", child, flush=True)
input()
connection.close()
print("closed", flush=True)
os.waitpid(child, 0)
