"""Recipes of the documentation: their text, and an API that takes only the current token."""

import contextlib
import glob
import http.server
import os
import re
import shutil
import ssl
import subprocess
import unittest
import urllib.parse

import lab
from daemon import DaemonCase

CATALOGUE = os.path.join(lab.REPOSITORY, "Sources", "Documentation.docc")
# Clients that `Tests/run` installs only with `--all-clients` are needed only then.
ALL_CLIENTS = bool(os.environ.get("VALETKEY_TESTS_ALL_CLIENTS"))


def need_client(*names, is_large=False):
    """Skips the test, or fails it, where a client's command is missing. `is_large`: not everybody needs to have it."""
    for name in names:
        if shutil.which(name):
            continue
        if is_large and not ALL_CLIENTS:
            raise unittest.SkipTest(f"{name} is not installed; Tests/run --all-clients installs it")
        lab.need_tools(name)


def section(page, title):
    """The code blocks of a section, in order."""
    with open(os.path.join(CATALOGUE, f"{page}.md"), encoding="utf-8") as file:
        parts = re.split(r"^##+ (.*)\n", file.read(), flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2]))
    if title not in found:
        raise AssertionError(f"{page} has no section {title!r}")
    return re.findall(r"^```[\w-]*\n(.*?)^```$", found[title], re.DOTALL | re.MULTILINE)


def filled(text, replacements):
    """A block with its placeholders replaced, each of which must occur, and none may be left."""
    for name, value in replacements.items():
        if name not in text:
            raise AssertionError(f"there is no {name} in:\n{text}")
        text = text.replace(name, value)
    left = re.findall(r"[\w.-]+\.example\b", text)
    if left:
        raise AssertionError(f"{left} is left in:\n{text}")
    return text


def showing(token):
    """The programs that have the token in their arguments or in their environment, where other programs can see it."""
    found = set()
    for path in glob.glob("/proc/[0-9]*/cmdline") + glob.glob("/proc/[0-9]*/environ"):
        with contextlib.suppress(OSError), open(path, "rb") as file:
            if token.encode() in file.read():
                found.add(path)
    return found


class API(http.server.BaseHTTPRequestHandler):
    """Answers a request with the current token with `hello`."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        case = self.server.case
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sent = self.headers.get("Authorization")
        case.requests.append((self.headers["Host"].partition(":")[0], sent))
        if case.stale:
            case.stale -= 1
            case.refresh()
        if case.away:
            case.away = False
            self.reply(302, b"", Location=f"{self.server.base.replace('127.0.0.1', 'localhost')}{self.path}")
        elif case.takes(sent):
            self.serve()
        else:
            self.reply(401, b"", **{"WWW-Authenticate": 'Bearer error="invalid_token"'})

    def serve(self):
        self.reply(200, b"hello")

    def reply(self, status, body, **headers):
        self.server.case.statuses.append(status)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Exchange(API):
    """Exchanges a subject token (RFC 8693)."""

    def do_POST(self):
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if not self.server.case.takes_token(form["subject_token"]):
            return self.reply(400, b'{"error": "invalid_grant"}')
        self.reply(200, b'{"access_token": "hello", "token_type": "Bearer", "expires_in": 3600,'
                        b'"issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}')


class RecipeCase(DaemonCase):
    """Tests of recipes, with a daemon that has the account of the pages.

    `api` is the URL of a server that takes only the current token. `requests` holds the host and the Authorization of
    what came, `statuses` what was answered. `stale` is the number of next requests whose token is replaced before it is
    checked; `away` sends the next one to another host.
    """

    account = "acme"

    def setUp(self):
        super().setUp()
        self.requests, self.statuses, self.stale, self.away, self.exposed = [], [], 0, False, set()
        self.api = self.serve(API, case=self).base

    def tearDown(self):
        self.assertEqual(self.exposed, set(), "the token is in a program's arguments or environment")

    def serve_tls(self, handler, authority):
        """Such a server with a certificate for localhost."""
        server = self.serve(handler, case=self)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*authority.issue("server", "localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1"))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.base = f"https://localhost:{server.server_address[1]}"
        return server.base

    def in_memory(self):
        """A runtime folder in memory."""
        folder = subprocess.run(
            ["mktemp", "-d", "/dev/shm/vk-XXXXXX"], capture_output=True, text=True, check=True).stdout.strip()
        self.addCleanup(lambda: subprocess.run(["rm", "-r", folder], check=True))
        return folder

    def token(self):
        return self.daemon.token(self.account)

    def takes(self, authorization):
        return self.takes_token((authorization or "").removeprefix("Bearer "))

    def takes_token(self, token):
        """Whether it is the current one. Notes who shows it."""
        current = self.token()
        self.exposed |= showing(current)
        return token == current

    def refresh(self):
        before = self.token()
        answer = self.daemon.ask("POST", f"/accounts/{self.account}/refresh")
        self.assertEqual(answer.status, 200, answer)
        self.assertNotEqual(self.token(), before)

    def write(self, name, text):
        """A file in the home folder."""
        path = os.path.join(self.place.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", opener=lab.private) as file:
            file.write(text)
        return path

    def says_hello(self, *command, **variables):
        done = self.place.run(*command, **variables)
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "hello"), done)

    def keeps_saying_hello(self, *command, **variables):
        """Also with a newer token."""
        self.says_hello(*command, **variables)
        self.refresh()
        self.says_hello(*command, **variables)

    def repeats_what_is_refused(self, *command, **variables):
        """Also where the token is replaced before it is checked, and without sending it to another host."""
        self.keeps_saying_hello(*command, **variables)
        self.stale = 1
        self.says_hello(*command, **variables)
        self.assertEqual(self.statuses[-2:], [401, 200])
        self.requests.clear()
        self.away = True
        self.place.run(*command, **variables)
        self.assertEqual(self.requests[0][0], "127.0.0.1")
        self.assertEqual([sent for host, sent in self.requests if host != "127.0.0.1" and sent], [])
