"""What an error code of a sign-in page means: on the command line, at the paste prompt, and while a login waits."""

import contextlib
import os
import unittest

import lab
from adsservice import start_acme
from terminal import Terminal


class Explain(lab.Case):
    def test_the_command_needs_no_daemon(self):
        home = self.home()
        done = home.run(lab.program("valetkey"), "explain", "AADSTS50011", "--account", "acme")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertRegex(done.stdout, r"^AADSTS50011: .*\[accounts\.acme\].*Mobile and desktop applications.*\n$")
        done = home.run(lab.program("valetkey"), "explain", "consent_required")
        self.assertIn("valetkey login ACCOUNT", done.stdout)
        for words in (("error", "code", "105"), ("InvalidCredentials (105)",), ('{"Code":105,"Detail":null}',),
                      ("<Code>105</Code>",), ("\u201cInvalidCredentials\u201d",)):
            done = home.run(lab.program("valetkey"), "explain", *words)
            self.assertEqual(done.returncode, 0, done)
            self.assertTrue(done.stdout.startswith("InvalidCredentials (105): "), done)
        home.configure('[accounts.acme]\nprovider = "microsoft"\nclient_id = "app"\nclient_secret = "s"\n'
                       'redirect_uri = "http://localhost:8400/cb"\n')
        done = home.run(lab.program("valetkey"), "explain", "AADSTS50011", "--account", "acme")
        self.assertIn('http://localhost:8400/cb, under "Web"', done.stdout)
        done = home.run(lab.program("valetkey"), "explain", "invalid_gramt")
        self.assertEqual((done.returncode, done.stdout), (64, ""), done)
        self.assertIn("did you mean invalid_grant", done.stderr)

    def test_the_paste_prompt_explains_a_code_and_goes_on(self):
        home, daemon = start_acme(self)
        consent = daemon.ask("POST", "/accounts/acme/consent", {"flow": "paste"}).json
        location = lab.fetch(consent["authorization_url"], follow=False).headers["Location"]
        done = home.run(lab.program("valetkey"), "login", "acme", "--paste",
                        stdin=f"AADSTS7000218: The request body must contain client_secret\n{location}\n")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("AADSTS7000218: ", done.stderr)
        self.assertIn("Consent granted for acme", done.stderr)

    def test_a_word_at_the_paste_prompt_is_not_redeemed_and_an_empty_line_asks_again(self):
        home, daemon = start_acme(self)
        consent = daemon.ask("POST", "/accounts/acme/consent", {"flow": "paste"}).json
        location = lab.fetch(consent["authorization_url"], follow=False).headers["Location"]
        done = home.run(lab.program("valetkey"), "login", "acme", "--paste",
                        stdin=f"help\n\nredirect_uri_mismatch\nAADSTS\n{location}\n")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn('"help" is neither a URL nor an error code', done.stderr)
        self.assertIn("redirect_uri_mismatch: the redirect URI isn't registered", done.stderr)
        self.assertIn('"AADSTS" is neither', done.stderr)
        self.assertIn("Consent granted for acme", done.stderr)

    def test_ctrl_c_and_ctrl_d_at_the_paste_prompt_cancel_the_consent(self):
        home, daemon = start_acme(self)
        command = [lab.program("valetkey"), "login", "acme", "--paste"]
        for key, code, words in ((b"\x03", 130, "Stopped: the consent is cancelled."), (b"\x04", 77, "nothing was pasted")):
            terminal = Terminal(command, home.environment(TERM="xterm"), columns=400)
            terminal.read_until("> ")
            os.write(terminal.master, key)
            terminal.read_until(words)
            self.assertEqual(terminal.end(), code)
            self.assertEqual(daemon.ask("GET", "/accounts/acme/consent").json["state"], "cancelled")

    def test_a_login_that_waits_explains_what_is_typed(self):
        home, daemon = start_acme(self)
        terminal = Terminal([lab.program("valetkey"), "login", "acme", "--no-browser"], home.environment(TERM="xterm"), columns=400)
        terminal.read_until("type it here")
        terminal.read_until("Waiting for your consent")
        terminal.type("AADSTS50011")
        terminal.read_until("under \"Mobile and desktop applications\"")
        terminal.read_until("it still waits")
        lab.fetch(daemon.consent("acme")["open_url"])
        terminal.read_until("Consent granted")
        self.assertEqual(terminal.end(), 0)

    def test_a_login_that_waits_takes_a_pasted_response_and_ignores_an_empty_line(self):
        home, daemon = start_acme(self)
        terminal = Terminal([lab.program("valetkey"), "login", "acme", "--no-browser"], home.environment(TERM="xterm"), columns=400)
        terminal.read_until("Waiting for your consent")
        terminal.type("")
        terminal.type("hello there")
        self.assertNotIn("nothing was pasted", terminal.read_until("isn't the response to this login"))
        url = daemon.consent("acme")["authorization_url"]
        terminal.type(lab.fetch(url, follow=False).headers["Location"])
        terminal.read_until("Consent granted")
        self.assertEqual(terminal.end(), 0)

    def test_ctrl_c_and_the_end_of_the_input_are_told_apart(self):
        home, daemon = start_acme(self)
        terminal = Terminal([lab.program("valetkey"), "login", "acme", "--no-browser"], home.environment(TERM="xterm"), columns=400)
        terminal.read_until("Waiting for your consent")
        os.write(terminal.master, b"\x04")
        terminal.type("AADSTS50011")
        self.assertEqual(daemon.ask("GET", "/accounts/acme/consent").json["state"], "pending")
        os.write(terminal.master, b"\x03")
        terminal.read_until("Stopped: the consent is cancelled.")
        self.assertEqual(terminal.end(), 130)


if __name__ == "__main__":
    unittest.main()
