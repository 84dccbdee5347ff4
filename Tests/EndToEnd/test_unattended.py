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
        service, timer, _ = blocks("systemd", UNATTENDED)
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

    def test_the_page_s_service_has_a_token_file(self):
        manager = self.manager
        manager.log_in()
        [*_, service] = blocks("systemd", UNATTENDED)
        self.assertIn("exec acme", service)
        manager.write(".config/systemd/user/exporter.service", service.replace("exec acme", "exec ads"))
        manager.write("bin/exporter", "#!/bin/sh\ncat $TOKEN_FILE > ~/exported\nexec sleep 300\n", mode=0o755)
        manager.systemctl("daemon-reload")
        manager.systemctl("start", "exporter.service")
        path = os.path.join(manager.home, "exported")
        lab.until(lambda: os.path.exists(path) and os.path.getsize(path), "the service has read its file")
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), manager.token())
        # A consent that is missing ends it, and a new start would change nothing.
        manager.systemctl("stop", "exporter.service")
        manager.ask("DELETE", "/accounts/ads/grant")
        manager.systemctl("start", "exporter.service")
        lab.until(lambda: manager.show("exporter.service", "ActiveState") == "failed", "the service has ended")
        self.assertEqual(manager.show("exporter.service", "ExecMainStatus"), "77")

    def test_the_page_s_line_for_cron_runs_a_job(self):
        manager = self.manager
        manager.log_in()
        [table] = blocks("crontab", UNATTENDED)
        for name, value in (("/home/anna", manager.home), ("acme", "ads")):
            self.assertIn(name, table)
            table = table.replace(name, value)
        path, line = table.splitlines()
        manager.write("bin/nightly-report", "#!/bin/sh\nenv > ~/seen\nvaletkey token ads > ~/report\n", mode=0o755)
        # What cron gives a job, and no more.
        manager.run("env", "-i", f"HOME={manager.home}", "LOGNAME=nobody", "SHELL=/bin/sh", path,
                    "/bin/sh", "-c", line.split(maxsplit=5)[5])
        with open(os.path.join(manager.home, "seen"), encoding="utf-8") as file:
            self.assertNotIn("XDG_RUNTIME_DIR", file.read())
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
