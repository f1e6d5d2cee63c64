"""Something else than Skein that goes over a host's link: one TCP connection that takes what it gets.

Arguments: `sink PORT`, which writes how many bytes came at the end of the connection; or `send ADDRESS PORT SECONDS SKIP`,
which sends for so long and writes the bytes a second that went out after the first SKIP seconds.
"""

import socket
import sys
import time


def sink(port):
    with socket.create_server(("0.0.0.0", port)) as listener:
        print("listening", flush=True)
        connection, _ = listener.accept()
        total = 0
        while data := connection.recv(1 << 18):
            total += len(data)
        print(total, flush=True)


def send(host, port, seconds, skip):
    connection = socket.create_connection((host, port), 5)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 18)
    block = bytes(1 << 16)
    start = time.monotonic()
    skipped = None
    total = 0
    while (now := time.monotonic() - start) < seconds:
        if skipped is None and now >= skip:
            skipped = (now, total)
        total += connection.send(block)
    print(round((total - skipped[1]) / (now - skipped[0])), flush=True)


if sys.argv[1] == "sink":
    sink(int(sys.argv[2]))
else:
    send(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))
