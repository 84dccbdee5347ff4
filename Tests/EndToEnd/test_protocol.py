"""Further parts of the protocol at glewlwyd, with a user who answers by HTTP: discovery, PAR, DPoP, id_tokens, the
device grant, revocation, and the server's odd errors."""

import http.cookiejar
import http.server
import json
import threading
import time
import urllib.parse
import urllib.request

import lab
from daemon import Daemon
from glewlwyd import Glewlwyd

REDIRECT = "http://127.0.0.1/callback"


class Alice:
    """The user's session at glewlwyd, without a browser."""

    def __init__(self, server):
        self.server = server
        self.jar = http.cookiejar.CookieJar()
        self.call("POST", "auth/", username="alice", password="wonderland")

    def call(self, method, place, **members):
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.jar))
        request = urllib.request.Request(
            f"{self.server.base}/api/{place}", data=json.dumps(members).encode(), method=method,
            headers={"Content-Type": "application/json"})
        with opener.open(request, timeout=20) as reply:
            return reply.read()

    def disconnect(self):
        """Revokes every grant on the server's page of connected applications."""
        for token in json.loads(self.call("GET", "oidc/token")):
            if not token["enabled"]:
                continue
            self.call("DELETE", "oidc/token/" + urllib.parse.quote(token["token_hash"], safe=""))

    def grant(self, client, scope):
        self.call("PUT", f"auth/grant/{client}", scope=scope)

    def open(self, url):
        """The URL that the server redirects the user to."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
        answer = lab.fetch(f"{url}&g_continue", follow=False, headers={"Cookie": cookies})
        return answer.headers.get("Location", ""), answer


class MoreGlewlwyd(Glewlwyd):
    """A server with the device grant, PAR, DPoP and revocation, and a confidential client `deskc`."""

    PLUGIN = {
        "auth-type-device-enabled": True, "device-authorization-expiration": 120, "device-authorization-interval": 2,
        "oauth-par-allowed": True, "oauth-par-required": False, "oauth-par-duration": 60,
        "oauth-par-request_uri-prefix": "urn:ietf:params:oauth:request_uri:",
        "oauth-dpop-allowed": True, "oauth-dpop-iat-duration": 60, "oauth-dpop-iat-gap-duration": 5,
        "auth-type-client-enabled": True,
        "introspection-revocation-allowed": True, "introspection-revocation-allow-target-client": True,
    }

    def _post(self, place, **members):
        if place == "mod/plugin/":
            members["parameters"] |= self.PLUGIN
        if place == "client/":
            members["authorization_type"].append("device_authorization")
        super()._post(place, **members)

    def _fill(self, redirect_uris, lifetime):
        super()._fill(redirect_uris, lifetime)
        Glewlwyd._post(
            self, "client/", client_id="deskc", name="Desk, confidential", enabled=True, confidential=True,
            client_secret="desk-secret", password="desk-secret", redirect_uri=redirect_uris,
            authorization_type=["code", "refresh_token", "delete_token", "client_credentials"],
            scope=["openid", "mail"], token_endpoint_auth_method=["client_secret_basic", "client_secret_post"])


class SecondPoller(http.server.ThreadingHTTPServer):
    """Proxies a token endpoint. While `polls` is true it sends a poll of its own before each poll, with the same device
    code, so that the server finds the second one too early."""

    daemon_threads = True

    def __init__(self, endpoint):
        self.endpoint, self.polls, self.seen, self.news = endpoint, True, [], threading.Condition()
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_POST(self):
            came = time.monotonic()
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {"Content-Type": self.headers["Content-Type"]}
            own = lab.fetch(self.server.endpoint, data=body, headers=headers) if self.server.polls else None
            answer = lab.fetch(self.server.endpoint, data=body, headers=headers)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
            with self.server.news:
                self.server.seen.append((came, own and own.json["error"], answer.json.get("error")))
                self.server.news.notify_all()

    def wait_poll(self, number, seconds=20):
        """When the poll with this number came, the reply to the proxy's own poll before it, and the reply to the poll
        itself."""
        with self.news:
            if not self.news.wait_for(lambda: len(self.seen) >= number, seconds):
                raise TimeoutError(f"no poll {number} within {seconds} s: {self.seen}")
            return self.seen[number - 1]

    def close(self):
        self.shutdown()
        self.server_close()


class Protocol(lab.Case):
    INTERVAL = MoreGlewlwyd.PLUGIN["device-authorization-interval"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = MoreGlewlwyd([REDIRECT], 600)
        cls.addClassCleanup(cls.server.close)
        cls.alice = Alice(cls.server)
        for client in ("desk", "deskc"):
            cls.alice.grant(client, "openid mail")

    def daemon_with(self, *lines, client="desk"):
        """A daemon whose only information about the server is its issuer."""
        home = self.home()
        home.configure("\n".join([
            "[accounts.ads]", f'issuer = "{self.server.issuer}"', f'client_id = "{client}"',
            f'redirect_uri = "{REDIRECT}"', *lines, ""]))
        daemon = Daemon(home)
        self.addCleanup(daemon.end)
        return daemon

    def begin(self, daemon, flow):
        answer = daemon.ask("POST", "/accounts/ads/consent", {"flow": flow})
        self.assertEqual(answer.status, 201, f"{answer}\n{daemon.log}")
        return answer.json

    def paste(self, daemon, redirect):
        daemon.ask("POST", "/accounts/ads/consent/redirect", {"redirect": redirect})
        return daemon.ask("GET", "/accounts/ads/consent?wait=20").json

    def log_in(self, daemon):
        consent = self.begin(daemon, "paste")
        redirect, answer = self.alice.open(consent["authorization_url"])
        self.assertTrue(redirect.startswith(REDIRECT), f"{redirect} {answer}")
        end = self.paste(daemon, redirect)
        self.assertEqual(end["state"], "granted", f"{end}\n{daemon.log}")
        return consent

    def test_an_issuer_alone_and_an_id_token_that_is_checked(self):
        """META-1, META-3, ISS-1, OIDC-1, OIDC-2: RS256, the keys from the server's own key set."""
        daemon = self.daemon_with('scopes = ["openid", "mail"]')
        self.log_in(daemon)
        first = daemon.token()
        answer = daemon.ask("POST", "/accounts/ads/refresh")
        self.assertEqual(answer.status, 200, f"{answer}\n{daemon.log}")
        self.assertNotEqual(daemon.token(), first)

    def test_another_issuers_response_is_not_redeemed(self):
        """ISS-1, MIXUP-1"""
        daemon = self.daemon_with('scopes = ["mail"]')
        consent = self.begin(daemon, "paste")
        redirect, _ = self.alice.open(consent["authorization_url"])
        fields = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(redirect).query))
        self.assertEqual(fields["iss"], self.server.issuer)
        fields["iss"] += "/"
        end = self.paste(daemon, f"{REDIRECT}?{urllib.parse.urlencode(fields)}")
        self.assertEqual((end["state"], end["error"]["code"]), ("failed", "wrong_issuer"))

    def test_pushed_parameters_and_tokens_that_are_bound_to_a_key(self):
        """PAR-1, PAR-2, DPOP-1, DPOP-2, AUTH-2"""
        daemon = self.daemon_with(
            'client_secret = "desk-secret"', 'scopes = ["openid", "mail"]', "dpop = true",
            "push_authorization_request = true", client="deskc")
        consent = self.log_in(daemon)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(consent["authorization_url"]).query)
        self.assertEqual(sorted(query), ["client_id", "request_uri"])
        for _ in range(2):
            self.check_bound(daemon)
            self.assertEqual(daemon.ask("POST", "/accounts/ads/refresh").status, 200, daemon.log)
        daemon.child.kill()
        daemon.wait()
        again = Daemon(daemon.home)
        self.addCleanup(again.end)
        # The key is sealed with the grant.
        self.assertEqual(again.ask("POST", "/accounts/ads/refresh").status, 200, again.log)
        self.check_bound(again)

    def check_bound(self, daemon):
        """The resource accepts the token with a proof, and neither of them without the other."""
        url = f"{self.server.issuer}/userinfo"
        token = daemon.ask("GET", "/token/ads", headers={"Accept": "application/json"}).json
        self.assertEqual(token["token_type"], "DPoP")
        proof = daemon.ask("POST", "/accounts/ads/dpop", {"method": "GET", "url": url}).json
        self.assertTrue(proof["is_bound"])
        authorization = {"Authorization": f"DPoP {token['access_token']}"}
        opened = lab.fetch(url, headers=authorization | {"DPoP": proof["proof"]})
        self.assertEqual(opened.status, 200, opened)
        self.assertEqual(lab.fetch(url, headers=authorization).status, 401)

    def test_a_device_is_polled_as_slowly_as_the_server_wants(self):
        """DEVICE-1, DEVICE-2, DEVICE-4: the interval is 2 s, the user answers after the first poll."""
        daemon = self.daemon_with('scopes = ["mail"]')
        consent = self.begin(daemon, "device")
        self.assertTrue(consent["user_code"] and consent["verification_uri"].startswith(self.server.base), consent)
        early = daemon.ask("GET", "/accounts/ads/consent?wait=3").json
        self.assertEqual(early["state"], "pending", f"{early}\n{daemon.log}")
        self.alice.open(f"{self.server.issuer}/device?code={consent['user_code']}")
        end = daemon.ask("GET", "/accounts/ads/consent?wait=30").json
        self.assertEqual(end["state"], "granted", f"{end}\n{daemon.log}")
        self.assertTrue(daemon.token())

    def test_a_poll_that_the_server_finds_too_fast_slows_down_all_that_follow(self):
        """DEVICE-2: a second poller with the same code makes the server answer slow_down to the daemon."""
        relay = SecondPoller(f"{self.server.issuer}/token")
        self.addCleanup(relay.close)
        daemon = self.daemon_with('scopes = ["mail"]', f'token_endpoint = "{relay.base}/token"')
        began = time.monotonic()
        consent = self.begin(daemon, "device")
        first, forerunner, answer = relay.wait_poll(1)
        self.assertEqual((forerunner, answer), ("authorization_pending", "slow_down"))
        self.assertGreaterEqual(first - began, self.INTERVAL)
        relay.polls = False
        self.alice.open(f"{self.server.issuer}/device?code={consent['user_code']}")
        second, _, answer = relay.wait_poll(2)
        self.assertEqual(answer, None)
        self.assertGreaterEqual(second - first, self.INTERVAL + 5)
        self.assertLess(second - first, self.INTERVAL + 9)
        end = daemon.ask("GET", "/accounts/ads/consent?wait=20").json
        self.assertEqual(end["state"], "granted", f"{end}\n{daemon.log}")

    def test_a_device_login_shows_what_the_user_needs(self):
        """DEVICE-4"""
        daemon = self.daemon_with('scopes = ["mail"]', 'flow = "device"')
        login = self.start([lab.program("valetkey"), "login", "ads"], daemon.home.environment())
        lab.until(lambda: "Enter this code" in login.log, lambda: login.log)
        code = daemon.ask("GET", "/accounts/ads/consent").json["user_code"]
        lab.until(lambda: code in login.log, lambda: login.log)
        self.alice.open(f"{self.server.issuer}/device?code={code}")
        self.assertEqual(login.wait(40), 0, login.log)

    def test_client_credentials_are_read_like_any_other_token(self):
        """CC-1"""
        daemon = self.daemon_with(
            'client_secret = "desk-secret"', 'scopes = ["mail"]', 'flow = "client_credentials"', client="deskc")
        first = daemon.token()
        fresh = daemon.token(query="?fresh=true")
        self.assertNotEqual(first, fresh)

    def test_a_logout_forgets_the_grant_whatever_the_server_says(self):
        """REVOKE-1, REVOKE-2, REVOKE-3: glewlwyd lets a confidential client revoke, and answers 401 to a public one."""
        daemon = self.daemon_with('client_secret = "desk-secret"', 'scopes = ["mail"]', client="deskc")
        self.log_in(daemon)
        report = daemon.ask("DELETE", "/accounts/ads/grant").json
        self.assertEqual(report["revocation"]["state"], "revoked", f"{report}\n{daemon.log}")
        public = self.daemon_with('scopes = ["mail"]')
        self.log_in(public)
        done = public.home.run(lab.program("valetkey"), "logout", "ads")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("at the server it still stands", done.stderr)
        self.assertEqual(public.ask("GET", "/token/ads").json["code"], "consent_required")

    def test_a_bad_code_ends_the_consent_with_the_servers_word(self):
        """TOKEN-6: the server answers 403 invalid_code."""
        daemon = self.daemon_with('scopes = ["mail"]')
        self.begin(daemon, "paste")
        end = self.paste(daemon, "4f7Qz9-is-no-code-of-this-server")
        self.assertEqual((end["state"], end["error"]["code"]), ("failed", "invalid_code"), end)

    def test_a_refused_refresh_without_a_word_is_no_end(self):
        """REFRESH-6: the server answers 400 with an empty body to an unknown refresh token."""
        daemon = self.daemon_with('scopes = ["mail"]')
        self.log_in(daemon)
        token = daemon.token()
        self.alice.disconnect()
        refused = daemon.ask("POST", "/accounts/ads/refresh?wait=3")
        self.assertEqual(refused.status, 503, refused)
        self.assertEqual(daemon.token(), token, "the valid token is served meanwhile")
        report = daemon.account()
        self.assertEqual((report["state"], report["last_error"]["code"]), ("retrying", "unexplained_refusal"), report)
