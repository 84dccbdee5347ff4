"""The quick start's page as it is written, and Microsoft's own Python SDKs reading tokens from valetkey's socket."""

import json
import os
import re
import subprocess
import unittest

import lab
import pypi
from adsservice import AdsService, AdsTokenServer
from daemon import Daemon

PAGE = os.path.join(lab.REPOSITORY, "Sources", "Documentation.docc", "QuickStart.md")
VERSION = "13.0.30.1"


def blocks(language, text=None):
    """The code of one language on the page."""
    if text is None:
        with open(PAGE, encoding="utf-8") as file:
            text = file.read()
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


class Page(lab.Case):
    def test_its_configurations_are_good(self):
        texts = blocks("toml")
        self.assertGreaterEqual(len(texts), 3)
        for text in texts:
            home = self.home()
            done = home.run(lab.program("valetkey"), "config", "check", home.configure(text))
            self.assertEqual(done.returncode, 0, done)
            self.assertNotIn("warning", done.stdout)

    def test_its_commands_exist(self):
        home = self.home()
        words = set(re.findall(r"^\$ valetkey (ads \w+|config check|\w+)", "\n".join(blocks("console")), re.MULTILINE))
        self.assertGreaterEqual(words, {"ads user", "ads accounts", "ads headers", "config check", "login", "reload"})
        for command in words:
            done = home.run(lab.program("valetkey"), *command.split(), "--help")
            self.assertEqual(done.returncode, 0, done)


class SDKs(lab.Case):
    def setUp(self):
        lab.need_tools("curl")
        self.server, self.service = AdsTokenServer(), AdsService()
        self.addCleanup(self.server.close)
        self.addCleanup(self.service.close)
        self.place = self.home()
        self.place.configure(self.server.ads_account())
        self.daemon = Daemon(self.place)
        self.addCleanup(self.daemon.end)
        self.daemon.log_in()
        done = self.place.run(lab.program("valetkey"), "ads", "accounts", "ads", "--choose", "30002",
                              VALETKEY_ADS_BASE_URL=self.service.base)
        self.assertEqual(done.returncode, 0, done)
        self.service.calls.clear()

    def write(self, name, text):
        with open(os.path.join(self.place.root, name), "w", encoding="utf-8") as file:
            file.write(text)

    def call(self, package, location):
        [helper] = [block for block in blocks("python") if "class Valetkey" in block]
        self.write("valetkey_ads.py", helper)
        script = os.path.join(lab.REPOSITORY, "Tests", "EndToEnd", "sdkcall.py")
        done = self.place.run(pypi.interpreter(package, VERSION), "-W", "ignore", script, location, "ads", timeout=120,
                              PYTHONPATH=self.place.root)
        self.assertEqual(done.returncode, 0, f"{done.stderr}\n{self.service.complaints}")
        return json.loads(done.stdout)

    def check(self, package, location):
        expected = {"user": "10001", "accounts": ["30001", "30002", "30003"]}
        self.assertEqual(self.call(package, location), {**expected, "retries": 0})
        self.assertEqual({sent["AuthenticationToken"] for _, sent in self.service.calls}, {self.daemon.token()})
        self.assertEqual({sent["DeveloperToken"] for _, sent in self.service.calls}, {"DEVTOKEN0000000"})
        self.service.calls.clear()
        self.service.stale.add(self.daemon.token())
        self.assertEqual(self.call(package, location), {**expected, "retries": 1})
        self.assertEqual(self.service.operations, ["GetUser", "GetUser", "SearchAccounts"])
        self.assertEqual(len(self.server.refreshes), 1)

    def test_bingads_over_soap_comes_through_a_stale_token(self):
        self.check("bingads", self.service.soap_location)

    def test_msads_over_rest_comes_through_a_stale_token(self):
        self.check("msads", self.service.base)

    def test_the_first_report_of_the_page_is_downloaded(self):
        [helper] = [block for block in blocks("python") if "class Valetkey" in block]
        [report] = [block for block in blocks("python") if "ReportingServiceManager" in block]
        self.write("valetkey_ads.py", helper)
        self.write("report.py", report.replace(
            'environment="production")', f'environment="production", location="{self.service.base}")'))
        done = subprocess.run(
            [pypi.interpreter("msads", VERSION), "-W", "ignore", "report.py"], cwd=self.place.root, capture_output=True, text=True,
            timeout=120, env=self.place.environment(TMPDIR=self.place.root), check=False)
        self.assertEqual(done.returncode, 0, f"{done.stderr}\n{self.service.complaints}")
        with open(os.path.join(self.place.root, done.stdout.strip()), "rb") as file:
            self.assertIn(b"Impressions", file.read())
        [ids] = self.service.report_ids
        self.assertEqual(ids, ("20002", "30002", f"Bearer {self.daemon.token()}"))

    def test_the_page_s_curl_calls_get_user(self):
        [code] = [block for block in blocks("console") if "User/Query" in block]
        code = re.sub(r"^\$ ", "", code, flags=re.MULTILINE)
        code = code.replace("https://clientcenter.api.bingads.microsoft.com", self.service.base)
        done = self.place.run("bash", "-ec", code)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(json.loads(done.stdout)["User"]["Id"], "10001", self.service.complaints)


if __name__ == "__main__":
    unittest.main()
