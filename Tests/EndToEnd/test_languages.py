"""The examples of the pages on Python and other programming languages, as they are printed there."""

import os
import sys

import lab
import pypi
from recipes import RecipeCase, filled, need_client, section, showing
from test_certificates import Authority

CLIENT = os.path.join(lab.REPOSITORY, "Sources", "Clients", "python")

GRPC_SERVER = """
import concurrent.futures, grpc, sys, valetkey

class Greeter(grpc.GenericRpcHandler):
    def service(self, details):
        sent = dict(details.invocation_metadata).get("authorization")
        self.takes = sent == valetkey.Token("acme").header()
        return grpc.unary_unary_rpc_method_handler(self.hello)

    def hello(self, request, context):
        if not self.takes:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "another token")
        return b"hello"

certificate, key = (open(path, "rb").read() for path in sys.argv[1:])
server = grpc.server(concurrent.futures.ThreadPoolExecutor(1), handlers=[Greeter()])
print("port", server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, certificate)])), flush=True)
server.start()
server.wait_for_termination()
"""


class Languages(RecipeCase):
    def program(self, title, name, page="Languages"):
        """Writes the example of a section into a file."""
        [text] = section(page, title)
        replacements = {"https://api.example": self.api}
        if title == "aiohttp":
            replacements['"api.example"'] = '"127.0.0.1"'
        return self.write(name, filled(text, replacements))

    def test_the_check_sees_a_token_that_other_programs_can_see(self):
        """In arguments and in the environment."""
        token = self.token()
        self.assertEqual(showing(token), set())
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        for words, variables in (((), {"TOKEN": token}), ((token,), {})):
            child = self.start([*command, *words], self.place.environment(**variables))
            self.assertEqual({path.split("/")[2] for path in showing(token)}, {str(child.pid)})
            child.end()

    def python(self, title, version):
        path = self.program(title, "get.py", "Python")
        self.repeats_what_is_refused(pypi.interpreter(title, version), "-W", "error", path, PYTHONPATH=CLIENT)

    def test_urllib(self):
        path = self.program("The standard library", "get.py", "Python")
        self.keeps_saying_hello(sys.executable, "-W", "error", path, PYTHONPATH=CLIENT)

    def test_requests(self):
        self.python("requests", "2.32.5")

    def test_httpx(self):
        self.python("httpx", "0.28.1")

    def test_aiohttp(self):
        self.python("aiohttp", "3.14.5")

    def test_grpc(self):
        lab.need_tools("openssl")
        python, authority = pypi.interpreter("grpcio", "1.85.3"), Authority(self.place.root)
        certificate = authority.issue("server", "localhost", "subjectAltName=DNS:localhost")
        server = self.start([python, "-c", GRPC_SERVER, *certificate], self.place.environment(PYTHONPATH=CLIENT))
        port = server.wait_line("port").split()[1]
        [text] = section("Python", "gRPC")
        path = self.write("get.py", filled(text, {"api.example": f"localhost:{port}"}))
        self.keeps_saying_hello(
            python, path, PYTHONPATH=CLIENT, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH=authority.path("ca.pem"))

    def test_node(self):
        need_client("node")
        self.repeats_what_is_refused("node", self.program("Node.js", "get.mjs"))

    def test_go(self):
        need_client("go", is_large=True)
        program = os.path.join(self.place.root, "get")
        done = self.place.run("go", "build", "-o", program, self.program("Go", "get.go"), timeout=300)
        self.assertEqual(done.returncode, 0, done)
        self.repeats_what_is_refused(program)

    def test_java(self):
        need_client("javac", "java", is_large=True)
        done = self.place.run("javac", "-Xlint:all", "-Werror", self.program("Java", "Get.java"))
        self.assertEqual(done.returncode, 0, done)
        self.repeats_what_is_refused("java", "-XX:TieredStopAtLevel=1", "-cp", self.place.root, "Get")

    def test_php(self):
        need_client("php")
        self.repeats_what_is_refused("php", self.program("PHP", "get.php"))

    def test_rust(self):
        need_client("rustc", is_large=True)
        [text] = section("Languages", "Rust")
        program = os.path.join(self.place.root, "token")
        rustup = os.environ.get("RUSTUP_HOME") or os.path.expanduser("~/.rustup")
        done = self.place.run("rustc", "-Dwarnings", "-o", program, self.write("token.rs", text), RUSTUP_HOME=rustup)
        self.assertEqual(done.returncode, 0, done)
        for _ in range(2):
            done = self.place.run(program)
            self.assertEqual((done.returncode, done.stdout), (0, f"Authorization: Bearer {self.token()}\n"), done)
            self.refresh()
