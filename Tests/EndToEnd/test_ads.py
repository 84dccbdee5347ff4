"""`valetkey ads` against a stand-in of Microsoft Advertising."""

import json
import signal
import unittest

import adsservice
import lab
from adsservice import AdsService, AdsTokenServer
from daemon import Daemon


class AdsCase(lab.Case):
    def start_world(self, toml=None, **more):
        """A home with a daemon and a grant, an authorization server and the service."""
        server, service = AdsTokenServer(), AdsService()
        self.addCleanup(server.close)
        self.addCleanup(service.close)
        home = self.home()
        home.configure(toml(server) if toml else server.ads_account(**more))
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        daemon.log_in()
        return server, service, home, daemon

    def ads(self, home, service, *arguments, code=0):
        done = home.run(lab.program("valetkey"), "ads", *arguments, VALETKEY_ADS_BASE_URL=service.base)
        self.assertEqual(done.returncode, code, done)
        self.assertEqual(service.complaints, [])
        self.assertNotIn(adsservice.HIDDEN, done.stdout + done.stderr)
        return done


class Ads(AdsCase):
    PROTOCOLS = ("rest", "soap")

    def test_user_shows_whom_the_token_stands_for(self):
        _, service, home, daemon = self.start_world()
        for protocol in self.PROTOCOLS:
            with self.subTest(protocol):
                text = self.ads(home, service, "user", "ads", "--protocol", protocol).stdout
                for word in ("Ada Example", "ada@example.com", "10001", "20001", "Super Admin", "all"):
                    self.assertIn(word, text)
                report = json.loads(self.ads(home, service, "user", "ads", "--json", "--protocol", protocol).stdout)
                self.assertEqual((report["id"], report["roles"][0]["customer_id"]), ("10001", "20001"))
        self.assertEqual({call[1]["AuthenticationToken"] for call in service.calls}, {daemon.token()})
        self.assertEqual({call[1]["DeveloperToken"] for call in service.calls}, {"DEVTOKEN0000000"})

    def test_accounts_are_listed_over_all_pages(self):
        _, service, home, _ = self.start_world()
        for protocol in self.PROTOCOLS:
            with self.subTest(protocol):
                service.calls.clear()
                done = self.ads(home, service, "accounts", "ads", "--page-size", "2", "--protocol", protocol)
                for word in ("30001", "30002", "30003", "X0000002", "Example 0", "20003"):
                    self.assertIn(word, done.stdout)
                self.assertEqual(service.operations, ["GetUser", "SearchAccounts", "SearchAccounts"])

    def test_a_choice_fills_the_headers_and_lasts_until_logout(self):
        _, service, home, daemon = self.start_world()
        before = self.ads(home, service, "headers", "ads")
        self.assertNotIn("CustomerId", before.stdout)
        self.assertIn("valetkey ads accounts ads", before.stderr)
        wrong = self.ads(home, service, "accounts", "ads", "--choose", "X0000009", code=64)
        self.assertIn("no advertising account with the id, number or name X0000009", wrong.stderr)
        self.assertIn("hint: valetkey ads accounts ads lists them", wrong.stderr)
        self.ads(home, service, "accounts", "ads", "--choose", "30002")
        listed = json.loads(self.ads(home, service, "accounts", "ads", "--json").stdout)
        self.assertEqual((listed["chosen"], listed["format_version"]), ("30002", 1))
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        lines = self.ads(home, service, "headers", "ads").stdout.splitlines()
        self.assertEqual(lines, [
            f"Authorization: Bearer {daemon.token()}", "CustomerAccountId: 30002", "CustomerId: 20002",
            "DeveloperToken: DEVTOKEN0000000"])
        self.assertEqual(home.run(lab.program("valetkey"), "logout", "ads").returncode, 0)
        daemon.log_in()
        self.assertNotIn("CustomerId", self.ads(home, service, "headers", "ads").stdout)

    def test_headers_have_three_formats_and_the_socket_two(self):
        _, service, home, daemon = self.start_world()
        self.ads(home, service, "accounts", "ads", "--choose", "30001")
        members = json.loads(self.ads(home, service, "headers", "ads", "--format", "json").stdout)
        self.assertEqual(members, {
            "AuthenticationToken": daemon.token(), "DeveloperToken": "DEVTOKEN0000000", "CustomerId": "20001",
            "CustomerAccountId": "30001"})
        self.assertEqual(daemon.ask("GET", "/accounts/ads/ads/headers").json, members)
        text = daemon.ask("GET", "/accounts/ads/ads/headers", headers={"Accept": "text/plain"}).text
        self.assertEqual(text, self.ads(home, service, "headers", "ads").stdout)
        root = adsservice.xml.fromstring(self.ads(home, service, "headers", "ads", "--format", "soap").stdout)
        self.assertEqual(root.tag, adsservice.SOAP + "Header")
        space = "{https://bingads.microsoft.com/CampaignManagement/v13}"
        self.assertEqual({child.tag: child.text for child in root}, {space + name: value for name, value in members.items()})

    def test_a_stale_token_is_refreshed_once(self):
        server, service, home, daemon = self.start_world()
        for protocol in self.PROTOCOLS:
            with self.subTest(protocol):
                service.stale.add(daemon.token())
                service.calls.clear()
                refreshes = len(server.refreshes)
                self.ads(home, service, "user", "ads", "--protocol", protocol)
                self.assertEqual(len(server.refreshes) - refreshes, 1)
                self.assertEqual(len(service.calls), 2)
        service.fault = 109
        service.calls.clear()
        done = self.ads(home, service, "user", "ads", code=77)
        self.assertEqual(len(service.calls), 2)
        self.assertIn("valetkey login ads", done.stderr)

    def test_105_never_loops_and_says_what_it_may_be(self):
        server, service, home, _ = self.start_world()
        service.fault = 105
        for protocol in self.PROTOCOLS:
            with self.subTest(protocol):
                service.calls.clear()
                done = self.ads(home, service, "user", "ads", "--protocol", protocol, code=1)
                self.assertEqual((len(service.calls), len(server.refreshes)), (1, 0))
                hints = [line for line in done.stderr.splitlines() if "hint: " in line]
                self.assertEqual([line.count("hint: ") for line in hints], [1, 1, 1])
                self.assertTrue(all(line.startswith("hint: ") for line in hints), done.stderr)
                for word in ("InvalidCredentials (105)", service.tracking, "environment", "developer token", "identity"):
                    self.assertIn(word, done.stderr)

    def test_429_waits_as_told_and_goes_on(self):
        _, service, home, _ = self.start_world()
        service.limit_next = True
        done = self.ads(home, service, "user", "ads")
        self.assertIn("HTTP 429", done.stderr)
        self.assertIn("Ada Example", done.stdout)

    def test_ctrl_c_ends_the_minute_that_117_asks_for(self):
        _, service, home, _ = self.start_world()
        service.fault = 117
        command = self.start([lab.program("valetkey"), "ads", "user", "ads"],
                             home.environment(VALETKEY_ADS_BASE_URL=service.base))
        command.wait_line("CallRateExceeded (117)")
        command.signal(signal.SIGINT)
        self.assertEqual(command.wait(5), -signal.SIGINT)
        self.assertEqual(len(service.calls), 1)

    def test_the_developer_token_may_be_any_kind_of_secret(self):
        server, service, home, daemon = self.start_world()
        path = home.root + "/developer-token"
        with open(path, "w", encoding="utf-8", opener=lambda name, flags: lab.os.open(name, flags, 0o600)) as file:
            file.write("FROM-A-FILE\n")
        for source, token in (({"file": path}, "FROM-A-FILE"), ({"command": ["echo", "FROM-A-COMMAND"]}, "FROM-A-COMMAND")):
            inline = "{ " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in source.items()) + " }"
            home.configure(server.ads_account().replace('"DEVTOKEN0000000"', inline))
            self.assertEqual(daemon.ask("POST", "/reload").status, 200)
            self.assertEqual(daemon.ask("GET", "/accounts/ads/ads/headers").json["DeveloperToken"], token)
        lab.os.remove(path)
        home.configure(server.ads_account().replace('"DEVTOKEN0000000"', f'{{ file = "{path}" }}'))
        self.assertEqual(daemon.ask("POST", "/reload").status, 200)
        done = self.ads(home, service, "headers", "ads", code=78)
        self.assertIn(path, done.stderr)

    def test_an_account_that_the_api_does_not_serve_is_told(self):
        _, service, home, daemon = self.start_world(toml=lambda server: server.account(client_secret="s", provider="google"))
        self.assertIn("no provider of Microsoft Advertising", self.ads(home, service, "user", "ads", code=78).stderr)
        self.assertEqual(daemon.ask("GET", "/accounts/ads/ads/headers").status, 409)
        customer = {"customer_id": "1", "customer_account_id": "2"}
        self.assertEqual(daemon.ask("PUT", "/accounts/ads/ads/customer", customer).status, 409)
        self.assertEqual(daemon.ask("PUT", "/accounts/none/ads/customer", customer).status, 404)

    def test_a_choice_that_is_no_pair_of_ids_is_refused(self):
        _, _, _, daemon = self.start_world()
        for body in ({}, {"customer_id": "1"}, {"customer_id": "1", "customer_account_id": "../x"}):
            self.assertEqual(daemon.ask("PUT", "/accounts/ads/ads/customer", body).status, 400)
        self.assertEqual(daemon.ask("POST", "/accounts/ads/ads/headers").status, 405)

    def test_no_log_holds_a_secret(self):
        server, service, home, daemon = self.start_world()
        service.stale.add(daemon.token())
        self.ads(home, service, "user", "ads")
        for secret in server.secrets | {"DEVTOKEN0000000", adsservice.HIDDEN}:
            self.assertNotIn(secret, daemon.log)


