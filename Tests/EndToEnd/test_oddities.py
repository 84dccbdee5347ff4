"""Replies as public reports have them: no grant is lost over one, no secret of a request is shown."""

import gzip
import json
import signal
import threading
import time
import zlib

import lab
from daemon import DaemonCase

MOSTLY_WAITS = True

# Ways in which a reply arrives that a gateway has touched.
DRESSES = {
    "gzip that nobody asked for": lambda body: (gzip.compress(body), {"Content-Encoding": "gzip"}),
    "deflate": lambda body: (zlib.compress(body), {"Content-Encoding": "deflate"}),
    "gzip twice": lambda body: (gzip.compress(gzip.compress(body)), {"Content-Encoding": "gzip, gzip"}),
    "gzip without its header": lambda body: (gzip.compress(body), {}),
    "a header that lies": lambda body: (body, {"Content-Encoding": "gzip"}),
    "a NUL behind it": lambda body: (body + b"\0", {}),
    "a second object behind it": lambda body: (body + b'\n{"access_token": "other"}', {}),
    "zlib without its header": lambda body: (zlib.compress(body), {}),
    "two members of gzip": lambda body: (gzip.compress(body[:9]) + gzip.compress(body[9:]), {}),
    "a line break before the gzip": lambda body: (b"\r\n" + gzip.compress(body), {"Content-Encoding": "gzip"}),
    "a cut behind the tokens": lambda body: (body[:-1] + b', "scope": "ma', {}),
    "a comma too many": lambda body: (body[:-1] + b', "x": NaN, }', {}),
    "an order mark before it": lambda body: (b"\xef\xbb\xbf" + body, {}),
}
DEAD = {
    "Slack's": (200, '{"ok": false, "error": "invalid_refresh_token"}'),
    "Twitch's": (400, '{"status": 400, "message": "Invalid refresh token"}'),
    "OAuth's": (400, '{"error": "invalid_grant"}'),
}
ECHOES = (
    '{"error": "invalid_grant", "error_description": "Invalid refresh token: {refresh_token}"}',
    '{"error": "{refresh_token}"}',
    '{"errors": [{"message": "what is {refresh_token}?"}]}',
    "{refresh_token} is over",
)


