"""Real replies of token endpoints: each is handled according to its meaning, and none loses a grant."""

import email.utils
import json
import time

import lab
from daemon import DaemonCase

# Replies that leave open whether the grant is valid: tried again, with the valid token served until then.
PASSING = {
    "a login page": (200, "<html>Sign in to the hotel's network</html>", {}),
    "JSON cut short": (200, '{"access_token": "access-half", "token_typ', {}),
    "JSON without a token": (200, "{}", {}),
    "a list": (200, "[]", {}),
    "nothing": (200, "", {}),
    "an empty 400": (400, "", {}),
    "a proxy's 403": (403, "<html>Blocked</html>", {}),
    "408": (408, "", {}),
    "425": (425, "", {}),
    "429": (429, "", {"Retry-After": "120"}),
    "429 until a date": (429, "", {"Retry-After": "in two minutes"}),
    "500 that looks like a refusal": (500, '{"error": "invalid_grant"}', {}),
    "429 alone": (429, "", {}),
    "503": (503, "<html>Down for maintenance</html>", {"Retry-After": "120"}),
    "temporarily_unavailable": (400, '{"error": "temporarily_unavailable"}', {}),
}
# The codes of those that say more than that no token is there.
CODES = {
    "an empty 400": "unexplained_refusal",
    "temporarily_unavailable": "temporarily_unavailable",
    "429": "throttled",
    "429 until a date": "throttled",
    "429 alone": "throttled",
    "503": "temporarily_unavailable",
}
# How long a server that is busy is left alone, in seconds, if it doesn't say how long.
PAUSES = {"429 alone": (57, 66), "temporarily_unavailable": (12, 21)}
# Replies that require another configuration.
DECIDED = ("invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type")


class Replies(DaemonCase):
    def refresh(self):
        self.daemon.ask("POST", "/accounts/ads/refresh?wait=0")
        lab.until(lambda: self.daemon.account()["state"] != "refreshing", "it has ended", 10)
        return self.daemon.account()

    def test_a_reply_that_decides_nothing_is_tried_again(self):
        """REFRESH-6: also with Retry-After in both its forms."""
        for name, (status, text, headers) in PASSING.items():
            with self.subTest(reply=name):
                token, replays = self.daemon.token(), self.server.replays
                if "in two" in headers.get("Retry-After", ""):
                    headers = {"Retry-After": email.utils.formatdate(time.time() + 120, usegmt=True)}
                self.server.answers = [(status, text, headers)]
                account = self.refresh()
                self.assertEqual(self.server.answers, [])
                self.assertEqual(account["state"], "retrying", account)
                self.assertEqual(account["last_error"]["code"], CODES.get(name, "bad_reply"))
                self.assertNotIn("half", json.dumps(account))
                low, high = (110, 130) if headers else PAUSES.get(name, (0, 6))
                self.assertTrue(low <= account["next_refresh_in"] <= high, account)
                self.assertEqual(self.daemon.token(), token)
                # A refresh that a user asks for doesn't wait for the pause.
                self.assertEqual(self.refresh()["state"], "active")
                self.assertNotEqual(self.daemon.token(), token)
                self.assertEqual(self.server.replays, replays)

    def test_a_refusal_of_the_client_is_an_error_of_the_configuration(self):
        """REFRESH-8, TOKEN-6: no automatic request for an hour, the grant is kept, and a reload tries at once."""
        for code in DECIDED:
            with self.subTest(error=code):
                token = self.daemon.token()
                text = json.dumps({"error": code, "error_description": "\u001b[31mnot <b>you</b>", "error_uri": "x:y"})
                refusal = (401 if code == "invalid_client" else 400, text, {})
                # What may be about the scope is tried once without it.
                self.server.answers = [refusal, refusal] if code == "invalid_scope" else [refusal]
                account = self.refresh()
                self.assertEqual(self.server.answers, [])
                self.assertEqual((account["state"], account["last_error"]["code"]), ("configuration_error", code))
                self.assertTrue(account["last_error"]["hint"])
                self.assertNotIn("\u001b", account["last_error"]["detail"] + self.daemon.log)
                self.assertGreater(account["next_refresh_in"], 3500)
                posts = len(self.server.posts)
                self.assertEqual(self.daemon.token(), token, "the valid token is served")
                for _ in range(20):
                    self.assertGreaterEqual(self.daemon.ask("GET", "/token/ads?fresh=true&wait=0").status, 400)
                self.assertEqual(len(self.server.posts), posts)
                self.place.configure(self.server.account(refresh_before_expiry=f"{posts + 60}s"))
                self.assertEqual(self.daemon.ask("POST", "/reload").status, 200)
                lab.until(lambda: self.daemon.token() != token, lambda: str(self.daemon.account()))
                self.assertEqual(self.daemon.account()["state"], "active")
        self.assertEqual(self.server.replays, 0)

    def test_one_refusal_of_the_grant_is_not_the_end(self):
        """REFRESH-7: the refusal may pass; the second try decides."""
        token = self.daemon.token()
        self.server.answers = [(400, '{"error": "invalid_grant", "error_description": "AADSTS-something"}', {})]
        account = self.refresh()
        self.assertEqual((account["state"], account["last_error"]["code"]), ("retrying", "invalid_grant"))
        self.assertTrue(5 <= account["next_refresh_in"] <= 60, account)
        self.assertEqual(self.daemon.token(), token)
        self.assertEqual(self.refresh()["state"], "active")
        self.assertNotEqual(self.daemon.token(), token)

    def issue(self, **members):
        """The answer for a new token where the server's reply has these members; None removes one."""
        self.server.shape = lambda usual: {name: value for name, value in {**usual, **members}.items()
                                           if value is not None}
        return self.daemon.ask("GET", "/token/ads?fresh=true", headers={"Accept": "application/json"})

    def test_the_forms_that_a_good_reply_has(self):
        """A4, TOKEN-2, TOKEN-3, TOKEN-4, TOKEN-7, TOKEN-8, REFRESH-2"""
        self.assertEqual(self.issue(token_type="bEARER").status, 200)
        self.assertAlmostEqual(self.issue(expires_in="1800").json["expires_in"], 1800, delta=5)
        self.assertNotIn("expires_in", self.issue(expires_in=None).json)
        long = self.issue(access_token="a" * 100_000, ext_expires_in=[{}], nonsense={"a": None}, foci="1")
        self.assertEqual(long.json["access_token"], "a" * 100_000)
        self.issue(scope="other")
        self.assertEqual((self.daemon.account()["scope"], self.daemon.account()["missing_scope"]), (["other"], ["mail"]))
        self.issue(scope="extra mail")
        self.assertNotIn("missing_scope", self.daemon.account())
        # Without a new refresh token the old one is used again, although this server accepts each only once.
        self.assertEqual(self.issue(refresh_token=None).status, 200)
        self.refresh()
        self.assertEqual(self.server.replays, 1)

    def test_a_token_of_a_type_that_nobody_understands_is_not_handed_out(self):
        """TOKEN-5"""
        before = self.daemon.token()
        refused = self.issue(token_type="mac", access_token="mac-secret")
        self.assertGreaterEqual(refused.status, 400)
        self.assertNotIn("mac-secret", refused.text)
        again = self.daemon.ask("GET", "/token/ads?wait=0")
        self.assertEqual(again.text, before, "the token that is still valid is served")
        # The grant is kept: the next reply may be better, once the user asks for a refresh.
        self.server.shape = lambda members: members
        self.assertEqual(self.refresh()["state"], "active")
        self.assertNotEqual(self.daemon.token(), before)
        self.assertEqual(self.server.replays, 0)
