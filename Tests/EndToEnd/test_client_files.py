"""The recipes for programs that read a token from a file, each run as printed with the client's own code."""

import json
import os
import urllib.parse

import lab
import pypi
from recipes import API, Exchange, RecipeCase, filled, need_client, section

TITLE = "A program that reads a file"
# Not by google.auth.default(), which asks Google for the project.
GOOGLE = """
import google.auth.identity_pool, google.auth.transport.requests, sys
credentials = google.auth.identity_pool.Credentials.from_file(sys.argv[1], scopes=["any"])
credentials.refresh(google.auth.transport.requests.Request())
print(credentials.token)
"""
# What `aws sts get-caller-identity` does first: the role's credentials, by the file that the environment names.
AWS = """
import botocore.session
print(botocore.session.Session().get_credentials().get_frozen_credentials().secret_key)
"""


class Roles(API):
    """AWS's AssumeRoleWithWebIdentity."""

    def do_POST(self):
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if form["Action"] != "AssumeRoleWithWebIdentity" or not self.server.case.takes_token(form["WebIdentityToken"]):
            return self.reply(400, b"<ErrorResponse><Error><Code>InvalidIdentityToken</Code></Error></ErrorResponse>")
        self.reply(200, b"<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
                        b"<AccessKeyId>id</AccessKeyId><SecretAccessKey>hello</SecretAccessKey>"
                        b"<SessionToken>session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
                        b"</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>",
                   **{"Content-Type": "text/xml"})


class ClientFiles(RecipeCase):
    def setUp(self):
        super().setUp()
        runtime = self.in_memory()
        self.daemon.end()
        self.place.runtime, self.place.socket = runtime, os.path.join(runtime, "valetkey.sock")
        self.path = os.path.join(runtime, "valetkey", "acme")

    def restart(self, form="raw"):
        """A daemon with the configuration of the page, as far as it is about the account."""
        printed = section("Clients", TITLE)[0].split("[accounts.acme.tokens.graph]")[0]
        keys = printed.split("[accounts.acme]\n")[1].replace('token_file_format = "raw"', f'token_file_format = "{form}"')
        self.place.configure(self.server.account(self.account) + keys)
        self.daemon = self.start_daemon()
        lab.until(lambda: os.path.exists(self.path), lambda: f"the file:\n{self.daemon.log}")

    def block(self, number, **replacements):
        return filled(section("Clients", TITLE)[number], {
            "/run/user/1000/valetkey/acme": self.path, **replacements})

    def test_google(self):
        self.restart("json")
        python = pypi.interpreter("google-auth[requests]", "2.63.0")
        settings = json.loads(section("Clients", "Google's libraries")[0])
        settings["token_url"] = self.serve(Exchange, case=self).base
        settings["credential_source"] = json.loads(self.block(2))
        self.keeps_saying_hello(python, "-c", GOOGLE, self.write("google.json", json.dumps(settings)))

    def test_aws(self):
        self.restart()
        python = pypi.interpreter("botocore", "1.40.0")
        lines = filled(section("Clients", TITLE)[3], {"aws sts get-caller-identity": 'exec "$0" -c "$1"'})
        self.keeps_saying_hello(
            "sh", "-c", lines, python, AWS, AWS_ENDPOINT_URL_STS=self.serve(Roles, case=self).base,
            AWS_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true")

    def test_prometheus(self):
        need_client("prometheus", is_large=True)
        self.restart()
        job = self.block(1) + f"  static_configs:\n  - targets: ['{self.api.removeprefix('http://')}']\n"
        path = self.write("prometheus.yml", "global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\n" + job)
        port = lab.free_port()
        self.start(
            ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={self.place.root}/data",
             f"--web.listen-address=127.0.0.1:{port}"], self.place.environment())
        for _ in range(2):
            done = len(self.statuses)
            lab.until(lambda: 200 in self.statuses[done:], "a scrape with the current token")
            self.refresh()
