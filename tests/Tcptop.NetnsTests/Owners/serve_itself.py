"""For each line of its input makes COUNT connections to itself, at PORT, each as short as can be: the
end that came in closes first. Prints "port N", then "made TOTAL" for each line. Ends with its
input."""
import socket
import sys

count = int(sys.argv[2])
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("port", listener.getsockname()[1], flush=True)
for number, _ in enumerate(sys.stdin, start=1):
    for _ in range(count):
        with socket.create_connection(listener.getsockname()) as client:
            listener.accept()[0].close()
            client.recv(1)
    print("made", number * count, flush=True)