class Worlds(AdsCase):
    """The presets, each at a server in the place of Microsoft's."""

    MANAGE = "https://ads.microsoft.com/msads.manage offline_access openid profile"
    WORLDS = [
        ("microsoft-advertising", {}, MANAGE, None),
        ("microsoft-advertising", {"scopes": ["https://ads.microsoft.com/ads.manage", "offline_access"]},
         "https://ads.microsoft.com/ads.manage offline_access", None),
        ("microsoft-advertising-sandbox", {}, "https://si.ads.microsoft.com/msads.manage offline_access openid profile", None),
        ("microsoft-advertising-google", {"client_secret": "GOCSPX-x"}, "openid email profile", None),
        ("microsoft-advertising-sandbox-google", {"client_secret": "GOCSPX-x"}, "openid email profile", None),
        ("microsoft-advertising-live", {}, "bingads.manage", "https://login.live.com/oauth20_desktop.srf"),
        ("microsoft-advertising-sandbox-live", {}, "bingads.manage", "https://login.live-int.com/oauth20_desktop.srf"),
        ("microsoft-advertising-sandbox-ppe", {}, "https://api.ads.microsoft.com/msads.manage offline_access",
         "https://login.windows-ppe.net/common/oauth2/nativeclient"),
    ]

    def world(self, provider, more):
        server = AdsTokenServer()
        self.addCleanup(server.close)
        toml = server.account(provider=provider, **more)
        if "scopes" not in more:
            toml = toml.replace('scopes = ["mail"]\n', "")
        if "sandbox" not in provider:
            toml += 'developer_token = "DEVTOKEN0000000"\n'
        home = self.home()
        home.configure(toml)
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        return server, home, daemon

    def test_each_world_logs_in_and_refreshes(self):
        for provider, more, scope, page in self.WORLDS:
            with self.subTest(provider, scope=scope):
                server, home, daemon = self.world(provider, more)
                flow = "paste" if page else "loopback"
                consent = daemon.ask("POST", "/accounts/ads/consent", {"flow": flow}).json
                query = dict(lab.urllib.parse.parse_qsl(lab.urllib.parse.urlsplit(consent["authorization_url"]).query))
                self.assertEqual(query["scope"], scope)
                location = lab.fetch(consent["authorization_url"], follow=False).headers["Location"]
                if page:
                    self.assertEqual(query["redirect_uri"], page)
                    done = home.run(lab.program("valetkey"), "login", "ads", "--paste", stdin=location + "\n")
                    self.assertEqual(done.returncode, 0, done)
                else:
                    self.assertRegex(query["redirect_uri"], r"^http://localhost:\d+$")
                    for host in ("127.0.0.1", "[::1]"):
                        lab.fetch(location.replace("localhost", host), follow=False)
                    self.assertEqual(daemon.ask("GET", "/accounts/ads/consent?wait=20").json["state"], "granted")
                before = daemon.token()
                self.assertEqual(daemon.ask("POST", "/accounts/ads/refresh").status, 200)
                self.assertNotEqual(daemon.token(), before)
                self.assertEqual(server.forms[-1].get("scope"), scope)
                headers = daemon.ask("GET", "/accounts/ads/ads/headers").json
                self.assertEqual(headers["DeveloperToken"], "BBD37VB98" if "sandbox" in provider else "DEVTOKEN0000000")
                self.assertEqual(headers.get("IdentityProvider"), "Google" if "google" in provider else None)
                self.assertEqual(page is not None, "has been switched off" in daemon.log)

    def test_production_without_a_developer_token_says_where_to_get_one(self):
        server = AdsTokenServer()
        self.addCleanup(server.close)
        home = self.home()
        home.configure(server.ads_account().replace('developer_token = "DEVTOKEN0000000"\n', ""))
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        daemon.log_in()
        answer = daemon.ask("GET", "/accounts/ads/ads/headers")
        self.assertEqual((answer.status, answer.json["code"]), (409, "configuration_error"))
        self.assertIn("developers.ads.microsoft.com", answer.json["hint"])


