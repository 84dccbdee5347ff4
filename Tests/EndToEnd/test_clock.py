"""Clocks that jump and machines that sleep: expiry stays right, and everything due is done at once, and only once."""

import contextlib
import datetime
import os
import signal
import struct
import subprocess
import time

import lab
from daemon import Daemon
from tokenserver import TokenServer

DAY = 86400


class Clock(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.place.configure(self.server.account())

    def daemon(self, **options):
        daemon = Daemon(self.place, **options)
        self.addCleanup(daemon.end)
        return daemon

    def stop(self, daemon):
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0, daemon.log)

    def wall_clock(self):
        """The environment of a daemon whose wall clock `set_clock` can set."""
        lab.need_tools("cc")
        library = os.path.join(self.place.root, "wallclock.so")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wallclock.c")
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library, source],
                       check=True)
        self.shift = os.path.join(self.place.root, "shift")
        self.set_clock(0)
        return {"LD_PRELOAD": library, "WALLCLOCK": self.shift}

    def set_clock(self, seconds):
        # Written in place, because the daemon has mapped this file.
        with open(self.shift, "r+b" if os.path.exists(self.shift) else "w+b", buffering=0) as file:
            file.write(struct.pack("<q", int(seconds * 1e9)))

    def says(self, daemon, shift, left):
        """The daemon's report on its token, by the shifted clock."""
        account = daemon.account()
        expires = datetime.datetime.fromisoformat(account["expires_at"].replace("Z", "+00:00")).timestamp()
        self.assertAlmostEqual(account["expires_in"], left, delta=5)
        self.assertAlmostEqual(expires - time.time() - shift, left, delta=5)
        answer = daemon.ask("GET", "/token/ads", headers={"Accept": "application/json"}).json
        self.assertAlmostEqual(answer["expires_in"], left, delta=5)

    def test_a_wall_clock_that_jumps_a_day_changes_no_expiry_and_causes_no_request(self):
        """READ-1: forward and back, with a restart in between."""
        variables = self.wall_clock()
        daemon = self.daemon(**variables)
        daemon.log_in()
        token, posts = daemon.token(), len(self.server.posts)
        for shift in (DAY, -DAY, DAY, 0, -DAY):
            self.set_clock(shift)
            self.says(daemon, shift, 3600)
            self.assertEqual(daemon.token(), token)
            self.stop(daemon)
            daemon = self.daemon(**variables)
            self.says(daemon, shift, 3600)
            self.assertEqual(daemon.token(), token)
        self.assertEqual(len(self.server.posts), posts)
        self.assertEqual(daemon.ask("GET", "/token/ads?fresh=true").status, 200)
        self.says(daemon, -DAY, 3600)
        self.assertEqual(len(self.server.posts), posts + 1)

    def test_what_is_due_comes_in_time_while_the_wall_clock_jumps(self):
        """READ-1: with tokens of some seconds, before and after each jump."""
        self.server.lifetime = 4
        daemon = self.daemon(**self.wall_clock())
        daemon.log_in()
        seen, posts, end = set(), len(self.server.posts), time.monotonic() + 9
        jumps = 0
        while time.monotonic() < end:
            jumps += 1
            self.set_clock((DAY, -DAY)[jumps % 2])
            for _ in range(5):
                # The server's own record of the expiry, by a clock that doesn't jump.
                asked = time.monotonic()
                token = daemon.token()
                self.assertGreater(self.server.expires[token], asked, "an expired token was served")
                seen.add(token)
                time.sleep(0.1)
        self.assertGreater(jumps, 10)
        self.assertGreaterEqual(len(seen), 3)
        self.assertLessEqual(len(self.server.posts) - posts, 5, "no storm")

    def test_after_a_boot_a_valid_token_is_served_while_the_server_is_down_if_the_clock_is_known_to_be_right(self):
        """READ-1: a token is refreshed at once, and isn't served before that where the clock may be wrong."""
        other = os.path.join(self.place.root, "boot")
        with open(other, "w", encoding="ascii") as file:
            file.write("00000000-0000-4000-8000-000000000000\n")
        boot = ["unshare", "--mount", "sh", "-c",
                'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"', other]
        lab.need(subprocess.run([*boot, "true"], capture_output=True, check=False).returncode == 0,
                 "a mount namespace can't be had")
        variables = self.wall_clock()
        daemon = self.daemon(WALLCLOCK_SURE="1", **variables)
        daemon.log_in()
        token = daemon.token()
        self.stop(daemon)
        self.server.gate.clear()
        for sure, shift, status in (("1", 600, 200), (None, 600, 503), ("1", -600, 503)):
            self.set_clock(shift)
            daemon = self.daemon(under=boot, WALLCLOCK_SURE=sure, **variables)
            lab.until(lambda: self.server.waiting, "it is refreshed at once")
            answer = daemon.ask("GET", "/token/ads?wait=0")
            self.assertEqual(answer.status, status, answer)
            if status == 200:
                self.assertEqual(answer.text, token)
                self.says(daemon, shift, 3000)
            # Killed, so that the test doesn't wait for the refresh that hangs.
            daemon.child.kill()
            daemon.wait()
            self.server.gate.set()
            lab.until(lambda: not self.server.waiting, "the server is free")
            self.server.gate.clear()

    def test_a_machine_that_slept_a_day_gets_a_new_token_before_anybody_is_served(self):
        """READ-1: the clock that counts time asleep is a day ahead, while wall clock and boot are the same."""
        asleep = ["unshare", "--time", "--boottime", str(DAY), "--fork", "--kill-child=SIGTERM"]
        lab.need(subprocess.run([*asleep, "true"], capture_output=True, check=False).returncode == 0,
                 "a time namespace can't be had")
        daemon = self.daemon()
        daemon.log_in()
        old, posts = daemon.token(), len(self.server.posts)
        self.stop(daemon)
        daemon = self.daemon(under=asleep)
        token = daemon.token()
        self.assertNotEqual(token, old)
        self.assertEqual(len(self.server.posts) - posts, 1)
        self.says(daemon, 0, 3600)
        self.assertEqual(daemon.token(), token)

    def test_a_consent_ends_by_the_clock_that_counts_time_asleep(self):
        """A machine can't be put to sleep in a test, but the kernel shows which clock the daemon's timers use."""
        def alarms():
            """The remaining seconds of each timer of the daemon, by its clock."""
            found = {}
            for name in os.listdir(f"/proc/{daemon.pid}/fdinfo"):
                with contextlib.suppress(OSError), open(f"/proc/{daemon.pid}/fdinfo/{name}", encoding="ascii") as file:
                    fields = dict(line.rstrip("\n").split(": ", 1) for line in file if ": " in line)
                    if "it_value" in fields and fields["it_value"] != "(0, 0)":
                        left = int(fields["it_value"].strip("()").split(",")[0])
                        found.setdefault(int(fields["clockid"]), []).append(left)
            return found

        lab.need(os.geteuid() == 0, "the kernel tells root alone of a program that forbids tracing")
        self.place.configure(self.server.account() + '[daemon]\nconsent_timeout = "1h"\n')
        daemon = self.daemon()
        daemon.consent()
        is_near = lambda lefts: any(3500 < left <= 3600 for left in lefts)
        lab.until(lambda: is_near(alarms().get(time.CLOCK_BOOTTIME, [])), lambda: f"an alarm in an hour: {alarms()}")
        self.assertFalse(is_near(alarms().get(time.CLOCK_MONOTONIC, [])), alarms())
