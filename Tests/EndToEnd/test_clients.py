"""The recipes of the page on clients, as they are printed there."""

import base64
import json
import os
import re
import subprocess
import time
import urllib.parse

import lab
import pypi
from recipes import API, Exchange, RecipeCase, filled, need_client, section
from test_certificates import Authority

# Not by google.auth.default(), which asks Google for the project.
GOOGLE = """
import google.auth.pluggable, google.auth.transport.requests, sys
credentials = google.auth.pluggable.Credentials.from_file(sys.argv[1], scopes=["any"])
credentials.refresh(google.auth.transport.requests.Request())
print(credentials.token)
"""


class Files(API):
    """Serves a folder, with what WebDAV needs for the file `page`."""

    def serve(self):
        path = self.server.case.place.root + "/web" + urllib.parse.urlsplit(self.path).path
        if not os.path.isfile(path):
            return self.reply(404, b"")
        with open(path, "rb") as file:
            self.reply(200, file.read())

    def do_PROPFIND(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.server.case.takes(self.headers.get("Authorization")):
            return self.reply(401, b"")
        found = [("/page", "")] if self.path == "/page" else [("/", "<d:collection/>"), ("/page", "")]
        self.reply(207, ('<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">' + "".join(
            f"<d:response><d:href>{path}</d:href><d:propstat><d:prop><d:resourcetype>{kind}</d:resourcetype>"
            "<d:getcontentlength>5</d:getcontentlength></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
            "</d:response>" for path, kind in found) + "</d:multistatus>").encode())


class Repositories(API):
    """Serves repositories. Takes the token as the password of HTTP Basic, or as a Bearer token if the test says so."""

    def do_GET(self):
        case = self.server.case
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            token = base64.b64decode(token).decode().partition(":")[2]
        if scheme != case.scheme or not case.takes_token(token):
            return self.reply(401, b"", **{"WWW-Authenticate": f'{case.scheme} realm="git"'})
        place = urllib.parse.urlsplit(self.path)
        done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, check=True, env={
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": f"{case.place.root}/web", "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command, "PATH_INFO": place.path, "QUERY_STRING": place.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", "")})
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        self.reply(200, answer, **dict(line.split(": ", 1) for line in head.decode().split("\r\n")))

    do_POST = do_GET


class Kubernetes(API):
    def serve(self):
        self.reply(200, b'{"kind": "Status"}', **{"Content-Type": "application/json"})


class Registry(API):
    """A registry for cargo: the configuration of its index, and a search that finds nothing."""

    def do_GET(self):
        case = self.server.case
        sent = self.headers.get("Authorization", "")
        if case.has_scheme != sent.startswith("Bearer ") or not case.takes(sent):
            return self.reply(401, b"", **{"WWW-Authenticate": "Cargo"})
        answer = {"dl": f"{self.server.base}/dl", "api": self.server.base, "auth-required": True}
        if not self.path.endswith("/config.json"):
            answer = {"crates": [], "meta": {"total": 0}}
        self.reply(200, json.dumps(answer).encode(), **{"Content-Type": "application/json"})


class Clients(RecipeCase):
    def recipe(self, title, replacements=None, number=0):
        return filled(section("Clients", title)[number], replacements or {})

    def folder(self):
        self.write("web/page", "hello")

    def test_curl(self):
        need_client("curl")
        self.keeps_saying_hello("sh", "-c", self.recipe("curl", {"https://api.example": self.api}))

    def test_httpie(self):
        folder = os.path.dirname(pypi.interpreter("httpie", "3.2.4"))
        command = self.recipe("HTTPie", {"https://api.example": self.api})
        self.keeps_saying_hello("bash", "-c", f"PATH=$PATH:{folder}\n{command}")

    def test_a_variable(self):
        need_client("curl")
        self.place.script("report", '#!/bin/sh\nprintf "Authorization: Bearer %s" "$API_TOKEN" | '
                                    f'curl -sS -H @- {self.api}/\n[ "$*" = "--month 11" ]\n')
        self.keeps_saying_hello("sh", "-c", self.recipe("A program that reads a variable"))
        # That is the point of it: in the environment, and nowhere else.
        self.assertEqual({path.rpartition("/")[2] for path in self.exposed}, {"environ"})
        self.exposed.clear()

    def test_a_file(self):
        need_client("curl")
        # Any token that is valid: the file follows within half a token's lifetime.
        self.takes_token = lambda token: self.server.expires[token] > time.monotonic()
        self.server.lifetime = 4
        self.refresh()
        self.place.script("exporter", f"""#!/bin/sh
call() {{ printf 'Authorization: Bearer %s' "$(cat "$TOKEN_FILE")" | curl -sS -H @- {self.api}/; }}
call
before=$(cat "$TOKEN_FILE")
until [ "$(cat "$TOKEN_FILE")" != "$before" ]; do sleep 0.05; done
call
""")
        done = self.place.run("sh", "-c", self.recipe("A program that runs for long"),
                              XDG_RUNTIME_DIR=self.in_memory(), VALETKEY_SOCKET=self.place.socket)
        self.assertEqual((done.returncode, done.stdout), (0, "hellohello"), done)

    def test_git(self):
        need_client("git")
        source, bare = os.path.join(self.place.root, "source"), os.path.join(self.place.root, "web/repository.git")
        os.symlink(lab.program("valetkey"), os.path.join(self.place.bin, "git-credential-valetkey"))
        base = self.serve(Repositories, case=self).base
        for words in (
                ["git", "init", "-q", source],
                ["git", "-C", source, "-c", "user.name=a", "-c", "user.email=a@x.example", "commit", "-q",
                 "--allow-empty", "-m", "first"],
                ["git", "clone", "-q", "--bare", source, bare],
                ["sh", "-c", self.recipe("git", {"https://git.example": base})]):
            done = self.place.run(*words)
            self.assertEqual(done.returncode, 0, done)
        version = re.search(r"(\d+)\.(\d+)", self.place.run("git", "--version").stdout)
        knows_bearer = tuple(map(int, version.groups())) >= (2, 46)
        for number, self.scheme in enumerate(["Basic"] * 2 + ["Bearer"] * 2 * knows_bearer):
            done = self.place.run("git", "clone", "-q", f"{base}/repository.git", f"{self.place.root}/{number}",
                                  GIT_TERMINAL_PROMPT="0", GIT_CONFIG_NOSYSTEM="1")
            self.assertEqual((done.returncode, done.stderr), (0, ""), done)
            self.refresh()

    def test_kubectl(self):
        need_client("kubectl", is_large=True)
        lab.need_tools("openssl")
        authority = Authority(self.place.root)
        base = self.serve_tls(Kubernetes, authority)
        user = self.recipe("kubectl")
        version = json.loads(self.place.run("kubectl", "version", "--client", "-o", "json").stdout)["clientVersion"]
        if int(version["minor"].rstrip("+")) < 22:
            user = user.replace("client.authentication.k8s.io/v1\n", "client.authentication.k8s.io/v1beta1\n")
        config = self.write("kubeconfig", f"""
apiVersion: v1
kind: Config
clusters:
- name: here
  cluster: {{server: "{base}", certificate-authority: "{authority.path("ca.pem")}"}}
contexts:
- name: here
  context: {{cluster: here, user: me}}
current-context: here
""" + user)
        for _ in range(2):
            done = self.place.run("kubectl", "--kubeconfig", config, "get", "--raw", "/version")
            self.assertEqual((done.returncode, done.stdout.strip()), (0, '{"kind": "Status"}'), done)
            self.refresh()

    def test_google(self):
        python = pypi.interpreter("google-auth[requests]", "2.63.0")
        path = self.write("google.json", self.recipe("Google's libraries", {
            "https://sts.googleapis.com": self.serve(Exchange, case=self).base}))
        self.keeps_saying_hello(python, "-c", GOOGLE, path, GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES="1")

    def test_rclone(self):
        need_client("rclone")
        self.folder()
        base = self.serve(Files, case=self).base
        path = self.write("rclone.conf", self.recipe("rclone", {"https://api.example": base}))
        command = ["rclone", "--config", path, "--retries", "1", "--low-level-retries", "3", "cat", "acme:page"]
        self.keeps_saying_hello(*command)
        self.stale = 1
        self.says_hello(*command)
        self.assertIn(401, self.statuses)

    def test_cargo(self):
        need_client("cargo", is_large=True)
        for number, self.has_scheme in enumerate((False, True)):
            base = self.serve(Registry, case=self).base
            self.write(".cargo/config.toml", self.recipe("cargo", {"https://cargo.example": base}, number))
            for _ in range(2):
                done = self.place.run("cargo", "search", "--registry", "acme", "anything",
                                      CARGO_HOME=f"{self.place.root}/.cargo",
                                      RUSTUP_HOME=os.environ.get("RUSTUP_HOME") or os.path.expanduser("~/.rustup"))
                self.assertEqual(done.returncode, 0, done)
                self.refresh()
            self.assertEqual(self.statuses[-1], 200)

    def test_ansible(self):
        need_client("ansible-playbook")
        path = self.write("playbook.yml", self.recipe("Ansible", {"https://api.example": self.api}))
        for _ in range(2):
            token = self.token()
            done = self.place.run("ansible-playbook", "-vvv", "-i", "localhost,", "-c", "local", path,
                                  ANSIBLE_LOCALHOST_WARNING="false")
            self.assertEqual(done.returncode, 0, done)
            self.assertIn('"answer.content": "hello"', done.stdout)
            self.assertNotIn(token, done.stdout + done.stderr)
            self.refresh()

    def test_a_refused_token(self):
        token = self.token()
        done = self.place.run("sh", "-c", f"TOKEN={token}\n" + self.recipe("A token that is refused before its time"))
        self.assertEqual((done.returncode, done.stdout.strip()), (0, self.token()), done)
        self.assertNotEqual(self.token(), token)
