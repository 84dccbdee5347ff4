"""What root finds in the daemon's memory: nothing but what the daemon still needs."""

import os
import urllib.parse

import lab
import memory
from daemon import Daemon
from tokenserver import TokenServer

SECRET = "client-secret-that-nobody-guesses"


class Memory(lab.Case):
    def setUp(self):
        lab.need(os.getuid() == 0, "reading another process's memory needs root")
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()

    def test_ended_consents_and_refreshes_leave_no_secret(self):
        """One consent in the browser and five refreshes, of a client with a secret."""
        self.place.configure(self.server.account() + f'client_secret = "{SECRET}"\n')
        daemon = Daemon(self.place)
        self.addCleanup(daemon.end)
        consent = daemon.consent()
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(consent["authorization_url"]).query))
        location = lab.fetch(lab.fetch(consent["open_url"], follow=False).headers["Location"], follow=False)
        redirected = location.headers["Location"]
        answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(redirected).query))
        self.assertEqual(lab.fetch(redirected).status, 200)
        self.assertEqual(daemon.ask("GET", "/accounts/ads/consent?wait=20").json["state"], "granted")
        verifier = self.server.last_form["code_verifier"]
        refresh_tokens = []
        for _ in range(5):
            self.assertEqual(daemon.ask("GET", "/token/ads?fresh=true").status, 200)
            refresh_tokens.append(self.server.last_form["refresh_token"])
        self.assertEqual(len(set(refresh_tokens)), 5)
        needles = {"state": query["state"], "code": answer["code"], "verifier": verifier, "client secret": SECRET}
        needles |= {f"refresh token {number}": token for number, token in enumerate(refresh_tokens)}
        needles["access token"] = daemon.token()
        # The listener of the consent stays for some seconds, for late responses.
        lab.until(lambda: "127.0.0.1" not in self.listening(consent), "the listener is closed", 40, 0.2)
        found = memory.hits(daemon.pid, {name: text.encode() for name, text in needles.items()})
        print(f"    {({name: len(places) for name, places in found.items()})}")
        self.assertGreater(len(found.pop("access token")), 0, "the memory was read")
        with open(f"/proc/{daemon.pid}/status", encoding="ascii") as status:
            self.assertGreater(int(next(line for line in status if line.startswith("VmLck:")).split()[1]), 0)
        self.assertLessEqual(len(found.pop("client secret")), 1)
        self.assertEqual({name: places for name, places in found.items() if places}, {})
        self.assertTrue(daemon.token())

    @staticmethod
    def listening(consent):
        port = urllib.parse.urlsplit(consent["redirect_uri"]).port
        with open("/proc/net/tcp", encoding="ascii") as table:
            return "127.0.0.1" if any(f":{port:04X} 00000000" in line for line in table) else ""