class Oddities(DaemonCase):
    logs_in = False

    def refresh(self):
        self.daemon.ask("POST", "/accounts/ads/refresh?wait=0")
        lab.until(lambda: self.daemon.account()["state"] != "refreshing", "it has ended", 10)
        return self.daemon.account()

    def test_no_dress_of_a_reply_costs_a_rotated_refresh_token(self):
        """A1, A2, TOKEN-9, TOKEN-11"""
        for name, dress in DRESSES.items():
            with self.subTest(reply=name):
                self.server.dress = dress
                self.daemon.log_in()
                for _ in range(2):
                    before = self.daemon.token()
                    self.assertEqual(self.refresh()["state"], "active")
                    self.assertNotEqual(self.daemon.token(), before)
        self.assertEqual(self.server.replays, 0)

    def test_a_bomb_is_no_reply(self):
        """A1, TOKEN-9: the limit holds for decoded bytes, and the daemon stays small."""
        self.daemon.log_in()
        bomb = gzip.compress(b"x" * 200_000_000)
        self.server.dress = lambda body: (bomb, {"Content-Encoding": "gzip"})
        account = self.refresh()
        self.assertEqual((account["state"], account["last_error"]["code"]), ("retrying", "reply_too_large"))
        with open(f"/proc/{self.daemon.pid}/status", encoding="ascii") as status:
            peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        self.assertLess(peak, 150_000)

    def test_a_server_that_refuses_scope_on_a_refresh(self):
        """A3, REFRESH-9: tried once without, and remembered beyond a restart."""
        self.daemon.log_in()
        self.server.refuses_scope = True
        before = len(self.server.forms)
        for _ in range(3):
            self.assertEqual(self.refresh()["state"], "active")
        self.daemon.signal(signal.SIGTERM)
        self.assertEqual(self.daemon.wait(), 0)
        self.daemon = self.start_daemon()
        self.assertEqual(self.refresh()["state"], "active")
        sent = ["scope" in form for form in self.server.forms[before:]]
        self.assertEqual((sent[0], any(sent[1:])), (True, False), sent)
        self.assertEqual(self.server.replays, 0)

    def test_a_token_whose_lifetime_nobody_states(self):
        """A4, TOKEN-8: served until it is refused; nobody is asked for a consent, and nothing is refreshed."""
        self.server.shape = lambda members: {
            name: value for name, value in members.items() if name not in ("expires_in", "refresh_token")}
        self.daemon.log_in()
        account = self.daemon.account()
        self.assertEqual(account["state"], "active", account)
        for name in ("expires_at", "expires_in", "lifetime", "next_refresh_at", "last_error"):
            self.assertNotIn(name, account)
        answer = self.daemon.ask("GET", "/token/ads?min_ttl=3600", headers={"Accept": "application/json"})
        self.assertEqual((answer.status, answer.json["access_token"]), (200, self.daemon.token()))
        self.assertNotIn("expires_at", answer.json)
        status = self.place.run(lab.program("valetkey"), "status", "ads")
        self.assertEqual(status.returncode, 0, status.stdout + status.stderr)
        self.assertNotIn("consent", self.daemon.log.replace("consent granted", "").replace("consent ended", "")
                         .replace("consent started", ""))
        # After a restart it is served as before.
        token = self.daemon.token()
        self.daemon.signal(signal.SIGTERM)
        self.assertEqual(self.daemon.wait(), 0)
        self.daemon = self.start_daemon()
        self.assertEqual((self.daemon.token(), self.daemon.account()["state"]), (token, "active"))

    def test_a_dead_refresh_token_by_any_name(self):
        """A10: the second try decides."""
        for name, (status, text) in DEAD.items():
            with self.subTest(reply=name):
                self.daemon.log_in()
                self.server.answers = [(status, text, {})]
                self.assertEqual(self.refresh()["state"], "retrying")
                self.server.answers = [(status, text, {})]
                account = self.refresh()
                self.assertEqual(account["state"], "consent_required", account)
                self.assertIn("valetkey login ads", account["last_error"]["hint"])

    def test_an_echoed_refresh_token_is_shown_nowhere(self):
        """A11, MASK-1: not on the socket, not in the log, not in the terminal."""
        self.daemon.log_in()
        for echo in ECHOES:
            for status in (400, 401, 500):
                with self.subTest(reply=echo, status=status):
                    self.server.answers = [(status, echo, {})]
                    self.refresh()
                    self.assertEqual(self.server.answers, [])
                    secret = self.server.last_form["refresh_token"]
                    shown = json.dumps(self.daemon.account()) + self.daemon.log
                    shown += self.place.run(lab.program("valetkey"), "status", "ads").stdout
                    for start in range(0, len(secret) - 12):
                        self.assertNotIn(secret[start:start + 12], shown)

    def test_throttling_ends_no_grant(self):
        """D1, REFRESH-10"""
        self.daemon.log_in()
        loop = '{"error": "invalid_grant", "error_codes": [50196], "error_description": "AADSTS50196: loop."}'
        for _ in range(3):
            self.server.answers = [(400, loop, {})]
            account = self.refresh()
            self.assertEqual((account["state"], account["last_error"]["code"]), ("retrying", "throttled"))
            self.assertGreaterEqual(account["next_refresh_in"], 295)
            self.assertIn("ads", account["last_error"]["hint"])
        self.assertEqual(self.refresh()["state"], "active")

    def test_a_stop_of_forty_seconds_loses_no_reply(self):
        """REFRESH-11: the reply came after 3 s of the stop; it is read before the time limit is judged."""
        self.daemon.log_in()
        before, posts = self.daemon.token(), len(self.server.posts)
        self.server.gate.clear()
        self.daemon.ask("POST", "/accounts/ads/refresh?wait=0")
        lab.until(lambda: len(self.server.posts) > posts, "the request is there")
        self.daemon.signal(signal.SIGSTOP)
        threading.Timer(3, self.server.gate.set).start()
        time.sleep(40)
        self.daemon.signal(signal.SIGCONT)
        lab.until(lambda: self.daemon.account()["state"] == "active", lambda: str(self.daemon.account()))
        self.assertNotEqual(self.daemon.token(), before)
        self.assertEqual(self.server.replays, 0)
        self.assertEqual(len(self.server.posts), posts + 1)
