"""Takes the measurements of Tests/Benchmarks/run: measure.py FOLDER-WITH-FLOOR-AND-LOAD."""

import contextlib
import glob
import json
import os
import socket
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "EndToEnd"))

import accounts
import lab
import oidcagent
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


def in_turns(measures):
    """Takes each measurement in each round, so that other load on the machine affects all of them alike; returns
    medians."""
    rounds = [{name: measure() for name, measure in measures.items()} for _ in range(ROUNDS)]
    return {name: {key: statistics.median(entry[name][key] for entry in rounds) for key in rounds[0][name]}
            for name in measures}


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


def idle(table, daemon):
    # The login's listener stays for a moment, and the threads that the login needed end some seconds later. Pages of
    # programs that have just been built are dirty until they are written to disk.
    os.sync()
    time.sleep(SETTLE)
    before = sleeps(daemon.pid)
    time.sleep(QUIET)
    after = sleeps(daemon.pid)
    wakes = sum(count - before.get(path, 0) for path, count in after.items())
    table.row(f"idle wake-ups in {QUIET} s", wakes, aim="0", met=wakes == 0)
    table.row("threads", len(after))
    resident, dirty = memory(daemon.pid)
    table.row("idle, resident", f"{resident:.1f} MB", aim="≤ 22 MB", met=resident <= 22)
    table.row("idle, privately written", f"{dirty:.1f} MB", aim="≤ 4 MB", met=dirty <= 4)


class Table:
    def __init__(self):
        self.missed = False
        print("| measure | valetkey | beside it | ratio | aim |\n|---|---|---|---|---|")

    def row(self, name, mine, other="", ratio="", aim="", met=True):
        self.missed |= not met
        print(f"| {name} | {mine} | {other} | {ratio} | {aim}{'' if met else ' **missed**'} |", flush=True)


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
    for name, connections in (("one", 1), ("32", 32)):
        seen = in_turns({
            "mine": lambda: tool(folder, "read", mine, "/token/ads", connections, SECONDS),
            "floor": lambda: tool(folder, "read", floor, "/token/ads", connections, SECONDS)})
        ours, theirs = seen["mine"], seen["floor"]
        if connections == 1:
            ratio = ours["p50"] / theirs["p50"]
            table.row("read on one kept connection, p50", f"{ours['p50']:.0f} µs", f"C: {theirs['p50']:.0f} µs",
                      f"{ratio:.2f}", "≤ 1.8", ratio <= 1.8)
        ratio = ours["rate"] / theirs["rate"]
        table.row(f"reads per second, {name} kept", f"{ours['rate']:.0f}", f"C: {theirs['rate']:.0f}", f"{ratio:.2f}",
                  "≥ 0.3" if connections > 1 else "", connections == 1 or ratio >= 0.3)


def starts(table, folder, home, environment):
    commands = {
        "true": ["/bin/true"],
        "valetkey": [lab.program("valetkey"), "token", "ads"],
        "curl": ["curl", "-s", "--unix-socket", home.socket, "http://valetkey/token/ads"],
    }
    if "OIDC_SOCK" in environment:
        commands["oidc-token"] = ["oidc-token", oidcagent.ACCOUNT]
    seen = in_turns({name: (lambda command=command: tool(folder, "start", STARTS // ROUNDS, *command,
                                                         environment=environment))
                     for name, command in commands.items()})
    mine = seen["valetkey"]["p50"]
    for name in commands:
        if name != "valetkey":
            table.row("`valetkey token`, the whole process", f"{mine / 1000:.1f} ms",
                      f"`{name}`: {seen[name]['p50'] / 1000:.1f} ms", f"{mine / seen[name]['p50']:.2f}")


def main(folder):
    with contextlib.ExitStack() as stack:
        server = TokenServer(size=TOKEN_SIZE)
        stack.callback(server.close)
        home = lab.Home()
        stack.callback(home.remove)
        home.configure(server.account())
        daemon = Daemon(home)
        stack.callback(daemon.end)
        daemon.log_in()
        table = Table()

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
        starts(table, folder, home, {**home.environment(), **stack.enter_context(oidcagent.running(server, home))})
    accounts.measure(table, lambda *words: tool(folder, *words), memory)
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
