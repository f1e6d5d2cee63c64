"""Forwards TCP connections and flips one byte in each of the first of them: a network that harms what it carries.

Arguments: port to listen on, address and port to forward to, how many bytes of one direction pass unharmed, how many
connections are harmed. Writes one line for each byte that it flips.
"""

import socket
import sys
import threading


class Link:
    """One connection and its copy behind us; at most one byte of it is flipped, whatever the direction."""

    def __init__(self, near, far, harm_after):
        self.ends = (near, far)
        self.harm_after = harm_after
        self.lock = threading.Lock()
        for source, target, name in ((near, far, "inbound"), (far, near, "outbound")):
            threading.Thread(target=self.copy, args=(source, target, name), daemon=True).start()

    def copy(self, source, target, name):
        passed = 0
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                with self.lock:
                    harms = self.harm_after is not None and passed + len(data) > self.harm_after
                    if harms:
                        data = bytearray(data)
                        data[len(data) // 2] ^= 0x10
                        self.harm_after = None
                        print("flipped a byte of an", name, "stream near", passed, flush=True)
                target.sendall(data)
                passed += len(data)
        except OSError:
            pass
        for end in self.ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def main():
    port, host, far_port, harm_after, harmed = sys.argv[1], sys.argv[2], *(int(text) for text in sys.argv[3:6])
    listener = socket.create_server(("0.0.0.0", int(port)))
    print("listening", flush=True)
    left = harmed
    while True:
        near, _ = listener.accept()
        try:
            far = socket.create_connection((host, far_port), 5)
        except OSError:
            near.close()
            continue
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Link(near, far, harm_after if left > 0 else None)
        left -= 1


main()
