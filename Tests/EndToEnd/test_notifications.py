"""A real notification daemon on a real session bus and a screen without a monitor."""

import os
import subprocess
import unittest

import lab
from daemon import Daemon
from sessionbus import SessionBus
from tokenserver import TokenServer

MOSTLY_WAITS = True


class Notifications(unittest.TestCase):
    def setUp(self):
        lab.need_tools("Xvfb", "dunst", "dunstctl", "notify-send", "dbus-daemon")
        self.place = lab.Home()
        self.addCleanup(self.place.remove)
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place.configure(self.server.account())
        bus = SessionBus(self.place)
        self.start(bus.command)
        lab.until(lambda: os.path.exists(bus.path), "the session's bus")
        self.session = {"DBUS_SESSION_BUS_ADDRESS": bus.address, "DISPLAY": self.screen(), "BROWSER": self.browser()}
        self.start(["dunst"], **self.session)
        lab.until(lambda: self.count("displayed") == 0, "dunst answers")

    def start(self, command, **variables):
        process = lab.Process(command, self.place.environment(**variables))
        self.addCleanup(process.end)
        return process

    def screen(self):
        """A screen whose number the server chooses."""
        read, write = os.pipe()
        screen = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-nolisten", "tcp", "-screen", "0", "640x480x24"],
                                  pass_fds=[write], env=self.place.environment(), stderr=subprocess.DEVNULL)
        self.addCleanup(screen.wait)
        self.addCleanup(screen.terminate)
        os.close(write)
        with os.fdopen(read, encoding="ascii") as numbers:
            return f":{numbers.readline().strip()}"

    def browser(self):
        """A browser that follows the address to its end."""
        path = os.path.join(self.place.root, "browser")
        with open(path, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\nexec curl -sL -o /dev/null "$1"\n')
        os.chmod(path, 0o700)
        return path

    def dunst(self, *words):
        return self.place.run("dunstctl", *words, **self.session)

    def count(self, kind):
        done = self.dunst("count", kind)
        return int(done.stdout) if done.returncode == 0 else None

    def needy(self):
        """A daemon whose account needs a consent, of which the user is told."""
        daemon = Daemon(self.place, **self.session)
        self.addCleanup(daemon.end)
        daemon.log_in()
        # A refusal counts once the server has repeated it.
        self.server.answers += [(400, '{"error": "invalid_grant"}', {})] * 2
        refused = self.place.run(lab.program("valetkey"), "refresh", "ads")
        self.assertNotEqual(refused.returncode, 0, refused)
        lab.until(lambda: self.count("displayed") == 1, lambda: f"a notification:\n{daemon.log}", 60)
        self.assertEqual(daemon.account()["state"], "consent_required")
        return daemon

    def test_a_consent_that_is_needed_is_notified_with_a_button_that_logs_in(self):
        daemon = self.needy()
        pressed = self.dunst("action")
        self.assertEqual(pressed.returncode, 0, pressed)
        lab.until(lambda: daemon.account()["state"] == "active", lambda: f"the login:\n{daemon.log}")
        self.assertIn("from the notification", daemon.log)

    def test_a_notification_that_is_closed_begins_no_login(self):
        daemon = self.needy()
        self.dunst("close")
        lab.until(lambda: self.count("displayed") == 0, "it is closed")
        self.assertEqual(daemon.account()["state"], "consent_required")
        daemon.end()
        self.assertNotIn("from the notification", daemon.log)


if __name__ == "__main__":
    unittest.main()
