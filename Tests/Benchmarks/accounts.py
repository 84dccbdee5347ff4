"""Ten thousand accounts in one daemon: start, memory, processor time, and readers while a thousand accounts refresh."""

import concurrent.futures
import contextlib
import json
import os
import signal
import statistics
import time
import urllib.parse

import lab
from daemon import Daemon
from tokenserver import TokenServer

ACCOUNTS, REFRESHED, TOKEN_SIZE, WORKERS = 10_000, 1_000, 1500, 4
# The lifetime of tokens that are refreshed during the benchmark; the others are valid for an hour.
LIFETIME, SETTLE, SECONDS = 60, 5, 1
# The refreshes in ten minutes, where each account's tokens are valid for an hour and refreshed five minutes earlier.
HOURLY = ACCOUNTS * 600 / 3300


def name(number):
    return f"account-{number:05d}"


def consent(home, server, numbers):
    """Consents by the paste flow: pastes what a browser would have been redirected to."""
    with contextlib.closing(lab.UnixHTTP(home.socket)) as connection:
        def post(target, body):
            connection.request("POST", target, json.dumps(body), {"Content-Type": "application/json"})
            reply = connection.getresponse()
            text = reply.read()
            if reply.status >= 300:
                raise SystemExit(f"{target}: {text}")
            return json.loads(text)

        for number in numbers:
            begun = post(f"/accounts/{name(number)}/consent", {"flow": "paste"})
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(begun["authorization_url"]).query))
            ended = post(f"/accounts/{name(number)}/consent/redirect", {"redirect": server.authorize(query)})
            if ended["state"] != "granted":
                raise SystemExit(f"no grant: {ended}")


def consent_all(home, server, numbers):
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(consent, home, server, numbers[part::WORKERS]) for part in range(WORKERS)]:
            done.result()


def processor(pid):
    """The seconds of processor time that the process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stop(daemon):
    daemon.signal(signal.SIGTERM)
    if daemon.wait() != 0:
        raise SystemExit(daemon.log)


def restored(home, runs=3):
    """A daemon that has loaded its grants and is idle, and the median time until it answered."""
    took = []
    for run in range(runs):
        began = time.monotonic()
        daemon = Daemon(home)
        took.append(time.monotonic() - began)
        if run < runs - 1:
            stop(daemon)
    return daemon, statistics.median(took)


def refreshes(server, count):
    """Waits until a thousand more refreshes have ended; first returns when they begin."""
    lab.until(lambda: len(server.refreshes) > count, "the refreshes begin", 120, 0.005)
    yield
    lab.until(lambda: len(server.refreshes) >= count + REFRESHED, lambda: f"{len(server.refreshes) - count} refreshes",
              120, 0.01)
    yield


def measure(table, load, memory):
    """Adds its rows to the table. `load` runs the load tool, and `memory` returns the memory of a process in MB."""
    with contextlib.ExitStack() as stack:
        server = TokenServer(size=TOKEN_SIZE)
        stack.callback(server.close)
        home = lab.Home()
        stack.callback(home.remove)

        home.configure(server.account(name(0)))
        daemon = Daemon(home)
        stack.callback(lambda: daemon.end())
        consent(home, server, [0])
        stop(daemon)
        daemon, usual = restored(home)
        time.sleep(SETTLE)
        _, alone = memory(daemon.pid)
        stop(daemon)

        home.configure("".join(server.account(name(number)) for number in range(ACCOUNTS)))
        daemon = Daemon(home)
        began = time.monotonic()
        consent_all(home, server, range(1, ACCOUNTS - REFRESHED))
        server.lifetime = LIFETIME
        consent_all(home, server, range(ACCOUNTS - REFRESHED, ACCOUNTS))
        rate = (ACCOUNTS - 1) / (time.monotonic() - began)
        table.row("consents per second, 10,000 accounts", f"{rate:.0f}")
        stop(daemon)

        refreshed = len(server.refreshes)
        daemon, took = restored(home)
        table.row("start, 10,000 grants restored", f"{took * 1000:.0f} ms", f"one: {usual * 1000:.0f} ms")
        time.sleep(SETTLE)
        _, dirty = memory(daemon.pid)
        tokens = TOKEN_SIZE + len(server.grant())
        each = (dirty - alone) * 1024 * 1024 / (ACCOUNTS - 1) - tokens
        table.row("privately written, each account beyond its tokens", f"{each:.0f} B", aim="≤ 1500 B",
                  met=each <= 1500)

        target = f"/token/{name(0)}"
        quiet = [load("read", home.socket, target, 1, SECONDS)["p50"] for _ in range(5)]
        if len(server.refreshes) != refreshed:
            raise SystemExit("the machine is too slow for this benchmark: the refreshes began too early")
        storm = refreshes(server, refreshed)
        next(storm)
        loud = []
        while not loud or len(server.refreshes) < refreshed + REFRESHED * 0.9:
            loud.append(load("read", home.socket, target, 1, SECONDS)["p50"])
        next(storm)
        quiet, loud = statistics.median(quiet), statistics.median(loud)
        table.row("a read while 1,000 accounts are refreshed, p50", f"{loud:.0f} µs", f"quiet: {quiet:.0f} µs",
                  f"{loud / quiet:.2f}", "≤ 2", loud / quiet <= 2)

        storm, before = refreshes(server, refreshed + REFRESHED), processor(daemon.pid)
        next(storm)
        next(storm)
        used = (processor(daemon.pid) - before) / REFRESHED
        table.row("processor time of a refresh", f"{used * 1000:.2f} ms")
        table.row("processor time of ten minutes, 10,000 tokens of an hour", f"{used * HOURLY:.1f} s",
                  f"{HOURLY:.0f} refreshes, from those measured")
        if server.replays:
            raise SystemExit(f"{server.replays} refresh tokens were used twice")
