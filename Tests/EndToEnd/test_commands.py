"""The command as scripts and people use it, against a daemon with a grant."""

import json
import os

import lab
from daemon import Daemon
from tokenserver import TokenServer


class Commands(lab.Case):
    @classmethod
    def setUpClass(cls):
        cls.server = TokenServer()
        cls.addClassCleanup(cls.server.close)
        cls.place = lab.Home()
        cls.addClassCleanup(cls.place.remove)
        cls.place.configure(cls.server.account())
        cls.daemon = Daemon(cls.place)
        cls.addClassCleanup(cls.daemon.end)
        cls.daemon.log_in()

    def run_command(self, *arguments, code=0, **options):
        done = self.place.run(lab.program("valetkey"), *arguments, **options)
        self.assertEqual(done.returncode, code, done)
        return done

    def test_token_prints_the_token_and_nothing_around_it(self):
        self.assertEqual(self.run_command("token", "ads").stdout.rstrip("\n"), self.daemon.token())

    def test_token_has_the_formats_that_programs_ask_for(self):
        token = self.daemon.token()
        members = json.loads(self.run_command("token", "ads", "--format", "json").stdout)
        self.assertEqual((members["access_token"], members["token_type"].lower()), (token, "bearer"))
        self.assertEqual(self.run_command("token", "ads", "--format", "header").stdout.strip(),
                         f"Authorization: Bearer {token}")

    def test_a_fresh_token_is_another_one(self):
        before = self.daemon.token()
        after = self.run_command("token", "ads", "--fresh").stdout.strip()
        self.assertNotEqual(after, before)
        self.assertEqual(self.daemon.token(), after)

    def test_status_is_for_people_and_as_json_for_programs(self):
        self.assertIn("ads", self.run_command("status").stdout)
        report = json.loads(self.run_command("status", "--json").stdout)
        account = next(entry for entry in report["accounts"] if entry["account"] == "ads")
        self.assertEqual(account["state"], "active")
        for secret in self.server.secrets:
            self.assertNotIn(secret, json.dumps(report))

    def test_every_command_has_help(self):
        for words in ([], ["token"], ["login"], ["status"], ["refresh"], ["logout"], ["reload"],
                      ["config", "check"], ["providers"]):
            done = self.run_command(*words, "--help")
            self.assertIn("USAGE", done.stdout.upper(), words)

    def test_login_by_pasting_the_redirected_url(self):
        home = self.home()
        home.configure(self.server.account())
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        consent = daemon.ask("POST", "/accounts/ads/consent", {"flow": "paste"}).json
        location = lab.fetch(consent["authorization_url"], follow=False).headers["Location"]
        done = home.run(lab.program("valetkey"), "login", "ads", "--paste", stdin=location + "\n")
        self.assertEqual(done.returncode, 0, done)
        self.assertTrue(daemon.token())

    def test_login_ends_with_the_code_of_its_failure(self):
        home = self.home()
        home.configure(self.server.account())
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        for answer, code in (
                ((400, '{"error": "invalid_grant"}', {}), 77), ((400, '{"error": "invalid_client"}', {}), 78),
                ((400, '{"error": "invalid_target"}', {}), 78), ((400, '{"error": "unsupported_grant_type"}', {}), 78),
                ((400, '{"error": "server_error"}', {}), 75)):
            with self.subTest(answer=answer):
                consent = daemon.ask("POST", "/accounts/ads/consent", {"flow": "paste"}).json
                location = lab.fetch(consent["authorization_url"], follow=False).headers["Location"]
                self.server.answers = [answer]
                self.addCleanup(setattr, self.server, "answers", [])
                done = home.run(lab.program("valetkey"), "login", "ads", "--paste", stdin=location + "\n")
                self.assertEqual(done.returncode, code, done)
                self.assertEqual(done.stdout, "")

    def test_logout_forgets_the_grant(self):
        home = self.home()
        home.configure(self.server.account())
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        daemon.log_in()
        done = home.run(lab.program("valetkey"), "logout", "ads")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(daemon.ask("GET", "/token/ads").status, 409)
        self.assertEqual([path for path in home.files() if "ads" in os.path.basename(path)], [])

    def test_providers_are_listed_with_their_facts(self):
        self.assertIn("microsoft-advertising", self.run_command("providers").stdout)
        self.assertIn("msads.manage", self.run_command("providers", "microsoft-advertising").stdout)
