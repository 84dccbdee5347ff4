"""The page on unattended use: its units, and what the installation says of lingering."""

import os
import unittest

import lab
from installed import InstalledCase
from test_ads_sdk import UNATTENDED, blocks


class Unattended(InstalledCase):
    def test_the_page_s_timer_starts_a_job_that_reads_a_token(self):
        manager = self.manager
        manager.log_in()
        service, timer = blocks("systemd", UNATTENDED)
        for kind, text in (("service", service), ("timer", timer)):
            manager.write(f".config/systemd/user/nightly-report.{kind}", text)
        manager.write("bin/nightly-report", "#!/bin/sh\nexec ~/.local/bin/valetkey token ads > ~/report\n", mode=0o755)
        manager.systemctl("stop", "valetkey.service")
        manager.systemctl("daemon-reload")
        manager.systemctl("enable", "--now", "nightly-report.timer")
        self.assertEqual(manager.show("nightly-report.timer", "ActiveState"), "active")
        self.assertTrue(manager.show("nightly-report.timer", "NextElapseUSecRealtime"))
        manager.systemctl("start", "nightly-report.service")
        self.assertEqual(manager.show("nightly-report.service", "Result"), "success")
        with open(os.path.join(manager.home, "report"), encoding="utf-8") as file:
            self.assertEqual(file.read().strip(), manager.token())

    def test_a_job_without_the_session_s_environment_finds_the_socket(self):
        manager = self.manager
        manager.log_in()
        environment = ("env", "-i", f"HOME={manager.home}", "PATH=/usr/bin:/bin")
        done = manager.run(*environment, f"{manager.home}/.local/bin/valetkey", "token", "ads")
        self.assertEqual(done.stdout.strip(), manager.token())
        done = manager.run(
            *environment, f"VALETKEY_SOCKET={manager.home}/none", f"{manager.home}/.local/bin/valetkey", "token", "ads",
            check=False)
        self.assertEqual(done.returncode, 69, done)

    def test_the_installation_says_where_the_daemon_does_not_linger(self):
        words = "loginctl enable-linger"
        for answer, is_told in (("no", True), ("yes", False)):
            self.manager.write("fake/loginctl", f"#!/bin/sh\necho {answer}\n", mode=0o755)
            done = self.manager.run(
                "bash", f"{self.manager.source}/systemd/install", "--from", f"{self.manager.source}/programs",
                PATH=f"{self.manager.home}/fake:{self.manager.home}/.local/bin:/usr/local/bin:/usr/bin:/bin")
            self.assertEqual(words in done.stdout, is_told, done.stdout)


if __name__ == "__main__":
    unittest.main()
