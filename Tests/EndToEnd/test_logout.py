"""Logouts whose file can't be removed fail with the path, and neither a reload nor a restart uses the grant again."""

import contextlib
import os
import signal
import subprocess

import lab
import tracer
from daemon import Daemon
from tokenserver import TokenServer


class Logout(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.place.configure(self.server.account())
        self.folder = os.path.join(self.place.state, "valetkey")
        self.file = os.path.join(self.folder, "ads.grant")

    def logged_in(self):
        daemon = Daemon(self.place)
        self.addCleanup(daemon.end)
        daemon.log_in()
        return daemon

    def restart(self, daemon):
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0, daemon.log)
        after = Daemon(self.place)
        self.addCleanup(after.end)
        return after

    def log_out(self, daemon, reason):
        done = self.place.run(lab.program("valetkey"), "logout", "ads")
        self.assertEqual(done.returncode, 1, done)
        for word in ("ads", self.file, reason, f"hint: remove {self.file} by hand"):
            self.assertIn(word, done.stderr)
        self.assertNotIn("Forgot", done.stderr)
        self.logged_out(daemon)
        self.assertIn(self.file, daemon.account()["last_error"]["detail"])
        # No reload brings it back, not even one that removes the account in between.
        self.place.run(lab.program("valetkey"), "reload")
        self.logged_out(daemon)
        self.place.configure("")
        self.place.run(lab.program("valetkey"), "reload")
        self.place.configure(self.server.account())
        self.place.run(lab.program("valetkey"), "reload")
        self.logged_out(daemon)

    def logged_out(self, daemon):
        self.assertEqual(daemon.ask("GET", "/token/ads").status, 409)
        self.assertEqual(daemon.account()["state"], "no_grant")

    def asks_and_takes_another(self, daemon):
        """A restart doesn't use it, and a new consent is stored as usual."""
        after = self.restart(daemon)
        self.logged_out(after)
        after.log_in()
        token = after.token()
        self.assertEqual(self.restart(after).token(), token)

    @contextlib.contextmanager
    def mounted(self, *options, at):
        lab.need(os.getuid() == 0, "mounting needs root")
        done = subprocess.run(["mount", "--bind", at, at], check=False, capture_output=True, text=True)
        lab.need(done.returncode == 0, f"mount is not possible: {done.stderr}")
        try:
            if options:
                subprocess.run(["mount", "-o", ",".join(["remount", "bind", *options]), at], check=True)
            yield
        finally:
            subprocess.run(["umount", at], check=True)

    @contextlib.contextmanager
    def immutable(self, *paths):
        lab.need(os.getuid() == 0, "only root can make files immutable")
        lab.need_tools("chattr")
        done = subprocess.run(["chattr", "+i", *paths], check=False, capture_output=True, text=True)
        lab.need(done.returncode == 0, f"chattr is not possible: {done.stderr}")
        try:
            yield
        finally:
            subprocess.run(["chattr", "-i", *paths], check=True)

    def test_a_file_that_is_mounted(self):
        """REVOKE-3: the file is overwritten."""
        daemon = self.logged_in()
        with self.mounted(at=self.file):
            self.log_out(daemon, "Device or resource busy")
        with open(self.file, "rb") as file:
            self.assertEqual(file.read(), b"valetkey grant logged out\n")
        self.asks_and_takes_another(daemon)

    def test_a_file_that_stays_mounted_over_a_new_start(self):
        """REVOKE-3"""
        daemon = self.logged_in()
        with self.mounted(at=self.file):
            self.log_out(daemon, "Device or resource busy")
            self.logged_out(self.restart(daemon))

    def test_a_file_system_that_is_read_only(self):
        """REVOKE-3: a mark in the key's folder keeps the grant from being used again."""
        daemon = self.logged_in()
        with self.mounted("ro", at=self.folder):
            self.log_out(daemon, "Read-only file system")
        self.assertTrue(os.path.exists(os.path.join(self.place.data, "valetkey", "ads.logged-out")))
        self.asks_and_takes_another(daemon)
        self.assertFalse(os.path.exists(os.path.join(self.place.data, "valetkey", "ads.logged-out")))

    def test_a_folder_that_takes_no_change(self):
        """REVOKE-3: the file is overwritten."""
        daemon = self.logged_in()
        with self.immutable(self.folder):
            self.log_out(daemon, "Operation not permitted")
        self.asks_and_takes_another(daemon)

    def test_a_file_that_takes_no_change(self):
        """REVOKE-3: a mark beside it keeps it from being used again."""
        daemon = self.logged_in()
        with self.immutable(self.file):
            self.log_out(daemon, "Operation not permitted")
            self.assertTrue(os.path.exists(os.path.join(self.folder, "ads.logged-out")))
        self.asks_and_takes_another(daemon)

    def test_a_disk_that_fails_at_the_removal(self):
        """REVOKE-3"""
        tracer.need()
        daemon = self.logged_in()
        with tracer.Tracer(daemon, "unlink,unlinkat:error=EIO"):
            self.log_out(daemon, "Input/output error")
        self.asks_and_takes_another(daemon)

    def test_where_nothing_helps_it_says_that_a_new_start_uses_the_grant_again(self):
        """REVOKE-3: this process doesn't use it again all the same."""
        daemon = self.logged_in()
        with self.immutable(self.file, self.folder, os.path.join(self.place.data, "valetkey")):
            self.log_out(daemon, "the next start will use it again")
