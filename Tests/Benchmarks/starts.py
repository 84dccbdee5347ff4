"""The start of a socket-activated daemon: from the process's start to the first answer, with many grants on disk."""

import contextlib
import os
import signal
import socket
import statistics
import subprocess
import time

import accounts
import lab
from daemon import Daemon
from tokenserver import TokenServer

GRANTS, RUNS = 100, 9


def first_answer(home, target):
    """The milliseconds until a daemon answers that is started, with a listening socket, for a reader that waits."""
    path = os.path.join(home.root, "activated.sock")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    with socket.socket(socket.AF_UNIX) as door, socket.socket(socket.AF_UNIX) as reader:
        door.bind(path)
        door.listen(16)
        reader.settimeout(30)
        reader.connect(path)
        reader.sendall(f"GET {target} HTTP/1.1\r\nHost: valetkey\r\nConnection: close\r\n\r\n".encode())
        began = time.monotonic()
        # The shell takes the descriptor's place, and its process ID is that of the daemon.
        command = 'exec 3<&"$0"; LISTEN_FDS=1 LISTEN_PID=$$ exec valetkeyd'
        daemon = subprocess.Popen(["/bin/sh", "-c", command, str(door.fileno())], pass_fds=[door.fileno()],
                                  env=home.environment(), stderr=subprocess.DEVNULL)
        try:
            answer = reader.recv(65536)
            took = (time.monotonic() - began) * 1000
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait(30)
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise SystemExit(f"no token at the start: {answer!r}")
    return took


def measure(table):
    """Adds its row to the table."""
    with contextlib.ExitStack() as stack:
        server = TokenServer(size=1500)
        stack.callback(server.close)
        home = lab.Home()
        stack.callback(home.remove)
        home.configure("".join(server.account(accounts.name(number)) for number in range(GRANTS)))
        daemon = Daemon(home)
        accounts.consent_all(home, server, range(GRANTS))
        accounts.stop(daemon)
        took = [first_answer(home, f"/token/{accounts.name(7)}") for _ in range(RUNS)]
        median = statistics.median(took)
        table.row(f"socket activation to the first answer, {GRANTS} grants", f"{median:.0f} ms",
                  f"{min(took):.0f} to {max(took):.0f} ms", aim="≤ 30 ms", met=median <= 30)
