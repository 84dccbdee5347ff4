"""Signals, messages to the service manager, and the files that the daemon leaves behind."""

import json
import os
import shlex
import signal
import socket
import stat
import subprocess
import time

import lab
from daemon import Daemon
from tokenserver import TokenServer

MOSTLY_WAITS = True


class Manager:
    """A stand-in for a service manager, which receives the messages of sd_notify."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.lines = []

    def wait(self, word, seconds=20):
        """Receives until a line starts with `word`, and returns it; earlier lines are dropped."""
        end = time.monotonic() + seconds
        while True:
            while self.lines:
                line = self.lines.pop(0)
                if line.startswith(word):
                    return line
            self.socket.settimeout(max(0.001, end - time.monotonic()))
            self.lines = self.socket.recv(4096).decode().splitlines()


class Signals(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.place.configure(self.server.account())

    def daemon(self, *arguments, **variables):
        daemon = Daemon(self.place, *arguments, **variables)
        self.addCleanup(daemon.end)
        return daemon

    def test_sigterm_and_sigint_end_it_with_0_and_take_the_socket_away(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon = self.daemon()
            daemon.log_in()
            daemon.signal(number)
            self.assertEqual(daemon.wait(), 0, daemon.log)
            self.assertFalse(os.path.exists(self.place.socket), "the socket file is gone")

    def test_a_stop_waits_for_the_refresh_under_way_so_that_no_refresh_token_is_lost(self):
        daemon = self.daemon()
        daemon.log_in()
        before = daemon.token()
        self.server.gate.clear()
        reader = self.start(["curl", "-sS", "--unix-socket", self.place.socket,
                             "http://valetkey/token/ads?fresh=true"], self.place.environment())
        lab.until(lambda: self.server.waiting, "the refresh is under way")
        daemon.signal(signal.SIGTERM)
        lab.until(lambda: not os.path.exists(self.place.socket), "the stop has begun")
        self.server.gate.set()
        self.assertEqual(daemon.wait(), 0, daemon.log)
        reader.wait()
        daemon = self.daemon()
        self.assertNotEqual(daemon.token(), before, "the refreshed token was stored")
        self.assertEqual(daemon.ask("GET", "/token/ads?fresh=true").status, 200)
        self.assertEqual(self.server.replays, 0)

    def test_a_reader_that_sends_no_more_gets_its_late_answer(self):
        daemon = self.daemon()
        daemon.log_in()
        before = daemon.token()
        self.server.gate.clear()
        with socket.socket(socket.AF_UNIX) as reader:
            reader.settimeout(20)
            reader.connect(self.place.socket)
            reader.sendall(b"GET /token/ads?fresh=true HTTP/1.1\r\nHost: x\r\n\r\n")
            reader.shutdown(socket.SHUT_WR)
            lab.until(lambda: self.server.waiting, "the refresh is under way")
            self.server.gate.set()
            answer = b"".join(iter(lambda: reader.recv(65536), b"")).decode()
        self.assertTrue(answer.startswith("HTTP/1.1 200 OK\r\n"), answer)
        self.assertEqual(answer.rpartition("\r\n")[2], daemon.token())
        self.assertNotEqual(daemon.token(), before)

    def test_the_service_manager_hears_ready_after_the_grants_are_back_then_status_watchdog_and_stopping(self):
        daemon = self.daemon()
        daemon.log_in()
        token = daemon.token()
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)

        manager = Manager(self.place.root)
        self.addCleanup(manager.socket.close)
        daemon = self.daemon(wait=False, NOTIFY_SOCKET=manager.path, WATCHDOG_USEC="400000")
        manager.wait("READY=1")
        answer = daemon.ask("GET", "/token/ads?wait=0")
        self.assertEqual((answer.status, answer.text), (200, token), "the grant is there once READY was said")
        self.assertGreater(len(manager.wait("STATUS=")), len("STATUS="))
        manager.wait("WATCHDOG=1")
        manager.wait("WATCHDOG=1")
        daemon.signal(signal.SIGTERM)
        manager.wait("STOPPING=1")
        self.assertEqual(daemon.wait(), 0)

    def test_sighup_takes_up_the_changed_configuration_and_keeps_the_grants(self):
        daemon = self.daemon()
        daemon.log_in()
        token = daemon.token()
        self.place.configure(self.server.account() + self.server.account("mail"))
        daemon.signal(signal.SIGHUP)
        lab.until(lambda: daemon.ask("GET", "/accounts/mail").status == 200, "the new account is known")
        self.assertEqual(daemon.token(), token)

    def test_a_reload_takes_up_log_level_and_notify_command_as_well(self):
        self.place.configure(self.server.account() + '[daemon]\nlog_level = "error"\nnotify_command = []\n')
        daemon = self.daemon()
        daemon.log_in()
        self.assertEqual(daemon.log, "")
        told = os.path.join(self.place.root, "told")
        script = self.place.script("tell", f'#!/bin/sh\nprintf %s "$VALETKEY_ACCOUNT" > {shlex.quote(told)}\n')
        self.place.configure(self.server.account() + f'[daemon]\nnotify_command = ["{script}"]\n')
        done = self.place.run(lab.program("valetkey"), "reload")
        self.assertEqual((done.returncode, done.stderr), (0, "Reloaded: set notify_command, log_level.\n"))
        daemon.wait_line("configuration loaded")
        refusal = json.dumps({"error": "invalid_grant"})
        self.server.answers = [(400, refusal, {})] * 2
        daemon.ask("POST", "/accounts/ads/refresh?wait=60", timeout=90)
        lab.until(lambda: os.path.exists(told), lambda: f"the user is told; the daemon said:\n{daemon.log}", 60)

    def test_sighup_with_a_broken_configuration_changes_nothing_and_says_where(self):
        daemon = self.daemon()
        daemon.log_in()
        token = daemon.token()
        self.place.configure(self.server.account() + "[accounts.mail\n")
        daemon.signal(signal.SIGHUP)
        daemon.wait_line("config.toml")
        self.assertEqual(daemon.token(), token)
        refused = daemon.ask("POST", "/reload")
        self.assertGreaterEqual(refused.status, 400, refused)
        self.assertIn("config.toml", refused.text)

    def test_no_secret_is_in_the_log_or_in_clear_on_disk(self):
        """KEEP-1, KEEP-2: the daemon's output holds no secret that was issued or sent."""
        self.place.configure(self.server.account() + '[daemon]\nlog_level = "trace"\n')
        daemon = self.daemon()
        daemon.log_in()
        for _ in range(2):
            self.assertEqual(daemon.ask("GET", "/token/ads?fresh=true").status, 200)
        daemon.consent()
        arguments = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        stored = self.place.files()
        self.assertTrue(stored)
        self.assertGreaterEqual(len(self.server.secrets), 8)
        for secret in self.server.secrets:
            self.assertNotIn(secret, daemon.log)
            self.assertNotIn(secret, arguments)
            for path, content in stored.items():
                self.assertNotIn(secret.encode(), content, path)

    def test_files_and_folders_are_the_users_alone(self):
        daemon = self.daemon()
        daemon.log_in()
        self.assertEqual(stat.S_IMODE(os.stat(self.place.socket).st_mode), 0o600)
        for folder, folders, files in os.walk(os.path.join(self.place.state, "valetkey")):
            self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700, folder)
            for name in files:
                self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode), 0o600, name)
