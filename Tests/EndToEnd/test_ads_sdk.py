"""The quick start's page as it is written, and Microsoft's own Python SDKs reading tokens from valetkey's socket."""

import json
import os
import re
import subprocess
import unittest

import lab
import pypi
from adsservice import AdsService, AdsTokenServer, start_acme
from daemon import Daemon

PAGES = os.path.join(lab.REPOSITORY, "Sources", "Documentation.docc")
PAGE = os.path.join(PAGES, "QuickStart.md")
UNATTENDED = os.path.join(PAGES, "Unattended.md")
VERSION = "13.0.30.1"
CLIENT = os.path.join(lab.REPOSITORY, "Sources", "Clients", "python")


def blocks(language, page=PAGE):
    """The code of one language on a page."""
    with open(page, encoding="utf-8") as file:
        text = file.read()
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


class Page(lab.Case):
    def test_its_configurations_are_good(self):
        texts = blocks("toml") + blocks("toml", UNATTENDED)
        self.assertGreaterEqual(len(texts), 6)
        for text in texts:
            home = self.home()
            secrets = os.path.join(home.root, ".config", "valetkey")
            os.makedirs(secrets, 0o700)
            for name in ("developer-token", "client-secret", "google-secret"):
                with open(os.path.join(secrets, name), "w", encoding="utf-8", opener=lab.private) as file:
                    file.write("SECRET\n")
            id = "6731de76-14a6-49ae-97bc-6eba6914391e"
            path = home.configure(text.replace("the application id of your registration", id))
            os.mkdir(os.path.join(os.path.dirname(path), "accounts.d"))
            done = home.run(lab.program("valetkey"), "config", "check", path)
            self.assertEqual(done.returncode, 0, done)
            if "accounts." in text:
                self.assertNotIn("warning", done.stdout)

    def test_what_a_reader_forgets_to_fill_in_is_told(self):
        home = self.home()
        done = home.run(lab.program("valetkey"), "config", "check", home.configure(blocks("toml")[0]))
        self.assertIn("client_id of [accounts.acme] is a placeholder", done.stdout)
        self.assertIn("developer-token does not exist", done.stdout)

    def test_its_commands_exist(self):
        home = self.home()
        text = "\n".join(blocks("console") + blocks("console", UNATTENDED))
        words = set(re.findall(r"^(?:\$| *)? *valetkey (ads \w+|config check|\w+)", text, re.MULTILINE))
        self.assertGreaterEqual(words, {"ads user", "ads accounts", "ads headers", "ads call", "config check", "login",
                                        "reload", "explain", "status"})
        for command in words:
            done = home.run(lab.program("valetkey"), *command.split(), "--help")
            self.assertEqual(done.returncode, 0, done)


class WithService(lab.Case):
    def setUp(self):
        lab.need_tools("curl")
        self.server, self.service = AdsTokenServer(), AdsService()
        self.addCleanup(self.server.close)
        self.addCleanup(self.service.close)
        self.place = self.home()
        self.place.configure(self.server.ads_account("acme"))
        self.daemon = Daemon(self.place)
        self.addCleanup(self.daemon.end)
        self.daemon.log_in("acme")
        done = self.place.run(lab.program("valetkey"), "ads", "accounts", "acme", "--choose", "30002",
                              VALETKEY_ADS_BASE_URL=self.service.base)
        self.assertEqual(done.returncode, 0, done)
        self.service.calls.clear()


