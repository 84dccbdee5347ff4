"""valetkey installed by `systemd/install` under a user manager of its own."""

import os
import shutil

import lab
import usermanager
from tokenserver import TokenServer


class Installed(usermanager.UserManager):
    """A user manager whose user ran `systemd/install`."""

    def __enter__(self):
        super().__enter__()
        try:
            # The repository and the build may be in folders that this user can't access.
            self.source = f"{self.root}/source"
            for folder in ("systemd", "Sources/Documentation.docc"):
                shutil.copytree(f"{lab.REPOSITORY}/{folder}", f"{self.source}/{folder}")
            os.mkdir(f"{self.source}/programs")
            for name in ("valetkeyd", "valetkey", "ManualPages"):
                shutil.copy(lab.program(name), f"{self.source}/programs")
            self.install("--from", f"{self.source}/programs")
        except BaseException:
            self.__exit__()
            raise
        return self

    def install(self, *arguments, check=True):
        return self.run("bash", f"{self.source}/systemd/install", *arguments, check=check).stdout

    def configure(self, toml):
        self.write(".config/valetkey/config.toml", toml)

    def ask(self, method, target, body=None):
        """A request as that user, because the daemon answers nobody else."""
        data = [] if body is None else ["-H", "Content-Type: application/json", "-d", body]
        done = self.run("curl", "-sS", "--max-time", "40", "-X", method, *data, "-w", "\n%{http_code}", "--unix-socket",
                        f"/run/user/{self.user}/valetkey.sock", f"http://valetkey{target}")
        text, status = done.stdout.rsplit("\n", 1)
        return lab.Answer(int(status), {}, text.encode())

    def token(self):
        answer = self.ask("GET", "/token/ads")
        if answer.status != 200:
            raise AssertionError(f"no token: {answer}; {self.systemctl('status', 'valetkey.service', check=False)}")
        return answer.text

    def log_in(self):
        consent = self.ask("POST", "/accounts/ads/consent", "{}").json
        page = lab.fetch(consent["open_url"])
        end = self.ask("GET", "/accounts/ads/consent?wait=20").json
        if end["state"] != "granted":
            raise AssertionError(f"the redirect was answered by {page}, the consent ended as {end}")

    @property
    def main_pid(self):
        """The daemon's process id inside the namespace; 0 while none runs."""
        return int(self.show("valetkey.service", "MainPID"))

    def wait_restart(self, count=1, seconds=30):
        lab.until(lambda: int(self.show("valetkey.service", "NRestarts")) >= count
                  and self.show("valetkey.service", "ActiveState") == "active",
                  lambda: "a restart: " + self.systemctl("status", "valetkey.service", check=False), seconds, 0.1)


class InstalledCase(lab.Case):
    """Tests of an installation that has one account."""

    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.manager = Installed().__enter__()
        self.addCleanup(self.manager.__exit__)
        self.manager.configure(self.server.account())
