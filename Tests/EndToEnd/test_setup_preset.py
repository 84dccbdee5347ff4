"""`valetkey setup` from a preset, at a terminal and by flags."""

import os
import signal
import stat
import tomllib
import unittest

import lab
from adsservice import AdsService, AdsTokenServer
from daemon import Daemon
from terminal import Terminal


class Preset(lab.Case):
    def setUp(self):
        self.place = self.home()
        self.folder = os.path.join(self.place.config, "valetkey")
        self.path = os.path.join(self.folder, "config.toml")

    def at_terminal(self, *words, **variables):
        return Terminal([lab.program("valetkey"), "setup", *words],
                        self.place.environment(TERM="xterm", **variables))

    def files(self):
        return sorted(os.path.join(folder, name) for folder, _, names in os.walk(self.place.config) for name in names)

    def accounts(self):
        with open(self.path, "rb") as file:
            return tomllib.load(file)["accounts"]

    def test_flags_need_no_terminal_and_no_daemon(self):
        done = self.place.run(lab.program("valetkey"), "setup", "microsoft", "--client-id", "app", "--tenant", "common",
                              "--account", "work", "--yes")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(self.accounts(), {"work": {"provider": "microsoft", "client_id": "app", "tenant": "common"}})
        self.assertIn("valetkeyd isn't running", done.stderr)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        again = self.place.run(lab.program("valetkey"), "setup", "microsoft", "--client-id", "other", "--account", "work",
                               "--yes")
        self.assertEqual((again.returncode, self.accounts()["work"]["client_id"]), (64, "app"))
        check = self.place.run(lab.program("valetkey"), "config", "check")
        self.assertEqual(check.returncode, 0, check)

    def test_without_a_terminal_nobody_is_asked(self):
        done = self.place.run(lab.program("valetkey"), "setup", "google", stdin="name\nclient\n")
        self.assertEqual(done.returncode, 64, done)
        self.assertIn("--client-id", done.stderr)
        self.assertEqual(self.files(), [])

    def test_a_preset_is_chosen_from_the_list(self):
        terminal = self.at_terminal()
        screen = terminal.read_until("the URL of an API: ")
        number = next(line.split()[0] for line in screen.splitlines() if " google " in line)
        terminal.type(number)
        terminal.read_until("Name of the account [google]: ")
        terminal.type("")
        terminal.read_until("application id): ")
        terminal.type("app.example")
        terminal.read_until("(Enter: type it): ")
        terminal.type("relative/path")
        terminal.read_until("Let the path begin with / or ~/.")
        terminal.type("")
        terminal.read_until("(it isn't shown): ")
        lab.until(lambda: not terminal.echoes, "the secret isn't shown")
        terminal.type("the-very-secret")
        terminal.read_until("Scopes")
        terminal.type("profile")
        self.assertEqual(terminal.end(), 0)
        self.assertNotIn("the-very-secret", terminal.text)
        secret = os.path.join(self.folder, "secrets", "google.client_secret")
        self.assertEqual(self.accounts()["google"], {
            "provider": "google", "client_id": "app.example", "scopes": ["profile"], "client_secret": {"file": secret}})
        with open(secret, encoding="utf-8") as file:
            self.assertEqual(file.read(), "the-very-secret\n")
        self.assertEqual(self.files(), sorted([self.path, secret]))

    def test_a_stop_at_any_question_leaves_nothing_and_the_terminal_as_it_was(self):
        questions = [("the URL of an API: ", "google"), ("[google]: ", ""), ("application id): ", "app"),
                     ("(Enter: type it): ", ""), ("(it isn't shown): ", "secret"), ("Scopes", None)]
        hidden = 4
        for stop, (question, _) in enumerate(questions):
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                with self.subTest(question, signal=number):
                    terminal = self.at_terminal()
                    for word, answer in questions[:stop]:
                        terminal.read_until(word)
                        if word == questions[hidden][0]:
                            lab.until(lambda: not terminal.echoes, "the secret isn't shown")
                        terminal.type(answer)
                    terminal.read_until(question)
                    lab.until(lambda: terminal.echoes == (stop != hidden), "the terminal shows what is typed or not")
                    if number == signal.SIGINT:
                        terminal.press(3)
                    else:
                        os.kill(terminal.pid, number)
                    os.waitid(os.P_PID, terminal.pid, os.WEXITED | os.WNOWAIT)
                    self.assertTrue(terminal.echoes)
                    self.assertNotEqual(terminal.end(), 0)
                    self.assertEqual(self.files(), [])

    def test_a_broken_file_is_refused_in_the_words_of_the_check(self):
        self.place.configure("[accounts.x\n")
        done = self.place.run(lab.program("valetkey"), "setup", "microsoft", "--client-id", "app", "--yes")
        check = self.place.run(lab.program("valetkey"), "config", "check")
        self.assertEqual((done.returncode, check.returncode), (78, 78))
        self.assertIn(check.stderr.splitlines()[0], done.stderr)
        with open(self.path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "[accounts.x\n")

    def test_one_command_leads_to_the_headers_of_microsoft_advertising(self):
        server, service = self.closing(AdsTokenServer()), self.closing(AdsService())
        self.place.configure(f"[defaults]\nauthorization_endpoint = \"{server.base}/authorize\"\n"
                             f"token_endpoint = \"{server.base}/token\"\n")
        token = os.path.join(self.place.root, "token")
        with open(token, "w", encoding="utf-8", opener=lab.private) as file:
            file.write("DEVTOKEN0000000\n")
        browser = self.place.script("browser", "#!/bin/sh\nexec curl -sL -o /dev/null \"$1\"\n")
        daemon = Daemon(self.place)
        self.addCleanup(daemon.end)
        terminal = self.at_terminal("microsoft-advertising", BROWSER=browser, VALETKEY_ADS_BASE_URL=service.base)
        for word, answer in (("[microsoft-advertising]: ", "acme"), ("application id): ", "desk"), ("[common]: ", ""),
                             ("(Enter: type it): ", token), ("profile]: ", ""), ("Log in now? [Y/n]: ", ""),
                             ("Ada Example", None), ("empty for none):\r\n> ", "30002")):
            terminal.read_until(word)
            if answer is not None:
                terminal.type(answer)
        self.assertEqual(terminal.end(), 0)
        self.assertIn("Next: valetkey ads headers acme", terminal.text)
        self.assertEqual(service.operations[:2], ["GetUser", "GetUser"])
        headers = self.place.run(lab.program("valetkey"), "ads", "headers", "acme", VALETKEY_ADS_BASE_URL=service.base)
        self.assertEqual(headers.stdout.splitlines(), [
            f"Authorization: Bearer {daemon.token('acme')}", "CustomerAccountId: 30002", "CustomerId: 20002",
            "DeveloperToken: DEVTOKEN0000000"])


if __name__ == "__main__":
    unittest.main()