class SDKs(WithService):
    def write(self, name, text):
        with open(os.path.join(self.place.root, name), "w", encoding="utf-8") as file:
            file.write(text)

    def call(self, package, location):
        script = os.path.join(lab.REPOSITORY, "Tests", "EndToEnd", "sdkcall.py")
        done = self.place.run(pypi.interpreter(package, VERSION), "-W", "ignore", script, location, "acme", timeout=120,
                              PYTHONPATH=CLIENT)
        self.assertEqual(done.returncode, 0, f"{done.stderr}\n{self.service.complaints}")
        return json.loads(done.stdout)

    def check(self, package, location):
        expected = {"user": "10001", "accounts": ["30001", "30002", "30003"]}
        self.assertEqual(self.call(package, location), {**expected, "retries": 0})
        self.assertEqual({sent["AuthenticationToken"] for _, sent in self.service.calls}, {self.daemon.token("acme")})
        self.assertEqual({sent["DeveloperToken"] for _, sent in self.service.calls}, {"DEVTOKEN0000000"})
        self.service.calls.clear()
        self.service.stale.add(self.daemon.token("acme"))
        self.assertEqual(self.call(package, location), {**expected, "retries": 1})
        self.assertEqual(self.service.operations, ["GetUser", "GetUser", "SearchAccounts"])
        self.assertEqual(len(self.server.refreshes), 1)

    def test_bingads_over_soap_comes_through_a_stale_token(self):
        self.check("bingads", self.service.soap_location)

    def test_msads_over_rest_comes_through_a_stale_token(self):
        self.check("msads", self.service.base)

    def report(self, *changes):
        """Runs the page's report, and returns whom its requests were for."""
        [report] = [block for block in blocks("python") if "ReportingServiceManager" in block]
        report = report.replace(
            'environment="production")', f'environment="production", location="{self.service.base}")')
        for old, new in changes:
            self.assertIn(old, report)
            report = report.replace(old, new)
        self.write("report.py", report)
        done = subprocess.run(
            [pypi.interpreter("msads", VERSION), "-W", "ignore", "report.py"], cwd=self.place.root, capture_output=True, text=True,
            timeout=120, env=self.place.environment(TMPDIR=self.place.root, PYTHONPATH=CLIENT), check=False)
        self.assertEqual(done.returncode, 0, f"{done.stderr}\n{self.service.complaints}")
        with open(os.path.join(self.place.root, done.stdout.strip()), "rb") as file:
            self.assertIn(b"Impressions", file.read())
        [ids] = self.service.report_ids
        self.service.report_ids.clear()
        self.assertEqual(ids[2], f"Bearer {self.daemon.token('acme')}")
        return ids[:2]

    def test_the_first_report_of_the_page_is_downloaded(self):
        self.assertEqual(self.report(), ("20002", "30002"))

    def test_what_the_program_states_stays_and_the_rest_is_filled(self):
        stated = ('customer_id=ids["CustomerId"],\n    account_id=ids["CustomerAccountId"])', 'customer_id="7", account_id="8")')
        self.assertEqual(self.report(stated), ("7", "8"))
        self.assertEqual(self.report((stated[0], 'account_id="8")')), ("20002", "8"))
        self.assertEqual(self.report((stated[0], ")")), ("20002", "30002"))

    def test_the_page_s_curl_calls_get_user(self):
        [code] = [block for block in blocks("console") if "User/Query" in block]
        code = re.sub(r"^\$ ", "", code, flags=re.MULTILINE)
        code = code.replace("https://clientcenter.api.bingads.microsoft.com", self.service.base)
        done = self.place.run("bash", "-ec", code)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(json.loads(done.stdout)["User"]["Id"], "10001", self.service.complaints)


class Commands(WithService):
    """The lines of the page that call the service, as they stand there."""

    def run_block(self, word):
        [code] = [block for block in blocks("console") if word in block]
        [setting] = re.findall(r"^\$ (S=.*)", "\n".join(blocks("console")), re.MULTILINE)
        done = self.place.run("bash", "-ec", setting + "\n" + re.sub(r"^\$ ", "", code, flags=re.MULTILINE),
                              VALETKEY_ADS_BASE_URL=self.service.base)
        self.assertEqual((done.returncode, self.service.complaints), (0, []), done)
        return done.stdout

    def test_a_call_in_one_line(self):
        self.assertEqual(json.loads(self.run_block("valetkey ads call")), {"Campaigns": [{"Id": "7"}]})

    def test_another_customer_in_one_line(self):
        output = self.run_block("--customer 333 --account 444111\n$ curl")
        self.assertIn("CustomerId: 333", output)
        self.assertIn('"CustomerAccountId":"444111"', output.replace(" ", ""))

    def test_the_headers_in_each_format(self):
        output = self.run_block("--format soap")
        for word in ("Authorization: Bearer", "SubmitGenerateReport", '"DeveloperToken"'):
            self.assertIn(word, output)


class Unattended(lab.Case):
    def test_the_crontab_reads_a_token_with_nothing_of_a_session(self):
        home, daemon = start_acme(self)
        daemon.log_in("acme")
        [crontab] = blocks("crontab", UNATTENDED)
        job = home.script("nightly-report", "#!/bin/sh\nexec valetkey token acme\n")
        crontab = (crontab.replace("/home/anna/.local/bin", lab.PROGRAMS)
                   .replace("/home/anna/bin/nightly-report", job))
        lines = crontab.splitlines()
        variables = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
        [command] = [line.split(None, 5)[5] for line in lines if not re.match(r"[A-Z_]+=", line)]
        # The socket isn't where the user's own would be.
        variables["VALETKEY_SOCKET"] = f"{home.runtime}/valetkey.sock"
        done = subprocess.run(["/bin/sh", "-c", command], env={"HOME": home.root, **variables}, capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, daemon.token("acme") + "\n"), done)


if __name__ == "__main__":
    unittest.main()
