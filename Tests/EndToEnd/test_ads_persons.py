"""Who consented, where Microsoft's single sign-on may choose another person than was meant."""

import base64
import json
import time
import unittest

import lab
from adsservice import AdsTokenServer
from daemon import Daemon


class People(AdsTokenServer):
    """Says with each consent that `person` gave it. It publishes no keys: TLS would speak for it."""

    def __init__(self):
        super().__init__()
        self.person, self._query = "anna@agency.example", {}

    def authorize(self, query):
        self._query = query
        return super().authorize(query)

    def token(self, form):
        status, members = super().token(form)
        if status == 200 and form["grant_type"] == "authorization_code":
            claims = {"iss": self.base, "sub": f"sub-{self.person}", "aud": self._query["client_id"],
                      "preferred_username": self.person, "name": "Somebody", "nonce": self._query["nonce"],
                      "iat": int(time.time()), "exp": int(time.time()) + 300}
            parts = [json.dumps({"alg": "RS256"}), json.dumps(claims), "signature"]
            members["id_token"] = ".".join(
                base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)
        return status, members


class Persons(lab.Case):
    def start_world(self, **accounts):
        server = People()
        self.addCleanup(server.close)
        home = self.home()
        home.configure("\n".join(
            server.ads_account(name, scopes=[server.MANAGE, "offline_access", "openid", "profile"],
                               issuer=server.base, **more)
            for name, more in accounts.items()))
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        return server, home, daemon

    def test_who_consented_is_shown_wherever_the_consent_is(self):
        server, home, daemon = self.start_world(acme={}, beta={}, gamma={})
        consent = daemon.consent("acme")
        self.assertIn("prompt=select_account", consent["authorization_url"])
        page = lab.fetch(consent["open_url"]).text
        self.assertIn("anna@agency.example", page)
        end = daemon.ask("GET", "/accounts/acme/consent?wait=20").json
        self.assertEqual((end["state"], end["user"], end.get("same_user_as")), ("granted", "anna@agency.example", None))
        self.assertEqual(daemon.log_in("beta")["same_user_as"], ["acme"])
        server.person = "berta@agency.example"
        self.assertNotIn("same_user_as", daemon.log_in("gamma"))
        listed = {a["account"]: (a["user"], a.get("same_user_as")) for a in daemon.ask("GET", "/accounts").json["accounts"]}
        self.assertEqual(listed, {
            "acme": ("anna@agency.example", ["beta"]), "beta": ("anna@agency.example", ["acme"]),
            "gamma": ("berta@agency.example", None)})
        table = home.run(lab.program("valetkey"), "status").stdout
        for words in ("microsoft-advertising · anna@agency.example", "berta@agency.example",
                      "the same user consented for beta"):
            self.assertIn(words, table)
        daemon.ask("POST", "/accounts/acme/refresh")
        self.assertEqual(daemon.account("acme")["user"], "anna@agency.example")

    def test_another_person_than_the_expected_one_is_refused_and_nothing_is_kept(self):
        server, home, daemon = self.start_world(acme={"expect_user": "Berta@agency.example"})
        consent = daemon.consent("acme")
        self.assertIn("login_hint=Berta%40agency.example", consent["authorization_url"])
        page = lab.fetch(consent["open_url"])
        self.assertIn("anna@agency.example consented, not Berta@agency.example", page.text)
        end = daemon.ask("GET", "/accounts/acme/consent?wait=20").json
        self.assertEqual((end["state"], end["error"]["code"]), ("failed", "other_user"))
        self.assertIn("valetkey login acme", end["error"]["hint"])
        self.assertEqual(daemon.ask("GET", "/token/acme").status, 409)
        self.assertFalse([path for path in home.files() if "acme" in path])
        server.person = "berta@agency.example"
        self.assertEqual(daemon.log_in("acme")["user"], "berta@agency.example")
        before = daemon.token("acme")
        server.person = "anna@agency.example"
        lab.fetch(daemon.consent("acme")["open_url"])
        self.assertEqual(daemon.token("acme"), before)

    def test_another_expected_person_ends_the_use_of_a_grant_until_that_person_logs_in(self):
        server, home, daemon = self.start_world(acme={})
        self.assertEqual(daemon.log_in("acme")["user"], "anna@agency.example")
        before = daemon.token("acme")
        text = server.ads_account("acme", scopes=[server.MANAGE, "offline_access", "openid", "profile"], issuer=server.base)
        for expected, status in (("berta@agency.example", 409), ("anna@agency.example", 200), ("berta@agency.example", 409)):
            home.configure(text + f'expect_user = "{expected}"\n')
            self.assertEqual(daemon.ask("POST", "/reload").status, 200)
            self.assertEqual(daemon.ask("GET", "/token/acme").status, status)
        account = daemon.account("acme")
        self.assertEqual((account["state"], account["last_error"]["code"]), ("consent_required", "other_user"))
        self.assertIn("anna@agency.example's, and expect_user is berta", account["last_error"]["detail"])
        done = home.run(lab.program("valetkey"), "status", "--needs-login")
        self.assertIn("hint: sign in as berta@agency.example", done.stdout)
        daemon.end()
        again = Daemon(home)
        self.addCleanup(again.end)
        self.assertEqual(again.ask("GET", "/token/acme").status, 409)
        server.person = "berta@agency.example"
        browser = home.script("browser", "#!/bin/sh\nexec curl -sL -o /dev/null \"$1\"\n")
        done = home.run(lab.program("valetkey"), "login", "--all", BROWSER=browser)
        self.assertEqual(done.returncode, 0, done)
        self.assertNotEqual(again.token("acme"), before)
        self.assertEqual(again.account("acme")["user"], "berta@agency.example")

    def test_the_user_s_prompt_takes_the_place_of_the_preset_s(self):
        server, home, daemon = self.start_world(acme={})
        home.configure(server.ads_account("acme") + 'authorization_parameters = { prompt = "consent" }\n')
        self.assertEqual(daemon.ask("POST", "/reload").status, 200)
        url = daemon.consent("acme")["authorization_url"]
        self.assertIn("prompt=consent", url)
        self.assertNotIn("select_account", url)


if __name__ == "__main__":
    unittest.main()
