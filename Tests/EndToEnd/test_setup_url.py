"""`valetkey setup` from nothing but the URL of an API."""

import os
import time
import tomllib
import unittest

import lab
from daemon import Daemon
from registrar import Registrar
from terminal import Terminal


class SetupCase(lab.Case):
    """`server`, `place` (a home), `daemon`, and a browser that goes where it is sent."""

    def setUp(self):
        self.server = self.closing(Registrar())
        self.place = self.home()
        self.path = self.place.configure("# mine\n[accounts.old]\nprovider = \"google\"\nclient_id = \"c\"\n"
                                         "client_secret = { file = \"/dev/null\" } # kept\n")
        self.before = self.text
        self.browser = self.place.script("browser", "#!/bin/sh\nexec curl -sL -o /dev/null \"$1\"\n")
        self.daemon = Daemon(self.place)
        self.addCleanup(self.daemon.end)

    @property
    def text(self):
        with open(self.path, encoding="utf-8") as file:
            return file.read()

    def setup_account(self, *words, code=0, **variables):
        done = self.place.run(lab.program("valetkey"), "setup", *words, **variables)
        self.assertEqual(done.returncode, code, done)
        return done

    def at_terminal(self, *words):
        return Terminal([lab.program("valetkey"), *words],
                        self.place.environment(TERM="xterm", BROWSER=self.browser))

    def hidden(self, text):
        for secret in self.server.secrets:
            self.assertNotIn(secret, text)


