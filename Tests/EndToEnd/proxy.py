"""A bad network between the daemon and an authorization server: a forwarding proxy whose faults a test can change."""

import contextlib
import socket
import struct
import threading
import time
import urllib.parse


class Proxy:
    """Forwards to `target`, a base URL. `fault` is None, or one of

    ("delay", SECONDS)  everything comes later
    ("swallow",)        connections open, and nothing ever passes or closes
    ("reset",)          connections are reset once the request has come
    ("cut", BYTES)      the connection closes in the middle of the reply, after that many bytes
    ("refuse",)         nobody listens
    """

    def __init__(self, target):
        place = urllib.parse.urlsplit(target)
        self._target = (place.hostname, place.port)
        self.fault, self.connections, self._open = None, 0, set()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._port = self._door.getsockname()[1]
        self.base = f"http://127.0.0.1:{self._port}"
        self._closed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def set(self, *fault):
        """Sets another fault, or none. Lost requests stay lost, and kept connections are closed."""
        self.fault = fault or None
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self):
        self._closed.set()
        self.set()
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                reader, _ = self._door.accept()
                self.connections += 1
                if self.fault == ("refuse",):
                    reset(reader)
                    continue
                threading.Thread(target=self._carry, args=(reader,), daemon=True).start()

    def _carry(self, reader):
        with contextlib.ExitStack() as stack:
            stack.callback(reader.close)
            try:
                server = stack.enter_context(socket.create_connection(self._target))
            except OSError:
                return
            for side in (reader, server):
                self._open.add(side)
                stack.callback(self._open.discard, side)
            # The fault may have been set after this connection was accepted, and before it could be closed.
            if self.fault == ("refuse",):
                return
            back = threading.Thread(target=self._pump, args=(server, reader, True), daemon=True)
            back.start()
            self._pump(reader, server, False)
            back.join()

    def _pump(self, source, sink, is_reply):
        left = None
        with contextlib.suppress(OSError):
            while part := source.recv(65536):
                kind, *details = self.fault or ("none",)
                if kind == "swallow":
                    continue
                if kind == "delay":
                    self._closed.wait(details[0])
                elif kind == "reset":
                    reset(sink if is_reply else source)
                    break
                elif kind == "cut" and is_reply:
                    left = details[0] if left is None else left
                    sink.sendall(part[:left])
                    left -= len(part)
                    if left <= 0:
                        break
                    continue
                sink.sendall(part)
        for side in (source, sink):
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)


def reset(connection):
    """Closes the connection with RST."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
