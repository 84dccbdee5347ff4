"""Logins at a terminal: Ctrl-C, signals, pastes, browsers and narrow windows."""

import json
import os
import signal
import subprocess
import urllib.parse

import lab
from daemon import DaemonCase, redirect, state_of
from terminal import Terminal

WIDTHS = (80, 120, 40)


class TerminalCase(DaemonCase):
    """A daemon whose account isn't logged in, and `valetkey` at terminals."""

    logs_in = False

    def configuration(self):
        return self.server.account(device_authorization_endpoint=f"{self.server.base}/device")

    def at_terminal(self, *arguments, columns=80, rows=24, **variables):
        terminal = Terminal(
            [lab.program("valetkey"), *arguments], self.place.environment(**variables), columns=columns, rows=rows)
        self.addCleanup(terminal.kill)
        return terminal

    def report(self):
        return self.daemon.ask("GET", "/accounts/ads/consent").json

    def until_state(self, state):
        return lab.until(lambda: self.report().get("state") == state, lambda: f"{state}: {self.report()}")


class Interruptions(TerminalCase):
    def test_a_login_that_is_interrupted_while_its_code_is_redeemed_says_so_and_how_to_undo_it(self):
        """P1"""
        for columns in WIDTHS:
            with self.subTest(columns=columns):
                login = self.at_terminal("login", "ads", "--no-browser", columns=columns)
                login.read_until("left.")
                self.server.gate.clear()
                page = self.start(["curl", "-sL", self.report()["open_url"]], self.place.environment())
                lab.until(lambda: self.server.waiting, "the code is being redeemed")
                login.press(3)
                login.read_until("Too late to cancel")
                self.server.gate.set()
                login.read_until("valetkey logout ads")
                self.assertEqual(login.end(), 0, login.text)
                self.assertNotIn("cancelled", login.text)
                self.assertIn("Consent granted", login.text)
                page.wait()
                self.daemon.ask("DELETE", "/accounts/ads/grant")

    def test_a_second_interruption_says_that_the_account_may_be_logged_in(self):
        """P1"""
        login = self.at_terminal("login", "ads", "--no-browser")
        login.read_until("left.")
        self.server.gate.clear()
        page = self.start(["curl", "-sL", self.report()["open_url"]], self.place.environment())
        lab.until(lambda: self.server.waiting, "the code is being redeemed")
        login.press(3)
        login.read_until("Too late to cancel")
        login.press(3)
        login.read_until("valetkey logout ads")
        self.assertEqual(login.end(), 130, login.text)
        self.server.gate.set()
        page.wait()
        self.until_state("granted")

    def test_whatever_ends_a_login_cancels_its_consent(self):
        """P4: Ctrl-C, SIGTERM and a closed terminal, in each flow."""
        for option in ("--no-browser", "--paste", "--device"):
            for end, code in ((lambda login: login.press(3), 130),
                              (lambda login: login.signal(signal.SIGTERM), 143), (None, 129)):
                with self.subTest(option=option, code=code):
                    self.server.answers = [(400, '{"error": "authorization_pending"}', {})] * 20
                    login = self.at_terminal("login", "ads", option)
                    login.read_until("left")
                    self.assertEqual(self.report()["state"], "pending")
                    if end is None:
                        self.assertEqual(login.close(), code)
                    else:
                        end(login)
                        self.assertEqual(login.end(), code, login.text)
                        self.assertIn("Stopped: the consent is cancelled.", login.text)
                    self.until_state("cancelled")
                    self.server.answers = []

    def test_a_login_that_is_stopped_before_the_code_appears_leaves_no_consent(self):
        """P4, P12"""
        self.server.device = lambda: self.server.gate.wait(20) and {
            "device_code": "d", "user_code": "ABCD-EFGH", "verification_uri": self.server.base, "expires_in": 60}
        self.server.gate.clear()
        login = self.at_terminal("login", "ads", "--device")
        login.read_until("Preparing the login of ads")
        login.press(3)
        login.read_until("Stopped")
        self.server.gate.set()
        self.assertEqual(login.end(), 130, login.text)
        self.until_state("cancelled")

    def test_another_flow_replaces_a_pending_consent(self):
        """P4"""
        first = self.at_terminal("login", "ads", "--paste")
        first.read_until("left>")
        second = self.at_terminal("login", "ads", "--no-browser")
        second.read_until("left.")
        self.assertEqual(self.report()["flow"], "loopback")
        self.assertEqual(first.end(), 77, first.text)
        self.assertIn("has replaced this one", first.text)
        second.press(3)
        self.assertEqual(second.end(), 130)

    def test_who_joins_a_login_is_told_and_does_not_end_it(self):
        """P4"""
        first = self.at_terminal("login", "ads", "--no-browser")
        first.read_until("left.")
        second = self.at_terminal("login", "ads", "--no-browser")
        second.read_until("is under way already")
        second.read_until("left.")
        second.press(3)
        self.assertEqual(second.end(), 130, second.text)
        self.assertIn("Another login of ads still waits", second.text)
        self.assertEqual(self.report()["state"], "pending")
        self.assertEqual(lab.fetch(self.report()["open_url"]).status, 200)
        self.assertEqual(first.end(), 0, first.text)


