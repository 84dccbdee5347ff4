"""The redirect listener and hostile requests: other tabs of a browser, port scanners, DNS rebinding pages."""

import socket
import urllib.parse

import lab
from daemon import DaemonCase, redirect, state_of


class Hostile(DaemonCase):
    logs_in = False

    def setUp(self):
        super().setUp()
        self.consent = self.daemon.consent()
        self.port = urllib.parse.urlsplit(self.consent["redirect_uri"]).port

    def raw(self, data, is_all=False):
        """Sends bytes and returns what is received until the end; `is_all` says that no more bytes will be sent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(data)
            if is_all:
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            try:
                while part := connection.recv(65536):
                    answer += part
            except ConnectionResetError:
                pass
            return answer

    def get(self, target, host=None, method="GET"):
        return self.raw(f"{method} {target} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{self.port}'}\r\n"
                        f"Connection: close\r\n\r\n".encode())

    def still_pending(self):
        self.assertEqual(self.daemon.ask("GET", "/accounts/ads/consent").json["state"], "pending")

    def succeeds(self):
        """Checks that the true redirect still succeeds."""
        page = lab.fetch(self.consent["open_url"])
        self.assertEqual(page.status, 200, page)
        end = self.daemon.ask("GET", "/accounts/ads/consent?wait=20").json
        self.assertEqual(end["state"], "granted", end)
        self.assertTrue(self.daemon.token())

    def path(self, **parameters):
        place = urllib.parse.urlsplit(redirect(self.consent, **parameters))
        return f"{place.path}?{place.query}"

    def test_a_wrong_or_missing_state_changes_nothing(self):
        """AUTHZ-4, CALLBACK-1"""
        for parameters in ({"code": "stolen"}, {"code": "stolen", "state": ""}, {"error": "access_denied"},
                           {"code": "stolen", "state": "x" * 43}, {"error": "access_denied", "state": "y" * 43},
                           {"code": "stolen", "state": state_of(self.consent)[:-1]}):
            answer = self.get(self.path(**parameters))
            self.assertRegex(answer, rb"^HTTP/1\.1 4\d\d ", parameters)
        self.still_pending()
        self.succeeds()

    def test_a_name_that_is_not_loopback_is_refused_even_with_the_right_state(self):
        """CALLBACK-5: a page that rebinds its name to 127.0.0.1 gets nothing."""
        for host in ("evil.example", f"evil.example:{self.port}", f"127.0.0.1.evil.example:{self.port}",
                     f"localhost.evil.example:{self.port}"):
            answer = self.get(self.path(code="stolen", state=state_of(self.consent)), host)
            self.assertRegex(answer, rb"^HTTP/1\.1 4\d\d ", host)
        self.still_pending()
        self.succeeds()

    def test_other_paths_and_methods_are_refused(self):
        query = urllib.parse.urlencode({"code": "stolen", "state": state_of(self.consent)})
        for target in (f"/elsewhere?{query}", "/favicon.ico", "/../../etc/passwd", "//evil.example/", "*",
                       f"http://evil.example/?{query}"):
            self.assertRegex(self.get(target), rb"^HTTP/1\.1 [45]\d\d ", target)
        for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "HEAD"):
            self.assertRegex(self.get(self.path(code="stolen", state="z" * 43), method=method),
                             rb"^HTTP/1\.1 [45]\d\d |^$", method)
        self.still_pending()
        self.succeeds()

    def test_garbage_and_floods_disturb_nobody(self):
        for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200, b"\r\n\r\n", b"GET\r\n\r\n",
                     b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 4096,
                     b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                     b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0",
                     b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                     b"GET / HTTP/1.1\r\n" + b"X-Padding: " + b"a" * 200_000 + b"\r\n\r\n",
                     b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(5000)) + b"\r\n",
                     b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\nstate="):
            try:
                answer = self.raw(data, is_all=True)
            except (ConnectionResetError, BrokenPipeError):
                continue
            self.assertNotIn(b" 200 OK", answer[:40], data[:60])
        self.still_pending()
        self.succeeds()

    def test_connections_that_say_nothing_keep_nobody_out(self):
        idle = [socket.create_connection(("127.0.0.1", self.port), timeout=10) for _ in range(200)]
        try:
            self.assertRegex(self.get(self.path(code="stolen", state="z" * 43)), rb"^HTTP/1\.1 4\d\d ")
            self.succeeds()
        finally:
            for connection in idle:
                connection.close()

    def test_nothing_of_a_request_comes_back_unescaped(self):
        """AUTHZ-7"""
        attack = "<script>alert(1)</script>\"'\u202e\x1b[31m"
        for parameters in ({"error": attack, "error_description": attack, "state": "q" * 43},
                           {"error": attack, "error_description": attack, "state": state_of(self.consent)}):
            answer = self.get(self.path(**parameters))
            self.assertNotIn(b"<script>alert", answer)
            self.assertNotIn(b"\x1b", answer)
        self.assertNotIn("\x1b", self.daemon.log)
        self.assertNotIn("\u202e", self.daemon.log)

    def test_it_listens_on_loopback_alone_and_only_while_a_consent_is_pending(self):
        """NATIVE-2, NATIVE-3"""
        def listening():
            with open("/proc/net/tcp", encoding="ascii") as four, open("/proc/net/tcp6", encoding="ascii") as six:
                rows = [line.split() for line in [*four, *six]]
            return {row[1].split(":")[0] for row in rows
                    if row[3] == "0A" and row[1].endswith(f":{self.port:04X}")}
        self.assertLessEqual(listening(), {"0100007F", "0" * 24 + "01000000"})
        self.assertIn("0100007F", listening())
        self.succeeds()
        lab.until(lambda: not listening(), "the listener closes", 90, 0.2)

    def test_the_same_redirect_twice_is_redeemed_once(self):
        """AUTHZ-6"""
        location = lab.fetch(self.consent["authorization_url"], follow=False).headers["Location"]
        first, second = self.get_url(location), self.get_url(location)
        self.assertRegex(first, rb"^HTTP/1\.1 (200|30[23]) ")
        self.assertNotRegex(second, rb"^HTTP/1\.1 5")
        self.assertEqual(self.daemon.ask("GET", "/accounts/ads/consent?wait=20").json["state"], "granted")
        self.assertTrue(self.daemon.token())

    def get_url(self, url):
        place = urllib.parse.urlsplit(url)
        try:
            return self.get(f"{place.path}?{place.query}", place.netloc)
        except ConnectionRefusedError:
            return b""
