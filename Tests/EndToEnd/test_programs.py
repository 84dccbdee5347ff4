"""Programs that are given a token in the form that they read: curl, git, and whatever `valetkey exec` runs."""

import base64
import contextlib
import functools
import http.server
import json
import os
import subprocess

import lab
from daemon import DaemonCase
from test_ads_sdk import blocks
from tokenserver import TokenServer

PAGE = os.path.join(lab.REPOSITORY, "Sources", "Documentation.docc", "Clients.md")


class Guarded(http.server.SimpleHTTPRequestHandler):
    """Serves a folder to requests with a token that `takes` accepts, by Basic or Bearer."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        scheme, _, rest = self.headers.get("Authorization", "").partition(" ")
        token = base64.b64decode(rest).decode().partition(":")[2] if scheme == "Basic" else rest
        if self.server.takes(scheme, token):
            super().do_GET()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.send_header("Content-Length", "0")
        self.end_headers()


class Programs(DaemonCase):
    def guard(self, folder, takes):
        return self.serve(functools.partial(Guarded, directory=folder), takes=takes).base

    def test_curl_reads_the_header_from_its_configuration(self):
        lab.need_tools("curl")
        with open(os.path.join(self.place.root, "page"), "w", encoding="utf-8") as file:
            file.write("hello")
        base = self.guard(self.place.root, lambda scheme, token: (scheme, token) == ("Bearer", self.daemon.token()))
        done = self.place.run("sh", "-c", f"valetkey token ads --format curl | curl -sS -K - {base}/page")
        self.assertEqual(done.stdout, "hello", done)

    def test_git_clones_with_the_token_and_reports_a_refused_one(self):
        lab.need_tools("git")
        source, bare = (os.path.join(self.place.root, name) for name in ("source", "web/repository.git"))
        for words in (
                ("init", "-q", source),
                ("-C", source, "-c", "user.name=a", "-c", "user.email=a@x.example", "commit", "-q", "--allow-empty",
                 "-m", "first"),
                ("clone", "-q", "--bare", source, bare), ("-C", bare, "update-server-info")):
            done = self.place.run("git", *words)
            self.assertEqual(done.returncode, 0, done)
        os.symlink(lab.program("valetkey"), os.path.join(self.place.bin, "git-credential-valetkey"))
        refused = set()
        base = self.guard(
            os.path.dirname(bare),
            lambda scheme, token: scheme == "Basic" and token == self.daemon.token() and token not in refused)
        helper = ("-c", "credential.helper=", "-c", f"credential.{base}.helper=valetkey ads")
        quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "true", "GIT_CONFIG_NOSYSTEM": "1"}
        done = self.place.run(
            "git", *helper, "clone", "-q", f"{base}/repository.git", os.path.join(self.place.root, "copy"), **quiet)
        self.assertEqual(done.returncode, 0, done)
        # git reports the refused token, and finds another one the next time.
        refused.add(self.daemon.token())
        done = self.place.run("git", *helper, "ls-remote", f"{base}/repository.git", **quiet)
        self.assertNotEqual(done.returncode, 0)
        self.assertNotIn(self.daemon.token(), refused)
        for token in (*refused, self.daemon.token()):
            self.assertNotIn(token, done.stdout + done.stderr)
        done = self.place.run("git", *helper, "ls-remote", f"{base}/repository.git", **quiet)
        self.assertEqual(done.returncode, 0, done)

    def test_docker_s_helper_gives_the_token_of_a_registry(self):
        self.place.configure(self.server.account() + '[docker]\n"registry.example" = { account = "ads" }\n')
        self.assertEqual(self.place.run(lab.program("valetkey"), "reload").returncode, 0)
        helper = os.path.join(self.place.bin, "docker-credential-valetkey")
        os.symlink(lab.program("valetkey"), helper)
        done = self.place.run(helper, "get", stdin="https://registry.example/v1/")
        token = self.daemon.token()
        self.assertEqual(json.loads(done.stdout), {
            "ServerURL": "https://registry.example/v1/", "Username": "oauth2accesstoken", "Secret": token}, done)
        done = self.place.run(helper, "get", stdin="other.example")
        self.assertEqual((done.returncode, done.stdout), (1, "credentials not found in native keychain\n"))
        self.assertEqual(self.place.run(helper, "erase", stdin="registry.example").returncode, 0)
        self.assertNotEqual(self.daemon.token(), token)
        done = self.place.run(helper, "list")
        self.assertEqual(json.loads(done.stdout), {"registry.example": "oauth2accesstoken"})
        done = self.place.run(helper, "store", stdin='{"ServerURL": "x", "Username": "u", "Secret": "p"}')
        self.assertEqual(done.returncode, 64)
        self.assertIn("keeps no passwords", done.stdout)

    def test_the_page_s_nginx_adds_the_token_to_requests(self):
        lab.need_tools("nginx")
        with open(os.path.join(self.place.root, "page"), "w", encoding="utf-8") as file:
            file.write("hello")
        base = self.guard(self.place.root, lambda scheme, token: (scheme, token) == ("Bearer", self.daemon.token()))
        [locations] = blocks("nginx", PAGE)
        for name, value in (("/run/user/1000/valetkey.sock", self.place.socket), ("acme", "ads"),
                            ("https://api.example", base)):
            self.assertIn(name, locations)
            locations = locations.replace(name, value)
        port = lab.free_port()
        paths = "".join(f"{name}_temp_path {self.place.root}/{name};\n"
                        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        path = os.path.join(self.place.root, "nginx.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"user root;\ndaemon off;\nmaster_process off;\npid {self.place.root}/nginx.pid;\nevents {{}}\n"
                       f"http {{\naccess_log off;\n{paths}server {{\nlisten 127.0.0.1:{port};\n{locations}}}\n}}\n")
        nginx = self.start(["nginx", "-e", "stderr", "-c", path], self.place.environment())

        def page():
            with contextlib.suppress(OSError):
                return lab.fetch(f"http://127.0.0.1:{port}/page")
        answer = lab.until(page, lambda: f"nginx answers; it said:\n{nginx.log}")
        self.assertEqual((answer.status, answer.text), (200, "hello"), nginx.log)
        self.assertEqual(self.daemon.ask("POST", "/accounts/ads/refresh").status, 200)
        self.assertEqual(page().text, "hello", "also with a newer token")

    def test_a_program_finds_newer_tokens_in_its_file_as_long_as_it_runs(self):
        short = TokenServer(lifetime=3)
        self.addCleanup(short.close)
        self.place.configure(short.account())
        self.assertEqual(self.place.run("valetkey", "reload").returncode, 0)
        self.daemon.log_in()
        runtime = subprocess.run(
            ["mktemp", "-d", "/dev/shm/vk-XXXXXX"], capture_output=True, text=True, check=True).stdout.strip()
        self.addCleanup(lambda: subprocess.run(["rm", "-r", runtime], check=True))
        script = "while :; do cat $FILE; echo; sleep 0.1; done | awk 'length && !seen[$0]++ {print; if (++n == 3) exit}'"
        done = self.place.run(
            "valetkey", "exec", "--socket", self.place.socket, "ads", "--file-env", "FILE", "--", "sh", "-c", script,
            XDG_RUNTIME_DIR=runtime)
        tokens = done.stdout.split()
        self.assertEqual((done.returncode, len(set(tokens))), (0, 3), done)
        self.assertTrue(set(tokens) <= short.secrets)
        self.assertEqual(os.listdir(os.path.join(runtime, "valetkey")), [])