class Pastes(TerminalCase):
    def prompt(self, columns=80):
        login = self.at_terminal("login", "ads", "--paste", columns=columns)
        login.read_until("left>")
        return login, self.report()

    def location(self, consent):
        return lab.fetch(consent["authorization_url"], follow=False).headers["Location"]

    def test_what_may_be_a_password_is_sent_to_no_server_before_its_user_says_so(self):
        """P2"""
        login, _ = self.prompt()
        login.type("Tr0ub4dor&3-hunter2")
        login.read_until("Use it as the authorization code? [y/N]")
        login.type("")
        login.read_until("left>")
        self.assertEqual((self.server.posts, self.report()["state"]), ([], "pending"))
        login.type("4/0AX4XfWh-a-code")
        login.read_until("[y/N]")
        login.type("y")
        login.read_until("valetkey:")
        self.assertEqual(login.end(), 77, login.text)
        self.assertEqual(self.server.forms[-1]["code"], "4/0AX4XfWh-a-code")

    def test_a_word_that_is_typed_while_the_browser_is_awaited_is_no_code(self):
        """P2"""
        login = self.at_terminal("login", "ads", "--no-browser")
        login.read_until("left.")
        login.type("Tr0ub4dor&3-hunter2")
        login.read_until("valetkey login ads --paste")
        self.assertEqual((self.server.posts, self.report()["state"]), ([], "pending"))
        login.press(3)
        self.assertEqual(login.end(), 130)

    def test_a_paste_of_several_lines_is_one_text_and_nothing_of_it_is_left_for_the_shell(self):
        """P3"""
        for columns in WIDTHS:
            with self.subTest(columns=columns):
                login, consent = self.prompt(columns)
                location = self.location(consent)
                half = location.index("code=") + 9
                login.paste(f'"{location[:half]}\n{location[half:]}"\ntouch {self.place.root}/run\n')
                login.press(13)
                login.read_until("Read it with")
                self.assertEqual(login.end(), 0, login.text)
                self.daemon.ask("DELETE", "/accounts/ads/grant")

    def test_a_terminal_that_does_not_bracket_pastes_sends_one_text_as_well(self):
        """P3"""
        login, consent = self.prompt()
        location = self.location(consent)
        half = location.index("code=") + 9
        os.write(login.master, f"<{location[:half]}\n{location[half:]}>\n".encode())
        login.read_until("Read it with")
        self.assertEqual(login.end(), 0, login.text)

    def test_a_paste_may_be_longer_than_a_line_of_the_terminal(self):
        """P3: the kernel cuts a line at 4,096 octets; a code that is cut would be burnt."""
        login, consent = self.prompt()
        location = self.location(consent) + "&padding=" + "x" * 9000
        login.paste(location)
        login.press(13)
        login.read_until("Read it with")
        self.assertEqual(login.end(), 0, login.text)

    def test_the_address_may_be_escaped_for_a_page_or_be_in_an_error_page(self):
        """P3"""
        for dress in (lambda url: url.replace("&", "&amp;"),
                      lambda url: "chrome-error://chromewebdata/?" + urllib.parse.urlencode({"url": url})):
            login, consent = self.prompt()
            login.paste(dress(self.location(consent)))
            login.press(13)
            login.read_until("Read it with")
            self.assertEqual(login.end(), 0, login.text)
            self.daemon.ask("DELETE", "/accounts/ads/grant")

    def test_an_empty_line_asks_again_and_typing_can_be_corrected(self):
        """P3"""
        login, _ = self.prompt()
        login.type("")
        login.type("halp\x7f\x7f\x7felp")
        login.read_until('"help" is neither')
        login.read_until("left>")
        login.press(4)
        self.assertEqual(login.end(), 77, login.text)
        self.assertIn("\x1b[?2004l", login.text)

    def test_the_terminal_is_as_before_after_each_end(self):
        """P3"""
        login, _ = self.prompt()
        self.assertFalse(login.echoes)
        login.press(3)
        login.read_until("Stopped")
        self.assertEqual(login.end(), 130)
        self.assertTrue(login.text.rstrip().endswith("cancelled.") or "\x1b[?2004l" in login.text)


