"""Hosts that share grants through an etcd: each has its own home, daemon and links, which a test can cut."""

import json
import os
import signal
import threading
import time

import etcd
import lab
from daemon import Daemon
from proxy import Proxy
from tokenserver import TokenServer


class WatchfulServer(TokenServer):
    """Notes when a refresh token came that had been used, and its newest access token."""

    def __init__(self, **options):
        self.replayed, self.newest = [], None
        super().__init__(**options)

    def _issue(self, family, scope=None):
        answer = super()._issue(family, scope)
        self.newest = answer[1]["access_token"]
        return answer

    def _refresh(self, token, scope=None):
        before = self.replays
        answer = super()._refresh(token, scope)
        if self.replays > before:
            self.replayed.append(time.monotonic())
        return answer


class Host:
    """One host of a fleet."""

    def __init__(self, case, number, configuration, cluster, key):
        self.number, self.place = number, case.home()
        self.links = [case.closing(Proxy(endpoint)) for endpoint in cluster.endpoints]
        path = os.path.join(self.place.root, "fleet.key")
        with open(path, "w", encoding="ascii", opener=lab.private) as file:
            file.write(key)
        members = {"kind": "etcd", "endpoints": [link.base for link in self.links], "fleet": "team", "patience": "5s"}
        lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in members.items())
        self.place.configure(f'{configuration}[store]\n{lines}key = {{ file = "{path}" }}\n')
        self.daemon, self.downs = None, []
        case.addCleanup(self.end)

    def start(self):
        if self.daemon:
            self.daemon.end()
        self.daemon = Daemon(self.place, wait=False)
        self.daemon.wait_ready(40)

    def end(self):
        if self.daemon:
            if self.daemon.child.poll() is None:
                self.daemon.signal(signal.SIGCONT)
            self.daemon.end()

    def kill(self):
        self.downs.append(time.monotonic())
        self.daemon.end()

    def cut(self, *fault):
        for link in self.links:
            link.set(*fault)

    def token(self):
        """The access token now, without waiting for one; None where there is none."""
        try:
            answer = self.daemon.ask("GET", "/token/ads?wait=0", timeout=3)
        except OSError:
            return None
        return answer.text if answer.status == 200 else None


class Fleet:
    """Hosts, an etcd of three members, and a server whose grants end when a used refresh token comes back."""

    def __init__(self, case, hosts, lifetime):
        self.cluster = case.closing(etcd.Cluster(3))
        self.server = case.closing(WatchfulServer(lifetime=lifetime))
        key = case.home().run(lab.program("valetkey"), "store", "key").stdout
        self.hosts = [Host(case, number, self.server.account("ads"), self.cluster, key) for number in range(hosts)]
        starts = [threading.Thread(target=host.start) for host in self.hosts]
        for start in starts:
            start.start()
        for start in starts:
            start.join()

    def log_in(self, host=0):
        self.hosts[host].daemon.log_in("ads")

    def tokens(self):
        return [host.token() for host in self.hosts]

    def agrees(self):
        """Whether all hosts serve one token, which is the server's newest."""
        return set(self.tokens()) == {self.server.newest}

    def logs(self):
        return "\n".join(f"-- host {host.number}\n{host.daemon.log[-3000:]}" for host in self.hosts)