class Notices(AdsCase):
    def test_scopes_that_lead_nowhere_are_noticed_in_the_configuration(self):
        server = AdsTokenServer()
        self.addCleanup(server.close)
        home = self.home()
        path = home.configure(server.ads_account(scopes=["https://ads.microsoft.com/ads.manage"]))
        done = home.run(lab.program("valetkey"), "config", "check", path)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("lack offline_access", done.stdout)
        self.assertIn("ask for ads.manage", done.stdout)
        self.assertIn("https://ads.microsoft.com/msads.manage", done.stdout)

    def test_a_granted_scope_that_the_api_refuses_is_noticed(self):
        server, _, home, daemon = self.start_world()
        self.assertNotIn("last_error", daemon.account())
        server.scope = "https://ads.microsoft.com/ads.manage"
        self.assertEqual(daemon.ask("POST", "/accounts/ads/refresh").status, 200)
        error = daemon.account()["last_error"]
        self.assertEqual(error["code"], "refused_scope")
        self.assertIn("valetkey login ads", error["hint"])
        self.assertIn("refuses this token", home.run(lab.program("valetkey"), "status").stdout)
        self.assertEqual(daemon.log_in()["error"]["code"], "refused_scope")

    def test_a_wider_scope_in_another_order_is_fine(self):
        server, _, _, daemon = self.start_world()
        server.scope = f"https://ads.microsoft.com/ads.manage {server.MANAGE}"
        self.assertEqual(daemon.ask("POST", "/accounts/ads/refresh").status, 200)
        self.assertNotIn("last_error", daemon.account())

    def test_microsofts_own_codes_give_the_remedy_and_nothing_else(self):
        server, _, home, daemon = self.start_world()
        server.refuse_refresh = {
            "error": "invalid_client", "error_codes": [7000215],
            "error_description": "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1\r\nCorrelation ID: 2"}
        answer = daemon.ask("POST", "/accounts/ads/refresh")
        self.assertEqual((answer.status, answer.json["code"]), (409, "configuration_error"))
        self.assertIn("the secret's value, not its id", answer.json["hint"])
        server.refuse_refresh = {
            "error": "temporarily_unavailable", "error_description": "AADSTS50196: The server loops."}
        daemon.ask("POST", "/accounts/ads/refresh?wait=1")
        error = daemon.account()["last_error"]
        self.assertEqual(error["code"], "throttled")
        self.assertIn("too many requests", error["hint"])
        self.assertIn("too many requests", home.run(lab.program("valetkey"), "status").stdout)


if __name__ == "__main__":
    unittest.main()
