"""Takes the measurements of Tests/Benchmarks/run: measure.py FOLDER-WITH-TOOLS [--write]."""

import contextlib
import glob
import json
import os
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "EndToEnd"))

import accounts
import lab
import oidcagent
import pizauth
import results
import starts
import table as tables
from daemon import Daemon
from tokenserver import TokenServer

ROUNDS, SECONDS, SETTLE, QUIET, STARTS = 5, 2, 25, 10, 200
TOKEN_SIZE = 1500


def tool(folder, *arguments, environment=None):
    done = subprocess.run([os.path.join(folder, "load"), *map(str, arguments)], capture_output=True, text=True,
                          check=False, env=environment, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"load {' '.join(map(str, arguments))}: {done.stderr}")
    return json.loads(done.stdout)


def memory(pid):
    """The resident and the privately written memory in MB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        rows = dict(line.split(":", 1) for line in file.read().splitlines()[1:])
    return tuple(int(rows[name].split()[0]) / 1024 for name in ("Rss", "Private_Dirty"))


def sleeps(pid):
    """How often each thread has gone to sleep voluntarily."""
    found = {}
    for path in glob.glob(f"/proc/{pid}/task/*/status"):
        with contextlib.suppress(OSError), open(path, encoding="ascii") as file:
            found[path] = next(int(line.split()[1]) for line in file if line.startswith("voluntary_ctxt_switches"))
    return found


def settled(daemon):
    """The resident and the privately written memory of a daemon that has had nothing to do for a while."""
    # The login's listener stays for a moment, and the threads that the login needed end some seconds later. Pages of
    # programs that have just been built are dirty until they are written to disk.
    os.sync()
    time.sleep(SETTLE)
    return memory(daemon.pid)


def idle(table, daemon):
    resident, dirty = settled(daemon)
    before = sleeps(daemon.pid)
    time.sleep(QUIET)
    after = sleeps(daemon.pid)
    wakes = sum(count - before.get(path, 0) for path, count in after.items())
    table.row(f"idle wake-ups in {QUIET} s", wakes, aim="0", met=wakes == 0)
    table.row("threads", len(after))
    table.row("idle, privately written", f"{dirty:.2f} MB", f"resident: {resident:.1f} MB", aim="≤ 2.5 MB",
              met=dirty <= 2.5)


def wire_answer(path, target):
    """The whole answer as it is sent, for `floor` to send the same."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: valetkey\r\n\r\n".encode())
        answer = b""
        while len(answer.partition(b"\r\n\r\n")[2]) < TOKEN_SIZE:
            answer += connection.recv(65536)
    return answer


def reads(table, folder, mine, floor):
    def both(*words):
        seen = tables.in_turns(ROUNDS, {
            "mine": lambda: tool(folder, words[0], mine, "/token/ads", *words[1:], SECONDS),
            "floor": lambda: tool(folder, words[0], floor, "/token/ads", *words[1:], SECONDS)})
        return [[entry[key] for entry in seen[name]] for key in ("p50", "rate") for name in ("mine", "floor")]

    ours, theirs, rate, most = both("read", 1)
    table.compare("read on one kept connection, p50 in µs", ".1f", ours, theirs, "C", most=1.2)
    table.compare("reads per second on it", ".0f", rate, most, "C")
    _, _, rate, most = both("read", 32)
    table.compare("reads per second, 32 kept connections", ".0f", rate, most, "C", least=0.4)
    _, _, rate, most = both("connect")
    table.compare("reads per second, a new connection for each", ".0f", rate, most, "C", least=0.4)


def commands(table, folder, home, environment, pizauth_command):
    run = {
        "valetkey": [lab.program("valetkey"), "token", "ads"],
        "C": [os.path.join(folder, "ask"), home.socket, "/token/ads"],
        "curl": ["curl", "-s", "--unix-socket", home.socket, "http://valetkey/token/ads"],
    }
    if "OIDC_SOCK" in environment:
        run["oidc-token"] = ["oidc-token", oidcagent.ACCOUNT]
    if pizauth_command:
        run["pizauth"] = pizauth_command
    seen = tables.in_turns(ROUNDS, {name: (lambda command=command: tool(folder, "start", STARTS // ROUNDS, *command,
                                                                       environment=environment))
                                    for name, command in run.items()})
    took = {name: [entry["p50"] / 1000 for entry in entries] for name, entries in seen.items()}
    for name, most in (("C", 1.2), ("oidc-token", 1.0), ("pizauth", 1.0), ("curl", None)):
        if name in took:
            table.compare("`valetkey token`, the whole process in ms", ".2f", took["valetkey"], took[name], name,
                          most=most)


def main(folder, write):
    with contextlib.ExitStack() as stack:
        server = TokenServer(size=TOKEN_SIZE)
        stack.callback(server.close)
        home = lab.Home()
        stack.callback(home.remove)
        home.configure(server.account())
        daemon = Daemon(home)
        stack.callback(lambda: daemon.end())
        daemon.log_in()
        accounts.stop(daemon)
        daemon = Daemon(home)
        table = tables.Table()
        load = [tables.load()]

        _, dirty = settled(daemon)
        table.row("before its first request to a server, privately written", f"{dirty:.2f} MB", "libcurl isn't loaded")
        daemon.log_in()
        idle(table, daemon)
        floor, answer = os.path.join(home.root, "floor.sock"), os.path.join(home.root, "answer")
        with open(answer, "wb") as file:
            file.write(wire_answer(home.socket, "/token/ads"))
        bare = subprocess.Popen([os.path.join(folder, "floor"), floor, answer])
        stack.callback(bare.wait)
        stack.callback(bare.kill)
        lab.until(lambda: os.path.exists(floor), "the floor listens")
        reads(table, folder, home.socket, floor)
        resident, dirty = memory(daemon.pid)
        table.row("after the load, resident", f"{resident:.1f} MB")
        table.row("after the load, privately written", f"{dirty:.1f} MB")
        agent = stack.enter_context(oidcagent.running(server, home))
        commands(table, folder, home, {**home.environment(), **agent}, stack.enter_context(pizauth.running(server, home)))
    starts.measure(table)
    accounts.measure(table, lambda *words: tool(folder, *words), memory)
    load.append(tables.load())
    if write:
        results.write(table, load)
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv))
