"""What `valetkey doctor` finds, where things are broken one after the other."""

import contextlib
import email.utils
import json
import os
import socket
import threading
import time
import unittest

import lab
import tokenserver
from daemon import Daemon

UNITS = """#!/bin/sh
case "$*" in
*show-environment*) exit 0 ;;
*) cat "$0.units" ;;
esac
"""
UNIT = "Id={}\nLoadState={}\nUnitFileState={}\nActiveState={}\nMainPID=0\n\n"


class Clocked(tokenserver.Handler):
    """Tells another time than this machine's."""

    def date_time_string(self, timestamp=None):
        return email.utils.formatdate(time.time() + self.server.owner.lead, usegmt=True)


class Doctor(lab.Case):
    def setUp(self):
        super().setUp()
        self.server = tokenserver.TokenServer()
        self.addCleanup(self.server.close)
        self.server.lead = 0
        self.server._http.RequestHandlerClass = Clocked
        self.place = self.home()
        # The machine's own manager, journal and sessions are no part of this world.
        self.place.script("systemctl", UNITS)
        self.units()
        self.place.script("loginctl", "#!/bin/sh\necho yes\n")
        self.place.script("journalctl", "#!/bin/sh\necho Linux\n")
        self.place.configure(self.server.account("acme"))
        self.daemon = Daemon(self.place)
        self.addCleanup(self.daemon.end)
        self.daemon.log_in("acme")

    def units(self, load="loaded", enablement="enabled"):
        with open(os.path.join(self.place.bin, "systemctl.units"), "w", encoding="utf-8") as file:
            for name, activity in (("valetkey.socket", "active"), ("valetkey.service", "active")):
                file.write(UNIT.format(name, load, enablement, activity))

    def doctor(self, code, *arguments, **variables):
        done = self.place.run(lab.program("valetkey"), "doctor", *arguments, DISPLAY=None, WAYLAND_DISPLAY=None, **variables)
        self.assertEqual(done.returncode, code, done)
        for secret in self.server.secrets:
            self.assertNotIn(secret, done.stdout + done.stderr)
        return done.stdout

    def wrong(self, check, **variables):
        """The finding of one check, which must be the only kind of check that finds something wrong."""
        report = json.loads(self.doctor(1, "--json", **variables))
        found = [result for result in report["checks"] if result["state"] == "wrong"]
        self.assertEqual({result["check"] for result in found}, {check} if isinstance(check, str) else set(check), found)
        self.assertTrue(all(result["remedy"] for result in found), found)
        return found[0]

    def test_nothing_is_wrong_on_a_healthy_machine(self):
        text = self.doctor(0)
        self.assertIn("ok       daemon: ", text)
        self.assertIn("nothing is wrong", text)
        report = json.loads(self.doctor(0, "acme", "--json"))
        self.assertEqual({result["state"] for result in report["checks"]}, {"ok"}, report)
        self.assertTrue(report["version"])

    def test_an_account_that_does_not_exist(self):
        done = self.place.run(lab.program("valetkey"), "doctor", "acne")
        self.assertEqual(done.returncode, 64, done)
        self.assertIn("did you mean acme?", done.stderr)

    def test_the_daemon_is_down_or_its_units_are_disabled(self):
        self.units(enablement="disabled")
        self.assertEqual(self.wrong("unit")["remedy"], "systemctl --user enable --now valetkey.socket")
        self.units()
        self.daemon.end()
        found = self.wrong("daemon")
        self.assertEqual((found["looked_at"], found["remedy"]),
                         (self.place.socket, "systemctl --user start valetkey.socket"))
        self.units(load="not-found", enablement="")
        self.assertEqual(self.wrong({"daemon", "unit"})["remedy"], "systemd/install")

    def test_another_daemon_has_the_state_folder(self):
        self.daemon.end()
        other = Daemon(self.place, "--socket", os.path.join(self.place.runtime, "other.sock"), wait=False)
        self.addCleanup(other.end)
        other.wait_line("ready")
        report = json.loads(self.doctor(1, "--json"))
        found = [result["remedy"] for result in report["checks"] if result["check"] == "another_daemon"]
        self.assertEqual(found, [f"kill {other.child.pid}"])

    def test_modes_and_the_key(self):
        state, key = (os.path.join(folder, "valetkey") for folder in (self.place.state, self.place.data))
        key = os.path.join(key, "key")
        grant = os.path.join(state, next(name for name in os.listdir(state) if name.endswith(".grant")))
        for check, path, mode, right in (
                ("state_folder", state, 0o755, 0o700), ("key", key, 0o644, 0o600), ("grants", grant, 0o640, 0o600),
                ("runtime_folder", self.place.runtime, 0o711, 0o700)):
            with self.subTest(check):
                os.chmod(path, mode)
                found = self.wrong(check)
                self.assertTrue(found["remedy"].startswith("chmod "), found)
                os.chmod(path, right)
        os.rename(key, key + ".away")
        self.assertTrue(self.wrong("key")["found"].startswith("it is missing"))
        os.rename(key + ".away", key)
        self.doctor(0)

    def test_the_clock_the_issuer_and_the_configuration(self):
        self.server.lead = -7230
        self.assertIn("2h 0m ahead", self.wrong("clock")["found"])
        self.server.lead = 0
        self.place.configure(self.server.account("acme", issuer=self.server.base.replace("127.0.0.1", "localhost")))
        self.assertIn("set issuer = ", self.wrong("issuer")["remedy"])
        self.place.configure(self.server.account("acme") + self.server.account("beta"))
        self.assertEqual(self.wrong("loaded")["remedy"], "valetkey reload")
        path = self.place.configure(self.server.account("acme") + "nonsense = 1\n")
        self.assertTrue(self.wrong("configuration")["looked_at"].startswith(path + ":"))

    def test_lingering_denials_and_proxies(self):
        self.place.script("loginctl", "#!/bin/sh\necho no\n")
        self.assertEqual(self.wrong("linger")["remedy"], "loginctl enable-linger")
        self.place.script("loginctl", "#!/bin/sh\necho yes\n")
        self.place.script("journalctl", "#!/bin/sh\necho 'avc:  denied  { read } comm=valetkeyd'\n")
        self.assertIn("avc:  denied", self.wrong("denials")["found"])
        self.place.script("journalctl", "#!/bin/sh\necho Linux\n")
        found = self.wrong("proxy", https_proxy="http://user:password@127.0.0.1:1")
        self.assertNotIn("password", json.dumps(found))

    def test_an_account_that_needs_a_login_and_one_that_got_less_than_it_asked_for(self):
        self.daemon.ask("DELETE", "/accounts/acme/grant")
        self.assertEqual(self.wrong("account")["remedy"], "valetkey login acme")
        self.server.shape = lambda members: {**members, "scope": "other"}
        self.daemon.log_in("acme")
        self.assertEqual(self.wrong("scopes")["found"], "not granted: mail")

    def test_servers_that_are_gone_or_hang_are_found_in_bounded_time(self):
        with socket.create_server(("127.0.0.1", 0)) as hanging, contextlib.ExitStack() as kept:
            threading.Thread(target=self.accept, args=(hanging, kept), daemon=True).start()
            place = f"http://127.0.0.1:{hanging.getsockname()[1]}"
            gone = f"http://127.0.0.1:{lab.free_port()}"
            self.place.script("systemctl", "#!/bin/sh\nsleep 600\n")
            self.place.configure(
                self.server.account("acme") + self.server.account("slow", token_endpoint=place + "/token")
                + self.server.account("gone", token_endpoint=gone + "/token"))
            self.daemon.ask("POST", "/reload")
            before = time.monotonic()
            report = json.loads(self.doctor(1, "--json"))
            self.assertLess(time.monotonic() - before, 30)
            states = {result["looked_at"]: result["state"] for result in report["checks"]}
            self.assertEqual((states[place], states[gone], states[self.server.base]), ("wrong", "wrong", "ok"))
            self.assertEqual(states["systemctl --user"], "unknown")

    @staticmethod
    def accept(listener, kept):
        with contextlib.suppress(OSError):
            while True:
                kept.enter_context(listener.accept()[0])


if __name__ == "__main__":
    unittest.main()