class FromURL(SetupCase):
    # REG-1, REG-5, PRM-3
    def test_an_address_becomes_an_account_and_a_token(self):
        self.server.prm_path = "/elsewhere"
        done = self.setup_account(self.server.api, "--account", "mcp", "--yes")
        self.hidden(done.stdout + done.stderr)
        self.assertTrue(self.text.startswith(self.before))
        account = tomllib.loads(self.text)["accounts"]["mcp"]
        client = next(iter(self.server.registered))
        self.assertEqual(account, {
            "issuer": self.server.base, "client_id": client, "redirect_uri": "http://127.0.0.1/mcp",
            "resource": self.server.api, "scopes": ["mail"]})
        wish = self.server.wishes[0]
        self.assertEqual((wish["token_endpoint_auth_method"], wish["redirect_uris"], wish["response_types"]),
                         ("none", ["http://127.0.0.1/mcp"], ["code"]))
        self.assertEqual((wish["grant_types"], wish["client_name"]),
                         (["authorization_code", "refresh_token"], "valetkey"))
        login = self.place.run(lab.program("valetkey"), "login", "mcp", BROWSER=self.browser)
        self.assertEqual(login.returncode, 0, login)
        self.assertEqual(self.server.last_form["resource"], self.server.api)
        token = self.place.run(lab.program("valetkey"), "token", "mcp").stdout.strip()
        self.assertEqual(lab.fetch(self.server.api, headers={"Authorization": f"Bearer {token}"}).status, 200)
        for content in self.place.files().values():
            for secret in self.server.secrets:
                self.assertNotIn(secret.encode(), content)
        self.hidden(self.daemon.log)

    # REG-5
    def test_logout_deletes_the_registration_only_where_it_is_wanted(self):
        self.setup_account(self.server.api, "--account", "mcp", "--yes")
        self.place.run(lab.program("valetkey"), "login", "mcp", BROWSER=self.browser)
        self.assertEqual(self.place.run(lab.program("valetkey"), "logout", "mcp").returncode, 0)
        terminal = self.at_terminal("logout", "mcp")
        terminal.read_until("[y/N]: ")
        terminal.type("")
        self.assertEqual(terminal.end(), 0)
        self.assertEqual(len(self.server.registered), 1)
        done = self.place.run(lab.program("valetkey"), "logout", "mcp", "--delete-registration")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("Deleted the client client-", done.stderr)
        self.assertEqual(self.server.registered, {})
        self.assertFalse([path for path in self.place.files() if path.endswith(".registration")])
        done = self.place.run(lab.program("valetkey"), "logout", "mcp", "--delete-registration")
        self.assertIn("no registration of mcp is kept here", done.stderr)

    # REG-2, REG-4
    def test_a_secret_from_the_registration_is_sealed_used_and_told_to_expire(self):
        self.server.method, self.server.secret_expires = "client_secret_post", int(time.time()) + 86400
        done = self.setup_account(self.server.api, "--account", "mcp", "--yes")
        self.hidden(done.stdout + done.stderr + self.text)
        self.assertEqual(tomllib.loads(self.text)["accounts"]["mcp"]["client_secret"], {"registration": "mcp"})
        self.place.run(lab.program("valetkey"), "login", "mcp", BROWSER=self.browser)
        self.assertIn(self.server.last_form["client_secret"], self.server.secrets)
        status = self.place.run(lab.program("valetkey"), "status", "mcp").stdout
        self.assertIn("the client's secret expires in 23h", status)
        self.daemon.end()
        self.daemon = Daemon(self.place)
        self.addCleanup(self.daemon.end)
        self.assertEqual(self.place.run(lab.program("valetkey"), "refresh", "mcp").returncode, 0)

    # REG-3
    def test_a_refused_registration_says_what_to_do_and_changes_nothing(self):
        for error, hint in (("invalid_redirect_uri", "--redirect-uri"), ("invalid_client_metadata", "--scopes"),
                            ("unapproved_software_statement", "--client-id")):
            with self.subTest(error):
                self.server.refuses = error
                done = self.setup_account(self.server.api, "--yes", code=1)
                self.assertIn(error, done.stderr)
                self.assertIn(hint, done.stderr)
                self.assertEqual(self.text, self.before)

    def test_without_registration_it_says_what_to_register_and_goes_on_with_a_client_id(self):
        self.server.registers = False
        done = self.setup_account(self.server.api, "--yes", code=64)
        self.assertIn("redirect URI  http://127.0.0.1/", done.stderr)
        self.assertIn("--client-id", done.stderr)
        self.assertEqual(self.text, self.before)
        self.setup_account(self.server.api, "--yes", "--account", "mcp", "--client-id", "desk")
        self.assertEqual(tomllib.loads(self.text)["accounts"]["mcp"]["client_id"], "desk")
        self.daemon.log_in("mcp")

    # PRM-4
    def test_several_authorization_servers_are_offered(self):
        self.server.servers = ["https://auth.invalid", self.server.base]
        done = self.setup_account(self.server.api, "--yes", code=64)
        self.assertIn("--issuer", done.stderr)
        terminal = self.at_terminal("setup", self.server.api)
        terminal.read_until("Number of the one to use: ")
        terminal.type("7")
        terminal.read_until("Number of the one to use: ")
        terminal.type("2")
        terminal.read_until("Name of the account [local]: ")
        terminal.type("old")
        terminal.read_until("There is an account old already.")
        terminal.type("mcp")
        terminal.read_until("[mail]: ")
        terminal.type("")
        terminal.read_until("[Y/n]: ")
        terminal.type("")
        terminal.read_until("Log in now? [Y/n]: ")
        terminal.type("")
        self.assertEqual(terminal.end(), 0)
        self.assertTrue(self.daemon.token("mcp"))

    def test_an_authorization_server_is_an_address_too(self):
        self.setup_account(self.server.base, "--account", "site", "--yes")
        self.assertNotIn("resource", tomllib.loads(self.text)["accounts"]["site"])

    # PRM-2
    def test_metadata_of_another_api_is_not_used(self):
        self.setup_account(f"{self.server.base}/other", "--yes", code=78)
        self.assertEqual(self.server.wishes, [])
        self.server.prm_path = "/.well-known/oauth-protected-resource/other"
        done = self.setup_account(f"{self.server.base}/other", "--yes", code=75)
        self.assertIn(f"valetkey setup {self.server.api}", done.stderr)
        self.assertEqual(self.text, self.before)

    def test_without_a_daemon_nothing_is_registered(self):
        self.daemon.end()
        done = self.setup_account(self.server.api, "--yes", code=69)
        self.assertIn("systemctl --user start valetkey.socket", done.stderr)
        self.assertEqual((self.server.wishes, self.text), ([], self.before))

    def test_an_account_that_cannot_be_written_leaves_no_registration(self):
        # The new file can't take this name.
        os.mkdir(self.path + ".new")
        done = self.setup_account(self.server.api, "--yes", code=1)
        self.assertIn("can't be written", done.stderr)
        self.assertEqual((len(self.server.wishes), self.server.registered), (1, {}))
        self.assertEqual(self.text, self.before)
        self.assertFalse([path for path in self.place.files() if path.endswith(".registration")])


if __name__ == "__main__":
    unittest.main()
