"""Who has read a token, and a warning for those that nobody expects."""

import json
import os

import lab
from daemon import Daemon
from tokenserver import TokenServer


class Readers(lab.Case):
    def setUp(self):
        lab.need_tools("curl")
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()

    def curl(self, path="valetkey.sock"):
        done = self.place.run("curl", "-s", "--unix-socket", f"{self.place.runtime}/{path}", "http://valetkey/token/ads")
        self.assertEqual(done.returncode, 0, done)
        return done.stdout

    def test_readers_are_listed_and_an_unexpected_one_is_served_warned_of_and_notified_once(self):
        told = f"{self.place.root}/told"
        script = self.place.script("tell", f'#!/bin/sh\necho "$VALETKEY_ACCOUNT $VALETKEY_COMMAND" >>"{told}"\n')
        curl = os.path.realpath(self.place.run("sh", "-c", "command -v curl").stdout.strip())
        self.place.configure(
            self.server.account(expect=[f"program:{curl}"]) + f'[sockets.ci]\naccounts = ["ads"]\n'
            f'[daemon]\nnotify_command = ["{script}"]\n')
        daemon = Daemon(self.place)
        self.addCleanup(daemon.end)
        daemon.log_in()
        for path in ("valetkey.sock", "valetkey.sock", "valetkey-ci.sock"):
            self.curl(path)
        line = daemon.wait_line(lambda line: "a token was read" in line and "socket=ci" in line)
        self.assertIn(f"program={curl}", line)
        self.assertNotIn("doesn't expect", daemon.log)
        self.assertTrue(daemon.token())
        self.assertIn("warning", daemon.wait_line("doesn't expect"))
        lab.until(lambda: os.path.exists(told), "the user is notified")
        self.place.run(lab.program("valetkey"), "token", "ads")
        listed = daemon.ask("GET", "/accounts/ads/readers").json
        seen = {(reader["socket"], os.path.basename(reader["program"])): reader for reader in listed["readers"]}
        self.assertEqual(seen[("main", "curl")]["count"], 2)
        self.assertTrue(seen[("ci", "curl")]["expected"])
        self.assertFalse(seen[("main", "valetkey")]["expected"])
        self.assertEqual({reader["uid"] for reader in listed["readers"]}, {os.getuid()})
        for secret in self.server.secrets:
            self.assertNotIn(secret, json.dumps(listed))
        table = self.place.run(lab.program("valetkey"), "status", "--readers")
        self.assertIn(curl, table.stdout)
        self.assertIn("not among those that expect names", table.stdout)
        as_json = json.loads(self.place.run(lab.program("valetkey"), "status", "ads", "--readers", "--json").stdout)
        self.assertEqual(as_json["account"], "ads")
        with open(told, encoding="utf-8") as file:
            self.assertEqual(file.read(), "ads valetkey status ads --readers\n")
