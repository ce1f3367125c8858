"""Makes COUNT connections to itself, at PORT, each as short as can be: the end that came in closes first. Prints "port N", then "done". Ends with its input."""
import socket
import sys

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("port", listener.getsockname()[1], flush=True)
for _ in range(int(sys.argv[2])):
    with socket.create_connection(listener.getsockname()) as client:
        listener.accept()[0].close()
        client.recv(1)
print("done", flush=True)
sys.stdin.read()
