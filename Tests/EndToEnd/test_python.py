"""The Python file that programs copy: tokens, errors, and the libraries that it serves, each in a Python of its own."""

import glob
import http.server
import json
import os
import subprocess
import sys

import lab
import pypi
from daemon import DaemonCase

CLIENT = os.path.join(lab.REPOSITORY, "Sources", "Clients", "python")

STANDARD = """
import json, sys, valetkey
token = valetkey.Token("ads")
first = token.read()
found = {"type": token.details()["token_type"], "header": token.header() == "Bearer " + first,
         "long": token.read(min_ttl=60) == first, "shown": first in repr(token) + str(token),
         "newer": token.refused(first) == token.read() != first, "azure": token.azure().get_token("any").expires_on}
for name, account, socket in (("unknown", "adds", None), ("consent", "mail", None), ("down", "ads", "/none")):
    try:
        valetkey.Token(account, socket=socket).read()
    except valetkey.Error as error:
        found[name] = [error.code, error.hint is not None]
json.dump(found, sys.stdout)
"""

REQUESTS = """
import io, requests, sys, valetkey
base = sys.argv[1]
session = requests.Session()
session.auth = valetkey.Token("ads").requests()
for number, body in enumerate((None, b"octets", io.BytesIO(b"a file"), iter([b"a", b"b"]))):
    print(session.post(base + f"/once/{number}", data=body).status_code)
print(session.get(base + "/never").status_code)
print(session.get(base + "/away").status_code)
"""

HTTPX = """
import asyncio, httpx, sys, valetkey
base = sys.argv[1]
auth = valetkey.Token("ads").httpx()
with httpx.Client(auth=auth) as client:
    print(client.post(base + "/once/1", content=b"octets").status_code, client.get(base + "/never").status_code)
async def main():
    async with httpx.AsyncClient(auth=auth) as client:
        answers = await asyncio.gather(*(client.get(base + "/good") for _ in range(20)))
        print({answer.status_code for answer in answers}, (await client.get(base + "/once/2")).status_code)
asyncio.run(main())
"""

AZURE = """
import sys, valetkey
from azure.core.pipeline import Pipeline
from azure.core.pipeline.policies import BearerTokenCredentialPolicy
from azure.core.pipeline.transport import HttpRequest, RequestsTransport
policy = BearerTokenCredentialPolicy(valetkey.Token("ads").azure(), "https://any/.default")
policy._enforce_https = lambda request: None  # The test's API is on loopback, without TLS.
with Pipeline(RequestsTransport(), [policy]) as pipeline:
    print(pipeline.run(HttpRequest("GET", sys.argv[1] + "/good")).http_response.status_code)
"""


class API(http.server.BaseHTTPRequestHandler):
    """Takes only the daemon's current token. The first try at a path below `/once` finds its token replaced
    meanwhile; `/never` refuses every token; `/away` sends the client to another host."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        length = self.headers.get("Content-Length")
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(length or 0))
        owner, token = self.server.owner, self.headers.get("Authorization", "").removeprefix("Bearer ")
        owner.seen.append((self.path, token, body))
        status = 200 if token == owner.daemon.token() else 401
        if self.path == "/never":
            status = 401
        elif self.path.startswith("/once") and self.path not in owner.tried:
            owner.tried.add(self.path)
            owner.daemon.ask("POST", "/accounts/ads/refresh")
            status = 401
        elif self.path == "/away":
            status = 302
        self.send_response(status)
        if status == 302:
            port = self.server.server_address[1]
            self.send_header("Location", f"http://localhost:{port}/never")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = answer


class Client(DaemonCase):
    def setUp(self):
        super().setUp()
        self.seen, self.tried = [], set()

    def configuration(self):
        return self.server.account() + self.server.account("mail")

    def run_script(self, python, text, *arguments, **variables):
        done = self.place.run(python, "-W", "error", "-c", text, *arguments, PYTHONPATH=CLIENT, **variables)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def api(self):
        return self.serve(API, owner=self).base

    def test_it_needs_nothing_but_python(self):
        found = {sys.executable, *glob.glob("/usr/bin/python3.[0-9]*"),
                 *glob.glob(os.path.expanduser("~/.pyenv/versions/3.*/bin/python"))}
        tried = 0
        for python in sorted(found):
            version = subprocess.run(
                [python, "-c", "import sys; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False)
            if version.returncode != 0 or tuple(map(int, version.stdout.split())) < (3, 9):
                continue
            tried += 1
            # One refused token in 30 seconds: each Python gets a daemon that has seen none.
            self.daemon.end()
            self.daemon = self.start_daemon()
            answer = json.loads(self.run_script(python, STANDARD))
            self.assertGreater(answer.pop("azure"), 1_700_000_000)
            self.assertEqual(answer, {
                "type": "Bearer", "header": True, "long": True, "shown": False, "newer": True,
                "unknown": ["no_such_account", True], "consent": ["consent_required", True],
                "down": ["daemon_unreachable", True]}, python)
        self.assertGreaterEqual(tried, 1)

    def test_requests_repeats_what_was_refused(self):
        out = self.run_script(pypi.interpreter("requests", "2.32.5"), REQUESTS, self.api()).split()
        # A body that can't be sent twice is not; a server that refuses every token has the last word.
        self.assertEqual(out, ["200", "200", "200", "401", "401", "401"])
        self.assertEqual([body for path, _, body in self.seen if path.startswith("/once")],
                         [b"", b"", b"octets", b"octets", b"a file", b"a file", b"ab"])
        # Another host gets no token, though it asks for one.
        self.assertEqual(self.seen[-1][:2], ("/never", ""))

    def test_httpx_repeats_what_was_refused(self):
        out = self.run_script(pypi.interpreter("httpx", "0.28.1"), HTTPX, self.api())
        self.assertEqual(out, "200 401\n{200} 200\n")

    def test_an_azure_pipeline_takes_it_as_its_credential(self):
        out = self.run_script(pypi.interpreter("azure-core", "1.36.0"), AZURE, self.api())
        self.assertEqual(out.strip(), "200")

    def test_the_socket_is_looked_for_as_by_the_command(self):
        script = "import valetkey; print(valetkey.default_socket())"
        self.assertEqual(self.run_script(sys.executable, script, VALETKEY_SOCKET="/a").strip(), "/a")
        self.assertEqual(self.run_script(sys.executable, script).strip(), self.place.socket)
