"""A second user of the machine against the listener of a login, which every user can connect to."""

import json
import os
import urllib.parse

import lab
from daemon import Daemon, redirect, state_of
from strangers import STRANGER, act_as, result_of
from tokenserver import TokenServer


def resident(process):
    """The resident memory of a process in MB."""
    with open(f"/proc/{process}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024


class Strangers(lab.Case):
    def setUp(self):
        lab.need(os.getuid() == 0, "becoming another user needs root")
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.place.configure(self.server.account())
        self.daemon = Daemon(self.place)
        self.addCleanup(self.daemon.end)
        self.consent = self.daemon.consent()
        self.port = urllib.parse.urlsplit(self.consent["redirect_uri"]).port

    def succeeds(self):
        self.assertEqual(self.daemon.ask("GET", "/accounts/ads/consent").json["state"], "pending")
        page = lab.fetch(self.consent["open_url"])
        self.assertEqual(page.status, 200, page)
        self.assertEqual(self.daemon.ask("GET", "/accounts/ads/consent?wait=20").json["state"], "granted")

    def test_another_user_gets_no_state_from_the_start_url_and_can_plant_no_code(self):
        """The attacker reads the start URL in the browser's arguments, and even knows the state."""
        planted = redirect(self.consent, code="planted", state=state_of(self.consent))
        for url in (self.consent["open_url"], planted, planted.replace("127.0.0.1", "[::1]"),
                    self.consent["open_url"].replace("127.0.0.1", "[::1]"), planted.replace("127.0.0.1", "localhost")):
            got = result_of(act_as(STRANGER, "fetch", url))
            self.assertIn("error", got, url)
            self.assertNotIn(state_of(self.consent), str(got))
        warning = self.daemon.wait_line("connection of another user")
        self.assertIn(f"uid={STRANGER}", warning)
        self.succeeds()

    def test_nine_thousand_half_sent_requests_of_another_user_cost_nothing(self):
        before = resident(self.daemon.pid)
        crowd = act_as(STRANGER, "flood", self.port, 9_000)
        try:
            said = json.loads(crowd.stdout.readline())
            after = resident(self.daemon.pid)
            print(f"    {said['sent']} sent: {before:.1f} MB before, {after:.1f} MB after")
            # A debug build needs more to begin with; what counts is what the crowd adds.
            self.assertLess(after, max(40, before + 8))
            self.succeeds()
        finally:
            crowd.communicate(timeout=60)

    def test_root_is_served_in_the_login_of_another_user(self):
        """Such as a browser that an administrator runs: root could read the user's memory anyway."""
        lab.need_tools("setpriv")
        other = self.home()
        other.configure(self.server.account())
        for folder, _, names in os.walk(other.root):
            for name in (folder, *(os.path.join(folder, name) for name in names)):
                os.chown(name, STRANGER, STRANGER)
        daemon = Daemon(other, wait=False, under=["setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}",
                                                  "--clear-groups"])
        self.addCleanup(daemon.end)
        daemon.wait_line("ready")
        started = other.run("setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups", "curl", "-s",
                            "--unix-socket", other.socket, "-d", "{}", "-H", "Content-Type: application/json",
                            "http://valetkey/accounts/ads/consent")
        url = json.loads(started.stdout)["open_url"]
        self.assertIn("error", result_of(act_as(STRANGER + 1, "fetch", url)))
        self.assertEqual(result_of(act_as(STRANGER, "fetch", url))["status"], 303)
        self.assertEqual(lab.fetch(url).status, 200)
