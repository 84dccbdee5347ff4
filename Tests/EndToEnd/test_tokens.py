"""Several access tokens of one consent: configured, by parameters, refused, across restarts and reloads."""

import json
import signal
import urllib.parse

import lab
from daemon import Daemon
from tokenserver import TokenServer

MOSTLY_WAITS = True

TOKENS = """
[accounts.ads.tokens.graph]
scopes = ["graph.read"]
[accounts.ads.tokens.files]
resource = "https://files.example"
"""


class Tokens(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.place.configure(self.server.account() + TOKENS)
        self.daemon = self.start()

    def start(self):
        daemon = Daemon(self.place)
        self.addCleanup(daemon.end)
        return daemon

    def run_command(self, *arguments, code=0):
        done = self.place.run(lab.program("valetkey"), *arguments)
        self.assertEqual(done.returncode, code, done)
        return done

    def tokens(self):
        """The account's own token and both further ones."""
        return [self.run_command("token", name).stdout.strip() for name in ("ads", "ads/graph", "ads/files")]

    def refresh_forms(self):
        return [form for form in self.server.forms if form["grant_type"] == "refresh_token"]

    def test_one_consent_gives_each_token_with_one_refresh_at_a_time(self):
        """D8, REFRESH-1, REFRESH-5"""
        self.daemon.log_in()
        found = self.tokens()
        self.assertEqual(len(set(found)), 3)
        self.assertEqual(self.tokens(), found)
        wanted = [(form.get("scope"), form.get("resource")) for form in self.refresh_forms()]
        self.assertEqual(wanted, [(None, "https://files.example"), ("graph.read", None)])
        self.assertEqual(self.server.replays, 0)
        code = next(form for form in self.server.forms if form["grant_type"] == "authorization_code")
        self.assertEqual(code["scope"], "mail")

    def test_the_id_token_is_kept_where_the_account_says_so(self):
        self.server.identity_life = 3600
        more = {"scopes": ["openid", "mail"], "issuer": self.server.base}
        self.place.configure(self.server.account(**more))
        self.run_command("reload")
        self.daemon.log_in()
        self.assertIn("id_token = true", self.run_command("token", "ads", "--id-token", code=78).stderr)
        self.place.configure(self.server.account(id_token=True, **more))
        self.run_command("reload")
        # The consent was before; a refresh brings one.
        first = self.run_command("token", "ads", "--id-token").stdout.strip()
        self.assertEqual(first.count("."), 2)
        self.assertEqual(self.daemon.ask("GET", "/id-token/ads").text, first)
        self.assertFalse(any(first.encode() in content for content in self.place.files().values()))
        self.daemon.signal(signal.SIGTERM)
        self.daemon.wait()
        self.daemon = self.start()
        self.assertEqual(self.run_command("token", "ads", "--id-token", "--format", "raw0").stdout, first)
        answer = self.daemon.ask("GET", "/id-token/ads", headers={"Accept": "application/json"}).json
        self.assertEqual((answer["account"], answer["id_token"]), ("ads", first))
        self.server.identity_life = 1
        self.run_command("refresh", "ads")
        self.server.identity_life = None
        lab.until(lambda: self.daemon.ask("GET", "/id-token/ads").status == 409, "it has expired")
        self.assertIn("valetkey login ads", self.run_command("token", "ads", "--id-token", code=77).stderr)
        self.assertNotIn(first, self.daemon.log)

    def test_the_consent_asks_for_the_scopes_and_resources_of_all_tokens(self):
        """D8"""
        url = self.daemon.ask("POST", "/accounts/ads/consent", {"flow": "paste"}).json["authorization_url"]
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
        self.assertEqual(query["scope"], ["mail graph.read"])
        self.assertEqual(query["resource"], ["https://files.example"])

    def test_a_refused_scope_harms_no_other_token(self):
        """D8"""
        self.server.refused_scopes = {"graph.read"}
        self.daemon.log_in()
        done = self.run_command("token", "ads/graph", code=78)
        self.assertIn("ads/graph: ", done.stderr)
        self.assertIn("[accounts.ads.tokens.graph]", done.stderr)
        self.assertTrue(self.run_command("token", "ads/files").stdout)
        self.run_command("refresh", "ads")
        report = self.daemon.account()
        self.assertEqual((report["state"], report.get("last_error")), ("active", None))
        states = {token["token"]: token["state"] for token in report["tokens"]}
        self.assertEqual(states, {"graph": "refused", "files": "active"})
        rows = self.run_command("status").stdout
        self.assertIn("ads/graph", rows)
        self.assertIn("refused", rows)
        # After the administrator's change, a reload is enough.
        self.server.refused_scopes = set()
        self.run_command("reload")
        self.assertTrue(self.run_command("token", "ads/graph").stdout)

    def test_tokens_that_are_not_configured_are_kept_for_the_next_reader(self):
        self.daemon.log_in()
        self.tokens()
        first = self.run_command("token", "ads", "--scope", "send", "--scope", "sign").stdout
        again = self.daemon.ask("GET", "/token/ads?scope=sign%20send").text
        self.assertEqual(again.strip(), first.strip())
        answer = json.loads(self.run_command(
            "token", "ads", "--resource", "https://other.example", "--format", "json").stdout)
        self.assertNotIn("token", answer)
        named = json.loads(self.run_command("token", "ads/graph", "--format", "json").stdout)
        self.assertEqual((named["account"], named["token"], named["scope"]), ("ads", "graph", "graph.read"))
        self.assertEqual(len(self.refresh_forms()), 4)

    def test_mistakes_are_said_before_any_request(self):
        self.daemon.log_in()
        self.tokens()
        before = len(self.server.forms)
        for arguments, code, words in (
            (("token", "ads/grpah"), 64, "did you mean ads/graph?"),
            (("token", "ads", "--scope", "a\"b"), 64, "RFC 6749"),
            (("token", "ads", "--resource", "https://files.example/#part"), 64, "RFC 8707"),
            (("token", "ads/graph", "--scope", "mail"), 64, "leave --scope and --resource out"),
        ):
            with self.subTest(arguments=arguments):
                self.assertIn(words, self.run_command(*arguments, code=code).stderr)
        answer = self.daemon.ask("GET", "/token/ads/graph?scope=mail")
        self.assertEqual((answer.status, answer.json["code"]), (400, "malformed_request"))
        self.assertEqual(len(self.server.forms), before)

    def test_a_restart_keeps_the_tokens_and_a_reload_takes_up_others(self):
        self.daemon.log_in()
        found = self.tokens()
        self.daemon.end()
        self.daemon = self.start()
        self.assertEqual(self.tokens(), found)
        self.assertEqual(len(self.refresh_forms()), 2)
        self.place.configure(self.server.account() + TOKENS.replace("graph.read", "graph.write"))
        self.run_command("reload")
        changed = self.tokens()
        self.assertEqual((changed[0], changed[2]), (found[0], found[2]))
        self.assertNotEqual(changed[1], found[1])
        self.place.configure(self.server.account())
        self.run_command("reload")
        self.assertIn("has no token", self.run_command("token", "ads/graph", code=64).stderr)
        self.assertNotIn("tokens", self.daemon.account())

    def test_a_dead_refresh_token_ends_all_tokens(self):
        """REFRESH-6"""
        self.daemon.log_in()
        self.tokens()
        self.server.answers = [(400, '{"error": "invalid_grant"}', {})] * 2
        self.daemon.ask("GET", "/token/ads/graph?fresh=true&wait=0")
        lab.until(lambda: self.daemon.account()["state"] == "consent_required", "the grant has ended", 40)
        for name in ("ads/graph", "ads/files", "ads"):
            self.run_command("token", name, "--fresh", code=77)
