"""Login, refreshes and logout with a real authorization server and a real browser."""

import base64
import json
import os
import shlex
import subprocess

import lab
from daemon import Daemon
from glewlwyd import Glewlwyd
from readers import Reader
from webdriver import Browser

MOSTLY_WAITS = True

LIFETIME = 30


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


class WholeStory(lab.Case):
    def test_one_consent_in_the_browser_then_refreshes_that_no_reader_notices(self):
        """NATIVE-1, NATIVE-4, REFRESH-1, REFRESH-5, READ-1: glewlwyd's refresh tokens can be used once."""
        home, port = self.home(), lab.free_port()
        redirect = f"http://127.0.0.1:{port}/callback"
        server = Glewlwyd([redirect], LIFETIME)
        self.addCleanup(server.close)
        browser = Browser()
        self.addCleanup(browser.close)
        home.configure(
            f'[accounts.ads]\nissuer = "{server.issuer}"\nclient_id = "desk"\nscopes = ["mail"]\n'
            f'authorization_endpoint = "{server.issuer}/auth"\ntoken_endpoint = "{server.issuer}/token"\n'
            f'redirect_uri = "{redirect}"\n')
        daemon = Daemon(home)
        self.addCleanup(lambda: daemon.end())

        self.assertEqual(daemon.ask("GET", "/token/ads").json["code"], "consent_required")
        self.log_in(home, browser, server)
        first = self.curl(home)
        self.assertEqual(claims(first)["client_id"], "desk")

        with Reader(home.socket, "/token/ads", 0.1) as reader:
            reader.wait_reads(3)
            tokens = self.refreshes(daemon, 2)
            reader.wait_reads(3)
        self.check(reader.reads, tokens | {first})

        # KEEP-1, REFRESH-4: the token that was just rotated is on disk.
        last = daemon.token()
        daemon.child.kill()
        daemon.wait()
        daemon = Daemon(home)
        self.assertEqual(daemon.token(), last, "the grant survives kill -9, and so does the access token")

        with Reader(home.socket, "/token/ads", 0.1) as reader:
            tokens = self.refreshes(daemon, 1, crowd=home)
            reader.wait_reads(3)
        self.check(reader.reads, tokens | {last})
        self.assertEqual(daemon.account()["state"], "active")
        self.secrets_stay_inside(home, daemon, [first, last, *tokens])

    def log_in(self, home, browser, server):
        """`valetkey login` opens $BROWSER, which here is a script that passes the URL to the driver."""
        handed = os.path.join(home.root, "url")
        script = home.script("hand-over", f'#!/bin/sh\nprintf %s "$1" > {shlex.quote(handed)}.new\n'
                             f'mv {shlex.quote(handed)}.new {shlex.quote(handed)}\n')
        login = self.start([lab.program("valetkey"), "login", "ads"], home.environment(BROWSER=script))
        lab.until(lambda: os.path.exists(handed) or login.child.poll() is not None,
                  lambda: f"the browser is opened; login said:\n{login.log}")
        self.assertTrue(os.path.exists(handed), login.log)
        with open(handed, encoding="utf-8") as file:
            browser.go(file.read())
        server.consent(browser)
        self.assertEqual(login.wait(30), 0, login.log)
        self.assertIn("mail", login.log)
        lab.until(lambda: f"127.0.0.1:{server.base.rsplit(':', 1)[1]}" not in browser.url, "the browser is back")
        # CALLBACK-3: the code is no longer in the address bar.
        lab.until(lambda: "code=" not in browser.url, lambda: f"a clean address, not {browser.url}")

    def curl(self, home):
        done = home.run("curl", "-sS", "--fail", "--unix-socket", home.socket, "http://valetkey/token/ads")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def refreshes(self, daemon, count, crowd=None):
        """Waits for automatic refreshes and returns the new tokens; with `crowd`, 100 curls run during the last one."""
        seen, token = set(), daemon.token()
        for number in range(count):
            if crowd and number == count - 1:
                seen |= self.meet_refresh(daemon, crowd)
            fresh = lab.until(lambda: (now := daemon.token()) != token and now, "a refresh", LIFETIME + 10, 0.2)
            seen.add(fresh)
            token = fresh
        return seen

    def meet_refresh(self, daemon, home):
        """Runs 100 curls at once, which begin just before the refresh is due."""
        def due():
            report = daemon.account()
            return report.get("next_refresh_in", 99) <= 1 or report["state"] == "refreshing"
        lab.until(due, "a refresh is due", LIFETIME + 10, 0.05)
        command = ["curl", "-sS", "--fail", "--unix-socket", home.socket, "http://valetkey/token/ads"]
        crowd = [subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True, env=home.environment()) for _ in range(100)]
        outputs = [curl.communicate(timeout=60) for curl in crowd]
        self.assertEqual([curl.returncode for curl in crowd], [0] * 100, {error for _, error in outputs})
        tokens = {output for output, _ in outputs}
        self.assertLessEqual(len(tokens), 2, "the token before and the token after the refresh")
        return tokens

    def check(self, reads, known):
        wrong = [read for read in reads if read.get("status") != 200]
        self.assertEqual(wrong, [], f"of {len(reads)} reads")
        for read in reads:
            self.assertIn(read["text"], known)
            # READ-1: checked by the expiry in the token itself, after the answer had arrived.
            self.assertGreater(claims(read["text"])["exp"], read["at"] + read["took"] - 1, "an expired token")
        self.assertGreater(len(reads), 100)
        self.assertGreater(len({read["text"] for read in reads}), 1, "readers saw the refresh")

    def secrets_stay_inside(self, home, daemon, tokens):
        """KEEP-1, KEEP-2: no secret in the log, in arguments or in clear text on disk."""
        stored = home.files()
        self.assertTrue(stored)
        arguments = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        for token in tokens:
            self.assertNotIn(token, daemon.log)
            self.assertNotIn(token, arguments)
            for path, content in stored.items():
                self.assertNotIn(token.encode(), content, path)
