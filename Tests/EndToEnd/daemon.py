"""A daemon in a throw-away home, and the actions of its user."""

import contextlib
import urllib.parse

import lab
from tokenserver import TokenServer


class Daemon(lab.Process):
    """`valetkeyd` in a home, answering on its socket."""

    def __init__(self, home, *arguments, wait=True, under=(), **variables):
        self.home = home
        super().__init__([*under, lab.program("valetkeyd"), *arguments], home.environment(**variables))
        if wait:
            try:
                self.wait_ready()
            except BaseException:
                self.end()
                raise

    def wait_ready(self, seconds=20):
        def look():
            if self.child.poll() is not None:
                raise AssertionError(f"valetkeyd ended with {self.wait()} before it was ready:\n{self.log}")
            with contextlib.suppress(OSError):
                return lab.ask(self.home.socket, "GET", "/health").status == 200
        lab.until(look, lambda: f"/health answers 200; the daemon said:\n{self.log}", seconds)

    def ask(self, method, target, body=None, **options):
        return lab.ask(self.home.socket, method, target, body, **options)

    def token(self, account="ads", query=""):
        """The access token; fails the test with the answer where it isn't one."""
        answer = self.ask("GET", f"/token/{account}{query}")
        if answer.status != 200:
            raise AssertionError(f"no token: {answer}; the daemon said:\n{self.log}")
        return answer.text

    def account(self, account="ads"):
        return self.ask("GET", f"/accounts/{account}").json

    def consent(self, account="ads"):
        """Starts a consent and returns the daemon's report of it."""
        answer = self.ask("POST", f"/accounts/{account}/consent", {})
        if answer.status not in (200, 201, 202):
            raise AssertionError(f"no consent: {answer}; the daemon said:\n{self.log}")
        return answer.json

    def log_in(self, account="ads"):
        """A consent at a server that consents at once; returns when the grant is stored."""
        consent = self.consent(account)
        page = lab.fetch(consent["open_url"])
        if page.status != 200:
            raise AssertionError(f"the redirect was answered by {page}; the daemon said:\n{self.log}")
        end = self.ask("GET", f"/accounts/{account}/consent?wait=20").json
        if end["state"] != "granted":
            raise AssertionError(f"the consent ended as {end}; the daemon said:\n{self.log}")
        return end


class DaemonCase(lab.Case):
    """Tests with a daemon and a server that consents at once. They have `server`, `place` (the home) and `daemon`."""

    account, logs_in = "ads", True

    def setUp(self):
        self.server = self.closing(TokenServer())
        self.place = self.home()
        self.place.configure(self.configuration())
        self.daemon = self.start_daemon()
        if self.logs_in:
            self.daemon.log_in(self.account)

    def configuration(self):
        return self.server.account(self.account)

    def start_daemon(self, **options):
        daemon = Daemon(self.place, **options)
        self.addCleanup(daemon.end)
        return daemon


def redirect(consent, **parameters):
    """The URL that an authorization server would redirect the browser to."""
    return consent["redirect_uri"] + "?" + urllib.parse.urlencode(parameters)


def state_of(consent):
    query = urllib.parse.urlsplit(consent["authorization_url"]).query
    return dict(urllib.parse.parse_qsl(query))["state"]
