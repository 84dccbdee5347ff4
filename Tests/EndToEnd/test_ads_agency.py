"""150 accounts for 30 clients in one short configuration: logged in one after the other, read in parallel."""

import concurrent.futures
import json
import os
import unittest

import lab
from adsservice import AdsTokenServer
from daemon import Daemon
from test_ads_explain import Terminal


class Agency(lab.Case):
    CLIENTS = 30

    def start_world(self, accounts):
        server = AdsTokenServer()
        self.addCleanup(server.close)
        home = self.home()
        # The browser of these tests: it goes where it is sent, and says yes.
        browser = home.script("browser", "#!/bin/sh\nexec curl -sL -o /dev/null \"$1\"\n")
        common = server.ads_account("x").replace("[accounts.x]", "[defaults]")
        path = home.configure('include = ["accounts.d"]\n' + common)
        folder = os.path.join(os.path.dirname(path), "accounts.d")
        os.mkdir(folder, 0o700)
        per_client = accounts // self.CLIENTS
        lines = len(common.splitlines()) + 1
        for client in range(self.CLIENTS):
            text = "[accounts]\n" + "".join(
                f'client{client:02}-{n} = {{ label = "Client {client}" }}\n' for n in range(per_client))
            lines += len(text.splitlines())
            file = os.path.join(folder, f"client{client:02}.toml")
            with open(file, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
                out.write(text)
        self.assertLess(lines, 200)
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        return server, home, daemon, browser

    def test_150_accounts_are_configured_and_read_in_parallel_each_its_own(self):
        server, home, daemon, _ = self.start_world(150)
        names = [account["account"] for account in daemon.ask("GET", "/accounts").json["accounts"]]
        self.assertEqual(len(names), 150)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(daemon.log_in, names))
            first = dict(zip(names, pool.map(daemon.token, names)))
            again = dict(zip(names * 4, pool.map(daemon.token, names * 4)))
        self.assertEqual(len(set(first.values())), 150)
        self.assertEqual(again, first)
        done = home.run(lab.program("valetkey"), "status", "--group", "state")
        self.assertIn("active (150 accounts)", done.stdout)
        self.assertIn("Client 29", done.stdout)

    def test_login_all_takes_those_that_need_it_and_tells_which_failed(self):
        server, home, daemon, browser = self.start_world(30)
        daemon.log_in("client00-0")
        kept = daemon.token("client00-0")
        done = home.run(lab.program("valetkey"), "status", "--needs-login", "--json")
        self.assertEqual(len(json.loads(done.stdout)["accounts"]), 29)
        done = home.run(lab.program("valetkey"), "login", "--all", BROWSER=browser, timeout=120)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("1 of 29: client01-0 (Client 1)", done.stderr)
        self.assertIn("29 of 29: client29-0 (Client 29)", done.stderr)
        self.assertIn("All accounts are logged in.", done.stderr)
        self.assertEqual(daemon.token("client00-0"), kept)
        done = home.run(lab.program("valetkey"), "login", "--all", BROWSER=browser)
        self.assertEqual((done.returncode, done.stderr), (0, "No account needs a login.\n"))
        for name in ("client03-0", "client07-0"):
            daemon.ask("DELETE", f"/accounts/{name}/grant")
        server.refuse = "access_denied"
        done = home.run(lab.program("valetkey"), "login", "--all", BROWSER=browser)
        self.assertEqual(done.returncode, 77, done)
        self.assertIn("2 of 2 accounts aren't logged in: client03-0 (failed), client07-0 (failed)", done.stderr)
        self.assertEqual(home.run(lab.program("valetkey"), "login").returncode, 64)
        self.assertEqual(home.run(lab.program("valetkey"), "login", "client03-0", "--all").returncode, 64)

    def three_to_log_in(self):
        server = AdsTokenServer()
        self.addCleanup(server.close)
        home = self.home()
        home.configure("".join(server.ads_account(name) for name in ("anna", "berta", "carl")))
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        command = [lab.program("valetkey"), "login", "--all", "--paste"]
        return daemon, Terminal(command, home.environment(TERM="xterm"))

    def answer(self, daemon, terminal, account):
        url = daemon.ask("GET", f"/accounts/{account}/consent").json["authorization_url"]
        terminal.type(lab.fetch(url, follow=False).headers["Location"])

    def test_ctrl_d_skips_an_account_and_the_others_are_logged_in(self):
        daemon, terminal = self.three_to_log_in()
        for account in ("anna", "berta", "carl"):
            terminal.read_until(f"To consent for {account}")
            terminal.read_until("> ")
            if account == "berta":
                os.write(terminal.master, b"\x04")
            else:
                self.answer(daemon, terminal, account)
        terminal.read_until("1 of 3 accounts aren't logged in: berta (skipped)")
        self.assertEqual(terminal.end(), 77)
        states = {account["account"]: account["state"] for account in daemon.ask("GET", "/accounts").json["accounts"]}
        self.assertEqual(states, {"anna": "active", "berta": "no_grant", "carl": "active"})

    def test_ctrl_c_ends_the_whole_and_says_who_is_left(self):
        daemon, terminal = self.three_to_log_in()
        terminal.read_until("To consent for anna")
        self.answer(daemon, terminal, "anna")
        terminal.read_until("To consent for berta")
        terminal.read_until("> ")
        os.write(terminal.master, b"\x03")
        terminal.read_until("Not logged in: berta, carl")
        self.assertEqual(terminal.end(), 130)
        self.assertEqual(daemon.ask("GET", "/accounts/berta/consent").json["state"], "cancelled")
        self.assertEqual(daemon.account("carl")["state"], "no_grant")


if __name__ == "__main__":
    unittest.main()
