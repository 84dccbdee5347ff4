"""A disk that refuses the rotated refresh token: the token is served from memory, and written again until it works."""

import contextlib
import os
import resource
import signal
import subprocess
import time

import lab
import tracer
from daemon import Daemon
from tokenserver import TokenServer

FAULTS = {
    "no space": ("write:error=ENOSPC", "No space left"),
    "over quota": ("write:error=EDQUOT", "quota"),
    "the disk fails at the file": ("fsync,fdatasync:error=EIO", "Input/output error"),
    "the disk fails at the folder": ("fsync,fdatasync:error=EIO:when=2+2", "Input/output error"),
    "the disk fails at the name": ("rename,renameat,renameat2:error=EIO", "Input/output error"),
    "read-only": ("openat:error=EROFS", "Read-only file system"),
    "no file left": ("openat:error=EMFILE", "Too many open files"),
}


class Disk(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)

    def daemon(self, place):
        daemon = Daemon(place)
        self.addCleanup(daemon.end)
        return daemon

    def logged_in(self):
        place = self.home()
        place.configure(self.server.account())
        daemon = self.daemon(place)
        daemon.log_in()
        return daemon

    def grant_file(self, daemon):
        with open(os.path.join(daemon.home.state, "valetkey", "ads.grant"), "rb") as file:
            return file.read()

    def refused(self, daemon, reason):
        """A refreshed token that the disk refuses is served all the same, and the failure is shown everywhere."""
        before = daemon.token()
        fresh = daemon.ask("GET", "/token/ads?fresh=true")
        self.assertEqual(fresh.status, 200, fresh)
        self.assertNotEqual(fresh.text, before)
        self.assertEqual(daemon.token(), fresh.text)
        account = daemon.account()
        self.assertTrue(account["unsaved"])
        self.assertEqual((account["state"], account["last_error"]["code"]), ("active", "storage"))
        self.assertIn(reason, account["last_error"]["detail"])
        self.assertTrue(account["last_error"]["hint"])
        self.assertEqual(daemon.ask("GET", "/health").json["unsaved"], 1)
        daemon.wait_line(reason)
        status = daemon.home.run(lab.program("valetkey"), "status").stdout
        self.assertIn(reason, status)
        return fresh.text

    def kept(self, daemon, token):
        """Restarts the daemon as after a crash of the machine, and finds the newest grant on disk."""
        daemon.child.kill()
        daemon.wait()
        replays, after = self.server.replays, self.daemon(daemon.home)
        self.assertEqual(after.token(), token)
        self.assertEqual(after.ask("GET", "/token/ads?fresh=true").status, 200)
        self.assertEqual(self.server.replays, replays, "it was the newest refresh token")
        self.assertFalse(after.account()["unsaved"])

    def test_whatever_the_disk_refuses_readers_are_served_and_it_is_written_when_it_can_be(self):
        """REFRESH-4, KEEP-1: no grant on disk is lost, and the retries succeed in the end."""
        tracer.need()
        waiting = []
        for name, (injection, reason) in FAULTS.items():
            with self.subTest(fault=name):
                daemon = self.logged_in()
                old = self.grant_file(daemon)
                # Only the writes to the grant's file: the log and the wake-ups don't count as disk writes.
                options = ["-P", os.path.join(daemon.home.state, "valetkey", "ads.grant.new")]
                with tracer.Tracer(daemon, injection, options=options if "write" in injection else []):
                    token = self.refused(daemon, reason)
                    if "folder" not in name:
                        self.assertEqual(self.grant_file(daemon), old, "the old one is untouched")
                waiting.append((name, daemon, token))
        for name, daemon, token in waiting:
            with self.subTest(fault=name, then="gone"):
                lab.until(lambda: not daemon.account()["unsaved"], "it is written by itself", 30, 0.1)
                self.assertNotIn("last_error", daemon.account())
                self.kept(daemon, token)

    def test_a_stop_writes_what_the_disk_refused_before(self):
        """REFRESH-4"""
        tracer.need()
        daemon = self.logged_in()
        with tracer.Tracer(daemon, "fsync,fdatasync:error=EIO"):
            token = self.refused(daemon, "Input/output error")
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0, daemon.log)
        self.kept(self.daemon(daemon.home), token)

    def test_a_stop_while_the_disk_still_refuses_ends_in_time_and_says_what_is_lost(self):
        """REFRESH-4: one more try, then an exit code other than 0, and a last message with the consequences."""
        tracer.need()
        daemon = self.logged_in()
        with tracer.Tracer(daemon, "fsync,fdatasync:error=EIO") as trace:
            self.refused(daemon, "Input/output error")
            tries = sum(name in ("fsync", "fdatasync") for _, name, _ in trace.calls)
            daemon.signal(signal.SIGTERM)
            code = daemon.wait(20)
            self.assertGreater(sum(name in ("fsync", "fdatasync") for _, name, _ in trace.calls), tries)
        self.assertEqual(code, 1, daemon.log)
        last, hint = daemon.log.splitlines()[-2:]
        for word in ("newest grant of ads", "lost", "Input/output error"):
            self.assertIn(word, last)
        self.assertIn("used up", hint)
        self.assertIn("valetkey login ads", hint)

    def test_a_file_system_that_turns_read_only_and_back(self):
        """REFRESH-4"""
        lab.need(os.getuid() == 0, "mounting needs root")
        daemon = self.logged_in()
        folder = os.path.join(daemon.home.state, "valetkey")
        # The open lock file prevents a remount as read-only, so a read-only file system is mounted over the folder.
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", folder], check=False,
                              capture_output=True, text=True)
        lab.need(done.returncode == 0, f"mount is not possible: {done.stderr}")
        try:
            token = self.refused(daemon, "Read-only file system")
        finally:
            subprocess.run(["umount", folder], check=True)
        lab.until(lambda: not daemon.account()["unsaved"], "it is written by itself", 30, 0.1)
        self.kept(daemon, token)

    def test_out_of_descriptors_it_serves_who_is_connected_and_recovers(self):
        """REFRESH-6: no descriptor for a connection to the server, for a reader or for a file."""
        daemon = self.logged_in()
        self.server.closes = True
        self.assertEqual(daemon.ask("GET", "/token/ads?fresh=true").status, 200)
        token = daemon.token()
        with contextlib.closing(lab.UnixHTTP(daemon.home.socket)) as kept:
            def read(target):
                kept.request("GET", target)
                reply = kept.getresponse()
                return reply.status, reply.read().decode()
            self.assertEqual(read("/token/ads"), (200, token))
            usual = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (3, usual[1]))
            outside = [lab.UnixHTTP(daemon.home.socket) for _ in range(20)]
            for reader in outside:
                self.addCleanup(reader.close)
                reader.request("GET", "/token/ads")
            status, text = read("/token/ads?fresh=true&wait=2")
            self.assertEqual(status, 503, text)
            self.assertEqual(read("/token/ads"), (200, token), "the valid token is served")
            before, began = cpu(daemon.pid), time.monotonic()
            while time.monotonic() - began < 2:
                self.assertEqual(read("/token/ads"), (200, token))
                time.sleep(0.1)
            self.assertLess(cpu(daemon.pid) - before, 1, "nothing spins")
            resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, usual)
            for reader in outside:
                self.assertEqual(reader.getresponse().read().decode(), token, "who waited is served")
            status, text = read("/token/ads?fresh=true&wait=30")
            self.assertEqual(status, 200, text)
            self.assertNotEqual(text, token)
        lab.until(lambda: daemon.account()["state"] == "active", "all is well")
        self.kept(daemon, text)


def cpu(pid):
    """The seconds of processor time that the process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