class Widths(TerminalCase):
    def test_the_waiting_line_stays_on_one_row_and_a_resize_does_not_change_that(self):
        """P6"""
        for columns in (*WIDTHS, 20):
            with self.subTest(columns=columns):
                login = self.at_terminal("login", "ads", "--no-browser", columns=columns)
                login.read_until("Waiting for")
                before = len(login.lines)
                login.read_until("Waiting for")
                self.assertEqual(len(login.lines), before, login.lines)
                login.resize(columns // 2)
                login.text = ""
                login.seen = 0
                login.read_until("Waiting")
                login.read_until("Waiting")
                self.assertEqual(len(login.lines), 1, login.lines)
                login.press(3)
                self.assertEqual(login.end(), 130)

    def test_status_fits_in_every_window(self):
        """P5, P19"""
        account = "microsoft-advertising"
        self.place.configure(
            self.server.account(account, label="日本広告株式会社の広告アカウント") + self.server.account("z"))
        self.place.run(lab.program("valetkey"), "reload")
        self.daemon.log_in(account)
        self.server.answers = [(500, "", {})] * 50
        self.daemon.ask("POST", f"/accounts/{account}/refresh", timeout=90)
        for columns in WIDTHS:
            with self.subTest(columns=columns):
                status = self.at_terminal("status", columns=columns)
                self.assertEqual(status.end(), 0)
                plain = status.screen.lines
                self.assertIn(account, plain[1] if plain[0].startswith("ACCOUNT") else plain[0])
                raw = status.text.replace("\r\n", "\n").split("\n")
                self.assertEqual(len(plain), len(raw), "no line was broken by the terminal")
                self.assertIn("日本広告株式会社", status.text)
                self.assertIn("contact the provider", " ".join(" ".join(plain).split()))

    def test_help_providers_and_config_check_fit_in_every_window(self):
        """P10, P5"""
        for words in (["--help"], ["login", "--help"], ["token", "--help"], ["status", "--help"], ["demo", "--help"],
                      ["help", "ads"], ["providers"], ["providers", "google"], ["info"]):
            for columns in WIDTHS:
                with self.subTest(words=words, columns=columns):
                    shown = self.at_terminal(*words, columns=columns)
                    self.assertEqual(shown.end(), 0, shown.text)
                    for line in shown.text.replace("\r\n", "\n").split("\n"):
                        whole = line.strip().startswith(("valetkey", "curl", "--", "[-", "See")) or "/" in line
                        self.assertTrue(len(line) <= columns or whole, line)


class QRCodes(TerminalCase):
    def screen(self, columns, rows, **variables):
        self.server.answers = [(400, '{"error": "authorization_pending"}', {})] * 20
        login = self.at_terminal("login", "ads", "--device", columns=columns, rows=rows, **variables)
        login.read_until("Waiting")
        login.press(3)
        self.assertEqual(login.end(), 130)
        return login

    def test_the_code_is_drawn_where_it_fits_and_its_absence_is_explained(self):
        """P20"""
        for columns, rows, is_drawn in ((80, 40, True), (120, 40, True), (80, 15, False), (20, 60, False)):
            with self.subTest(columns=columns, rows=rows):
                login = self.screen(columns, rows)
                self.assertEqual("▀" in login.text, is_drawn)
                self.assertEqual("There is no QR code" in " ".join(login.text.split()), not is_drawn)
                self.assertIn("ABCD-EFGH", login.text)
                if is_drawn:
                    self.assertLess(len(login.lines), rows + 1, "nothing has scrolled away")

    def test_colours_and_characters_follow_the_environment(self):
        """P20, P21"""
        self.assertIn("NO_COLOR", self.screen(80, 40, NO_COLOR="1").text)
        dark = self.screen(80, 40, NO_COLOR="1", COLORFGBG="15;0").text
        light = self.screen(80, 40, NO_COLOR="1", COLORFGBG="0;15").text
        self.assertIn("████", dark)
        self.assertNotIn("█████████████████", light)
        self.assertNotIn("\x1b[40;97m", dark + light)
        ascii_only = self.screen(120, 60, LANG="C").text
        self.assertTrue(ascii_only.isascii() and "\x1b[107m" in ascii_only)


class Browsers(TerminalCase):
    def test_the_next_browser_is_tried_if_one_fails_and_then_the_user_is_told(self):
        """P9"""
        said = os.path.join(self.place.root, "said")
        browser = self.place.script("browser", f'#!/bin/sh\nprintf %s "$1" > {said}\n')
        login = self.at_terminal("login", "ads", BROWSER=f"/bin/false:{browser}")
        login.read_until("Opening your browser")
        login.read_until("left.")
        with open(said, encoding="utf-8") as file:
            self.assertEqual(file.read(), self.report()["open_url"])
        self.assertNotIn("No browser could", login.text)
        login.press(3)
        self.assertEqual(login.end(), 130)
        login = self.at_terminal("login", "ads", BROWSER="/bin/false:/nonexistent/browser")
        login.read_until("No browser could be opened: false ended with 1, browser can't be started.")
        login.read_until("left.")
        login.press(3)
        self.assertEqual(login.end(), 130)

    def test_a_browser_for_the_terminal_gets_it(self):
        """P9"""
        self.place.script("w3m", '#!/bin/sh\ntest -t 0 && test -t 1 && exec curl -sL -o /dev/null "$1"\n')
        login = self.at_terminal("login", "ads", BROWSER="w3m")
        login.read_until("Read it with")
        self.assertEqual(login.end(), 0, login.text)


class Waits(TerminalCase):
    logs_in = True

    def test_a_command_that_waits_says_so_after_a_second(self):
        """P12"""
        self.server.gate.clear()
        for columns in WIDTHS:
            with self.subTest(columns=columns):
                token = self.at_terminal("token", "ads", "--fresh", "--wait", "3s", columns=columns)
                token.read_until("Waiting for valetkeyd, 1 s")
                self.assertEqual(token.end(), 75, token.text)
                self.assertTrue(token.lines[-2].startswith(("valetkey:", "hint:", "  ")), token.lines)
        self.server.gate.set()

    def test_the_end_of_the_daemon_during_a_login_starts_a_line(self):
        """P12"""
        login = self.at_terminal("login", "ads", "--no-browser")
        login.read_until("left.")
        self.daemon.signal(signal.SIGKILL)
        login.read_until("valetkey: the daemon")
        self.assertEqual(login.end(), 75, login.text)
        self.assertTrue(any(line.startswith("valetkey: the daemon") for line in login.lines), login.lines)

    def test_a_script_learns_by_the_exit_code_whether_an_account_works(self):
        """P13"""
        def code(*words):
            return self.place.run(lab.program("valetkey"), "status", *words).returncode
        self.assertEqual((code("ads"), code("ads", "--json"), code()), (0, 0, 0))
        self.server.answers = [(400, json.dumps({"error": "invalid_client"}), {})]
        self.daemon.ask("POST", "/accounts/ads/refresh")
        self.assertEqual((code("ads"), code("ads", "--json"), code()), (78, 78, 0))
        self.daemon.ask("DELETE", "/accounts/ads/grant")
        self.assertEqual((code("ads"), code()), (77, 0))

    def test_a_token_that_cannot_be_refreshed_is_a_warning(self):
        """P13"""
        self.server.shape = lambda members: {key: value for key, value in members.items() if key != "refresh_token"}
        self.daemon.log_in()
        status = self.at_terminal("status", "ads")
        self.assertEqual(status.end(), 0)
        self.assertIn("\x1b[33mactive, but see below\x1b[0m", status.text)


class Responses(TerminalCase):
    def test_a_reload_tells_each_mistake_on_its_own_line_and_so_does_the_log(self):
        """P8"""
        self.place.configure("[accounts.a]\nclient_id = x\n[accounts.b]\nclient_id = y\n")
        done = self.place.run(lab.program("valetkey"), "reload")
        self.assertEqual(done.returncode, 78)
        told = [line for line in done.stderr.splitlines() if "config.toml:" in line]
        self.assertEqual(len(told), 2, done.stderr)
        check = self.place.run(lab.program("valetkey"), "config", "check")
        self.assertEqual((check.returncode, check.stdout), (78, ""))
        for line in told:
            self.assertIn(line.removeprefix("valetkey: "), check.stderr)
            self.daemon.wait_line(line.removeprefix("valetkey: "))

    def test_debug_logs_requests_and_decisions_without_secrets(self):
        """P16"""
        self.place.configure(self.configuration() + '[daemon]\nlog_level = "debug"\n')
        self.place.run(lab.program("valetkey"), "reload")
        self.daemon.log_in()
        line = self.daemon.wait_line(lambda line: " request " in line)
        for field in ("method=POST", f"url={self.server.base}/token", "status=200"):
            self.assertIn(field, line)
        self.assertIn("account=ads", self.daemon.wait_line(lambda line: " decided " in line))
        for secret in self.server.secrets:
            self.assertNotIn(secret, self.daemon.log)

    def test_an_account_that_is_not_logged_in_has_nothing_to_forget(self):
        """P21"""
        done = self.place.run(lab.program("valetkey"), "logout", "ads")
        self.assertEqual((done.returncode, done.stderr), (0, "ads wasn't logged in.\n"))

    def test_a_result_that_cannot_be_written_is_an_error(self):
        """P21"""
        for words in ("providers", "providers google", "config check", "demo --help", "info", "explain invalid_grant",
                      "status"):
            with open("/dev/full", "w", encoding="ascii") as full, self.subTest(words=words):
                done = subprocess.run([lab.program("valetkey"), *words.split()], stdout=full, stderr=subprocess.PIPE,
                                      env=self.place.environment(), timeout=60, check=False)
                self.assertEqual(done.returncode, 1, done.stderr)

    def test_neither_a_terminal_without_a_name_nor_an_old_locale_gets_what_it_does_not_know(self):
        """P21"""
        self.daemon.log_in()
        for variables, forbidden in (({"TERM": ""}, "\x1b"), ({"TERM": "dumb"}, "\x1b")):
            status = self.at_terminal("status", **variables)
            self.assertEqual(status.end(), 0)
            self.assertNotIn(forbidden, status.text)
        status = self.at_terminal("status", LANG="C")
        self.assertEqual(status.end(), 0)
        self.assertTrue(status.text.isascii() and "##########" in status.text, status.text)

    def test_every_reading_command_has_json_with_the_version_of_its_form(self):
        """P18"""
        self.daemon.log_in()
        for words in ("status", "status ads", "status --readers", "providers", "providers google", "config check",
                      "explain invalid_grant", "info", "doctor", "token ads --format"):
            with self.subTest(words=words):
                last = "json" if words.endswith("--format") else "--json"
                done = self.place.run(lab.program("valetkey"), *words.split(), last)
                self.assertEqual(json.loads(done.stdout)["format_version"], 1, done)
        for words, code in (("status nobody", "no_such_account"), ("providers nobody", "usage"),
                            ("explain nothing_at_all", "usage"), ("doctor nobody", "no_such_account")):
            with self.subTest(words=words):
                done = self.place.run(lab.program("valetkey"), *words.split(), "--json")
                answer = json.loads(done.stdout)
                self.assertEqual((answer["error"]["code"], answer["error"]["exit_status"], answer["format_version"]),
                                 (code, done.returncode, 1))

    def test_info_says_where_everything_is(self):
        facts = json.loads(self.place.run(lab.program("valetkey"), "info", "--json").stdout)
        self.assertEqual(facts["daemon"]["pid"], self.daemon.pid)
        self.assertEqual((facts["socket"], facts["daemon"]["is_running"]), (self.place.socket, True))
        self.assertTrue(os.path.exists(facts["configuration"]) and os.path.exists(facts["state"]), facts)
        self.assertEqual(facts["version"], facts["daemon"]["version"])
        self.daemon.signal(signal.SIGTERM)
        self.daemon.wait()
        facts = json.loads(self.place.run(lab.program("valetkey"), "info", "--json").stdout)
        self.assertFalse(facts["daemon"]["is_running"])

    def test_the_log_says_why_a_login_failed(self):
        """P7"""
        consent = self.daemon.consent()
        lab.fetch(redirect(consent, state=state_of(consent), error="access_denied", error_description="not you"))
        line = self.daemon.wait_line("consent ended")
        self.assertIn("warning", line)
        for field in ("code=access_denied", 'detail="', 'hint="', "account=ads"):
            self.assertIn(field, line)
