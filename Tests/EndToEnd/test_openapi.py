"""The API's description, and the daemon's answers checked against it."""

import json
import subprocess

import lab
import pypi
from daemon import Daemon
from tokenserver import TokenServer

VALIDATOR = "openapi-spec-validator", "0.9.0"
VALIDATE = """
import json, sys
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

document, answers = json.load(sys.stdin)
validate(document)
registry = Registry().with_resource("api", DRAFT202012.create_resource(document))
for reference, answer in answers:
    Draft202012Validator({"$ref": "api" + reference}, registry=registry).validate(answer)
print(len(answers))
"""


class OpenAPI(lab.Case):
    def test_the_document_is_valid_and_the_daemon_answers_as_it_says(self):
        server = TokenServer()
        self.addCleanup(server.close)
        place = self.home()
        place.configure(server.account())
        daemon = Daemon(place)
        self.addCleanup(daemon.end)
        answers = [("/accounts/ads/consent", daemon.log_in())]
        document = daemon.ask("GET", "/openapi.json").json
        version = place.run(lab.program("valetkeyd"), "--version").stdout.strip()
        self.assertEqual(document["info"]["version"], version)

        for path in ("/accounts", "/accounts/ads", "/accounts/ads/consent", "/health", "/token/ads", "/nothing"):
            answers.append((path, daemon.ask("GET", path, headers={"Accept": "application/json"}).json))
        answers.append(("/reload", daemon.ask("POST", "/reload").json))
        python = pypi.interpreter(*VALIDATOR)
        pairs = [(self.schema(document, path), answer) for path, answer in answers]
        done = subprocess.run([python, "-c", VALIDATE], input=json.dumps([document, pairs]), capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.strip(), str(len(answers)))

    def schema(self, document, path):
        """The reference to the schema of the path's answer."""
        operations = document["paths"].get(path.replace("/ads", "/{account}"))
        if operations is None:
            return "#/components/schemas/Problem"
        operation = operations["post" if path == "/reload" else "get"]
        return operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
