"""A login with the installed package: python3 Tests/EndToEnd/packaged.py ROOT USER, where ROOT is a Debian that has it."""

import os
import subprocess
import sys
import unittest

import lab
from glewlwyd import Glewlwyd
from webdriver import Browser

HOME = "/home/tester"


class Packaged(lab.Case):
    def test_a_user_logs_in_by_the_browser_and_reads_a_token(self):
        root, user = sys.argv[1:3]
        redirect = f"http://127.0.0.1:{lab.free_port()}/callback"
        server = Glewlwyd([redirect])
        self.addCleanup(server.close)
        browser = Browser()
        self.addCleanup(browser.close)
        runtime = "/run/tester"
        prefix = ["chroot", f"--userspec={user}:{user}", root, "env", "-i", f"HOME={HOME}", f"XDG_RUNTIME_DIR={runtime}",
                  "PATH=/usr/bin:/bin", "LANG=C.UTF-8"]
        folder = f"{root}{HOME}/.config/valetkey"
        os.makedirs(folder)
        with open(f"{folder}/config.toml", "w", encoding="utf-8") as file:
            file.write(f'[accounts.ads]\nissuer = "{server.issuer}"\nclient_id = "desk"\nscopes = ["mail"]\n'
                       f'authorization_endpoint = "{server.issuer}/auth"\ntoken_endpoint = "{server.issuer}/token"\n'
                       f'redirect_uri = "{redirect}"\n')
        os.chmod(f"{folder}/config.toml", 0o600)
        os.mkdir(f"{root}{runtime}", 0o700)
        for place in (f"{root}{HOME}", f"{root}{runtime}"):
            subprocess.run(["chown", "-R", f"{user}:{user}", place], check=True)

        daemon = self.start([*prefix, "valetkeyd"], dict(os.environ))
        lab.until(lambda: os.path.exists(f"{root}{runtime}/valetkey.sock"), lambda: f"the socket; {daemon.log}")
        login = self.start([*prefix, "valetkey", "login", "ads", "--no-browser"], dict(os.environ))

        def link():
            return next((word for word in login.log.split() if word.startswith("http://127.0.0.1:")), None)
        browser.go(lab.until(link, lambda: f"the URL; login said:\n{login.log}"))
        server.consent(browser)
        self.assertEqual(login.wait(30), 0, login.log)
        token = subprocess.run([*prefix, "valetkey", "token", "ads"], capture_output=True, text=True, timeout=30,
                               check=False)
        self.assertEqual(token.returncode, 0, token.stderr)
        self.assertEqual(token.stdout.count("."), 2, "a JWT, as this server gives them")
        offered = subprocess.run(
            [*prefix, "valetkey", "complete", "--", "token", ""], capture_output=True, text=True, timeout=30, check=False)
        self.assertTrue(offered.stdout.startswith("ads"), offered)
        daemon.child.terminate()
        self.assertEqual(daemon.wait(30), 0, daemon.log)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
