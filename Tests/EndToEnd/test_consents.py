"""Real answers of authorization servers and users to a login: each ends it or lets it go on, with a message."""

import json
import urllib.parse

import lab
from daemon import DaemonCase, redirect, state_of


class Consents(DaemonCase):
    logs_in = False

    def configuration(self):
        return self.server.account(device_authorization_endpoint=f"{self.server.base}/device")

    def login(self, *options, stdin=None):
        """A running `valetkey login`, and the consent that it has started."""
        child = self.start([lab.program("valetkey"), "login", "ads", *options], self.place.environment())
        lab.until(lambda: "ads, open this" in child.log, lambda: child.log)
        return child, self.daemon.ask("GET", "/accounts/ads/consent").json

    def test_a_response_with_neither_code_nor_error_ends_the_login(self):
        """B1, CALLBACK-6: the page and the command show the server's words."""
        child, consent = self.login("--no-browser")
        page = lab.fetch(redirect(consent, state=state_of(consent), error_code=1349126, error_message="<b>App</b> not active"))
        self.assertIn("&lt;b&gt;App&lt;/b&gt; not active", page.text)
        self.assertEqual(child.wait(20), 1, child.log)
        self.assertIn("error_message: <b>App</b> not active", child.log)
        self.assertIn("hint: run: valetkey login ads", child.log)
        self.daemon.wait_line("code=no_code")

    def test_an_administrators_consent_lets_the_login_go_on(self):
        """B1, CALLBACK-6"""
        child, consent = self.login("--no-browser")
        page = lab.fetch(redirect(consent, state=state_of(consent), admin_consent="True", tenant="t"))
        self.assertIn("An administrator has consented", page.text)
        self.assertEqual(lab.fetch(consent["open_url"]).status, 200)
        self.assertEqual(child.wait(20), 0, child.log)

    def test_a_poll_ends_with_the_first_error_that_does_not_ask_to_wait(self):
        """B4, DEVICE-5"""
        for error, code in (("authorization_declined", 77), ("bad_verification_code", 75)):
            with self.subTest(error=error):
                self.server.answers = [(400, json.dumps({"error": text}), {})
                                       for text in ("authorization_pending", error, "authorization_pending")]
                child, _ = self.login("--device")
                self.assertEqual(child.wait(20), code, child.log)
                self.assertIn(error, child.log)
                self.assertEqual(len(self.server.answers), 1, "no further poll")

    def test_a_server_that_is_busy_when_the_code_is_redeemed(self):
        """A13: the token request is repeated after the server's pause; where the server stays busy the command exits
        with 75."""
        self.server.answers = [(503, "", {"Retry-After": "1"})]
        child, consent = self.login("--no-browser")
        self.assertEqual(lab.fetch(consent["open_url"]).status, 200)
        self.assertEqual(child.wait(20), 0, child.log)
        self.server.answers = [(429, "", {"Retry-After": "600"})]
        child, consent = self.login("--no-browser")
        self.assertIn("This login failed", lab.fetch(consent["open_url"]).text)
        self.assertEqual(child.wait(20), 75, child.log)

    def test_a_pasted_address_that_was_broken_over_lines(self):
        """B3"""
        consent = self.daemon.ask("POST", "/accounts/ads/consent", {"flow": "paste"}).json
        location = lab.fetch(consent["authorization_url"], follow=False).headers["Location"]
        self.assertIn("code=", location)
        half = location.index("code=") + 3
        lines = f"{urllib.parse.urlsplit(consent['authorization_url']).geturl()}\n<{location[:half]}\n{location[half:]}>\n"
        done = self.place.run(lab.program("valetkey"), "login", "ads", "--paste", stdin=lines)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("at which you consent", done.stderr)
        self.assertTrue(self.daemon.token())
