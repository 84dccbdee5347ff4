"""What a fleet's hosts tell of their store and of each other, and what they do while it can't be reached."""

import json

import fleet
import lab


class StoreStatus(lab.Case):
    def fleet(self, hosts=2):
        made = fleet.Fleet(self, hosts, lifetime=3600)
        made.log_in()
        lab.until(made.agrees, lambda: f"all hosts serve the token: {made.tokens()}\n{made.logs()}", 20)
        return made

    def valetkey(self, host, *words, code=0):
        done = host.place.run(lab.program("valetkey"), *words)
        self.assertEqual(done.returncode, code, f"{done}\n{host.daemon.log[-2000:]}")
        return done

    def status(self, host):
        return json.loads(self.valetkey(host, "store", "status", "--json").stdout)

    def test_members_hosts_and_accounts(self):
        made = self.fleet()
        first, second = made.hosts
        lab.until(lambda: len(self.status(first)["hosts"]) == 2, lambda: f"both are there: {self.status(first)}", 20)
        report = self.status(first)
        self.assertEqual(report["fleet"], "team")
        self.assertEqual([member["endpoint"] for member in report["members"]], [link.base for link in first.links])
        self.assertTrue(all(member["reachable"] for member in report["members"]), report)
        self.assertEqual([member["leader"] for member in report["members"]].count(True), 1)
        own, other = sorted(report["hosts"], key=lambda host: not host["own"])
        self.assertEqual((own["own"], other["own"], own["host"]), (True, False, report["host"]))
        self.assertEqual(other["host"], self.status(second)["host"])
        for host in (own, other):
            self.assertLess(host["seen_ago"], 120)
            self.assertEqual((host["seals_with"], host["opens_with"]), (report["seals_with"], report["opens_with"]))
            self.assertNotIn("lacks", host)
        (account,) = report["accounts"]
        self.assertEqual((account["account"], account["share"]["era"]), ("ads", 1))
        text = self.valetkey(second, "store", "status").stdout
        for word in ("MEMBER", "leader", "LAST SEEN", "this host", "REFRESHED BY", "1.0"):
            self.assertIn(word, text)

    def test_a_host_that_lacks_a_new_key_is_shown(self):
        made = self.fleet()
        first, second = made.hosts
        lab.until(lambda: len(self.status(first)["hosts"]) == 2, lambda: f"both are there: {self.status(first)}", 20)
        before = self.status(first)["opens_with"]
        self.add_key(first)
        done = self.valetkey(first, "reload")
        self.assertIn("keys of [store]", done.stderr)
        report = self.status(first)
        self.assertEqual((report["opens_with"][:1], len(report["opens_with"])), (before, 2))
        lacking = {host["host"]: host.get("lacks") for host in report["hosts"]}
        self.assertEqual(lacking[self.status(second)["host"]], report["opens_with"][1:])
        # The other host sees what this one has written of itself.
        lab.until(
            lambda: sorted(len(host["opens_with"]) for host in self.status(second)["hosts"]) == [1, 2],
            lambda: f"the new note is there: {self.status(second)}", 20)

    def add_key(self, host):
        path = f"{host.place.root}/new.key"
        with open(path, "w", encoding="ascii", opener=lab.private) as file:
            file.write(host.place.run(lab.program("valetkey"), "store", "key").stdout)
        with open(f"{host.place.config}/valetkey/config.toml", encoding="utf-8") as file:
            text = file.read()
        host.place.configure(text.replace("[store]\n", f'[store]\nold_keys = [{{ file = "{path}" }}]\n'))

    def test_other_changes_of_the_table_need_a_restart(self):
        made = self.fleet(hosts=1)
        host = made.hosts[0]
        with open(f"{host.place.config}/valetkey/config.toml", encoding="utf-8") as file:
            text = file.read()
        host.place.configure(text.replace('patience = "5s"', 'patience = "6s"'))
        done = self.valetkey(host, "reload")
        self.assertIn("hint: [store] has changed; to take it up, run: systemctl --user restart valetkey", done.stderr)
        self.assertIn("[store] has changed", host.daemon.log)

    def test_nobody_logs_in_while_the_store_is_away(self):
        made = self.fleet()
        host, other = made.hosts
        host.cut("refuse")
        posts = len(made.server.forms)
        done = self.valetkey(host, "login", "ads", "--no-browser", code=75)
        self.assertIn("the shared store has not answered", done.stderr)
        self.assertIn("hint: check: valetkey store status", done.stderr)
        self.assertNotIn("http://127.0.0.1", done.stdout)
        answer = host.daemon.ask("POST", "/accounts/ads/consent", {"flow": "paste"})
        self.assertEqual((answer.status, answer.json["code"]), (503, "store_unreachable"))
        self.assertEqual(len(made.server.forms), posts)
        report = self.status(host)
        self.assertEqual([member["reachable"] for member in report["members"]], [False] * 3)
        self.assertEqual(report["problem"]["code"], "store_unreachable")
        self.assertEqual(host.daemon.ask("GET", "/metrics").text.count("\nvaletkey_store_reachable 0\n"), 1)
        # A logout is this host's own affair, and the others learn of it.
        done = self.valetkey(host, "logout", "ads")
        self.assertIn("The other hosts learn of it once the shared store can be used again", done.stderr)
        self.assertIsNotNone(other.token())
        host.cut()
        lab.until(lambda: made.tokens() == [None, None], lambda: f"none serves one: {made.tokens()}\n{made.logs()}", 20)
        lab.until(
            lambda: "\nvaletkey_store_reachable 1\n" in host.daemon.ask("GET", "/metrics").text,
            lambda: host.daemon.ask("GET", "/metrics").text, 20)
        self.assertIn("the shared store can't be used", host.daemon.log)
        self.assertIn("the shared store can be used again", host.daemon.log)
        made.log_in()
        lab.until(made.agrees, lambda: f"all serve the next: {made.tokens()}\n{made.logs()}", 20)
