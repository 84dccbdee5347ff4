"""Who watches the daemon: the stream of events, the program that is run for each, and the measurements."""

import json
import os
import socket

import lab
from daemon import Daemon
from tokenserver import TokenServer


class Stream:
    """A client of `/events` that reads one event after the other."""

    def __init__(self, path, target="/events", last=None):
        self.connection = lab.UnixHTTP(path)
        self.connection.request("GET", target, headers={} if last is None else {"Last-Event-ID": last})
        self.answer = self.connection.getresponse()

    def next(self):
        """The fields of the next event; comments are skipped. None at the end."""
        fields = {}
        while line := self.answer.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if line == "\n" and fields:
                return fields
            if line != "\n" and name:
                fields[name] = value
        return None

    def until(self, kind):
        while (event := self.next()) and event["event"] != kind:
            pass
        return event


class Events(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.place.configure(self.server.account() + self.server.account("mail"))
        self.daemon = Daemon(self.place)
        self.addCleanup(self.daemon.end)

    def watch(self, *arguments, **options):
        stream = Stream(self.place.socket, *arguments, **options)
        self.addCleanup(stream.connection.close)
        self.addCleanup(stream.answer.close)
        return stream

    def test_a_watcher_sees_each_change_and_resumes_where_it_was(self):
        all_of_them, one = self.watch(), self.watch("/events?account=mail")
        self.assertEqual(all_of_them.answer.getheader("Content-Type"), "text/event-stream")
        self.daemon.log_in("ads")
        self.daemon.log_in("mail")
        granted = all_of_them.until("consented")
        self.assertEqual(json.loads(granted["data"])["account"], "ads")
        self.assertEqual(json.loads(one.until("consented")["data"])["account"], "mail")
        self.daemon.ask("POST", "/accounts/ads/refresh")
        again = self.watch(last=granted["id"])
        event = again.next()
        self.assertGreater(int(event["id"]), int(granted["id"]))
        self.assertEqual(json.loads(again.until("refreshed")["data"])["fields"]["rotated"], "true")
        for secret in self.server.secrets:
            self.assertNotIn(secret, json.dumps([granted, event]))
        # What another process numbered has a gap, and the stream ends with the daemon.
        lost = self.watch(last="1")
        self.assertEqual(lost.next()["event"], "gap")
        self.daemon.end()
        while lost.next():
            pass

    def test_a_slow_watcher_is_cut_off_and_costs_little(self):
        """Events come faster than a watcher takes them: what waits for it is bounded, and then it is cut off."""
        count = 20

        def memory(name):
            with open(f"/proc/{self.daemon.pid}/status", encoding="utf-8") as file:
                return next(int(line.split()[1]) for line in file if line.startswith(name))

        def stir(rounds):
            for number in range(rounds):
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.bind(f"\0{os.urandom(8).hex()}/unit/{'u' * 40}.service/nobody-{number}")
                    connection.connect(self.place.socket)
                    connection.recv(1)

        # What the daemon needs for events without a watcher is had before.
        stir(2000)
        before = memory("RssAnon")
        watchers = []
        for _ in range(count):
            watcher = socket.socket(socket.AF_UNIX)
            self.addCleanup(watcher.close)
            watcher.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            watcher.connect(self.place.socket)
            watcher.sendall(b"GET /events HTTP/1.1\r\nHost: valetkey\r\n\r\n")
            self.assertIn(b" 200 ", watcher.recv(4096))
            watchers.append(watcher)
        most = before
        for _ in range(20):
            stir(200)
            most = max(most, memory("RssAnon"))
        # About 140 kB each on an idle machine; on a busy one the daemon has more of them under way at once.
        self.assertLess(most - before, count * 384, "kB")

        def is_over(watcher):
            """Whether the stream has ended: by its last chunk, or with the connection."""
            watcher.settimeout(5)
            content = b""
            try:
                while not content.endswith(b"\r\n0\r\n\r\n") and (piece := watcher.recv(65536)):
                    content += piece
            except ConnectionResetError:
                pass
            except TimeoutError:
                return False
            return content.count(b"event: credential_empty") < 4000
        self.assertTrue(all(is_over(watcher) for watcher in watchers), "each is cut off")
        # Nobody else has noticed.
        self.daemon.log_in("ads")
        self.assertTrue(self.daemon.token())

    def test_a_watcher_of_an_unknown_account_or_number_is_refused(self):
        for target, last, status in (("/events?account=adds", None, 404), ("/events", "x", 400)):
            self.assertEqual(self.watch(target, last).answer.status, status)

    def test_the_user_s_program_is_run_for_each_event(self):
        told = os.path.join(self.place.root, "told")
        program = self.place.script(
            "tell", f'#!/bin/sh\necho "$1 $VALETKEY_EVENT $VALETKEY_ACCOUNT" >>{told}\n')
        self.place.configure(
            self.server.account() + f'[daemon]\nevent_command = ["{program}", "told"]\n')
        self.assertEqual(self.daemon.ask("POST", "/reload").json["settings"], ["event_command"])
        self.daemon.log_in()

        def lines():
            if not os.path.exists(told):
                return []
            with open(told, encoding="utf-8") as file:
                return file.read().splitlines()
        lab.until(lambda: "told consented ads" in lines(), "the program was told of the consent")
        self.assertIn("told configuration_loaded ", lines())

    def test_prometheus_finds_the_state_of_each_account(self):
        self.daemon.log_in("ads")
        answer = self.daemon.ask("GET", "/metrics")
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"))
        self.assertIn('valetkey_account_state{account="ads",state="active"} 1\n', answer.text)
        lab.until(lambda: 'valetkey_events_total{event="consented"} 1\n' in self.daemon.ask("GET", "/metrics").text,
                  "the consent is counted")
