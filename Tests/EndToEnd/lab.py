"""Throw-away homes, waiting with a deadline, and HTTP over a Unix socket, for all end-to-end tests."""

import contextlib
import http.client
import http.server
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.path.abspath(os.environ.get("VALETKEY_PROGRAMS", os.path.join(REPOSITORY, ".build", "debug")))
# A test that can't run here is skipped on a developer's machine, but CI must run all of them.
STRICT = bool(os.environ.get("VALETKEY_TESTS_STRICT"))


def program(name):
    """The path of a built program."""
    path = os.path.join(PROGRAMS, name)
    if not os.access(path, os.X_OK):
        raise FileNotFoundError(f"{path} is missing: run `swift build` first, or set VALETKEY_PROGRAMS")
    return path


def need(present, what):
    """Skips the test where a requirement is missing, or fails it where all tests must run."""
    if present:
        return
    if STRICT:
        raise AssertionError(f"cannot run: {what}")
    raise unittest.SkipTest(what)


def need_tools(*names):
    for name in names:
        need(shutil.which(name), f"{name} is not installed; Tests/run installs it")


def until(look, what, seconds=20, pause=0.02):
    """Calls `look` repeatedly until it returns a true value, and returns that."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(pause)


def private(name, flags):
    """Opens a file that is its user's only."""
    return os.open(name, flags, 0o600)


def free_port():
    """A TCP port that is free on both loopback addresses, and that the kernel gives to nobody: it is below the range from
    which it takes ports itself."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        end = int(file.read().split()[0])
    while True:
        port = random.randrange(10240, max(end, 10241))
        try:
            with socket.socket() as four:
                four.bind(("127.0.0.1", port))
            with socket.socket(socket.AF_INET6) as six:
                six.bind(("::1", port))
        except OSError as fault:
            if "in use" in str(fault):
                continue
        return port


class Answer:
    """Status, headers and body of one HTTP exchange."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.text[:300]!r}>"


class UnixHTTP(http.client.HTTPConnection):
    """An HTTP connection to a socket file."""

    def __init__(self, path, timeout=30):
        super().__init__("valetkey", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, method, target, body=None, headers=(), timeout=30):
    """Sends one request on a new connection."""
    with contextlib.closing(UnixHTTP(path, timeout)) as connection:
        data = None if body is None else json.dumps(body).encode()
        sent = dict(headers)
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, target, body=data, headers=sent)
        reply = connection.getresponse()
        return Answer(reply.status, reply.headers, reply.read())


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def fetch(url, follow=True, data=None, headers=(), timeout=20):
    """Sends one HTTP request over TCP without a proxy, and follows redirects if asked."""
    handlers = [urllib.request.ProxyHandler({})] + ([] if follow else [_StayHere()])
    request = urllib.request.Request(url, data=data, headers=dict(headers))
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=timeout) as reply:
            return Answer(reply.status, reply.headers, reply.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, refusal.headers, refusal.read())


class Home:
    """A home folder for a test with private XDG folders, removed at the end."""

    def __init__(self, owner=None):
        self.root = tempfile.mkdtemp(prefix="vk-")
        self.bin = os.path.join(self.root, "bin")
        self.config, self.state, self.data, self.runtime = (
            os.path.join(self.root, name) for name in ("config", "state", "data", "runtime"))
        for folder in (self.config, self.state, self.data, self.runtime, self.bin):
            os.mkdir(folder, 0o700)
        self.socket = os.path.join(self.runtime, "valetkey.sock")

    def environment(self, **more):
        """The environment of programs: nothing of the caller's but PATH and the like; a value of None removes a
        variable."""
        variables = {
            "HOME": self.root, "XDG_CONFIG_HOME": self.config, "XDG_STATE_HOME": self.state,
            "XDG_DATA_HOME": self.data, "XDG_RUNTIME_DIR": self.runtime, "LANG": "C.UTF-8",
            "PATH": f"{self.bin}:{PROGRAMS}:{os.environ['PATH']}",
        }
        variables.update(more)
        return {name: value for name, value in variables.items() if value is not None}

    def configure(self, toml):
        folder = os.path.join(self.config, "valetkey")
        os.makedirs(folder, 0o700, exist_ok=True)
        path = os.path.join(folder, "config.toml")
        with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(toml)
        return path

    def script(self, name, text):
        """Writes an executable into this home's PATH."""
        path = os.path.join(self.bin, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o755)
        return path

    def run(self, *command, stdin=None, timeout=60, **variables):
        """Runs a program to its end and returns it with its output as text."""
        return subprocess.run(
            command, input=stdin, stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True,
            text=True, timeout=timeout, env=self.environment(**variables), check=False)

    def files(self):
        """The content of every file below the state folder."""
        found = {}
        for folder, _, names in os.walk(self.state):
            for name in names:
                path = os.path.join(folder, name)
                with contextlib.suppress(OSError), open(path, "rb") as file:
                    found[path] = file.read()
        return found

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


class Process:
    """A program under test. Its stderr is read line by line, and it is ended by its process id."""

    def __init__(self, command, environment, **options):
        self.child = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", **options)
        self.lines, self._news = [], threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self):
        return self.child.pid

    @property
    def log(self):
        return "".join(self.lines)

    def _read(self):
        for line in self.child.stdout:
            with self._news:
                self.lines.append(line)
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def wait_line(self, matches, seconds=20):
        """Waits for the first line that `matches`, and returns it."""
        test = matches if callable(matches) else lambda line: matches in line
        with self._news:
            found = self._news.wait_for(
                lambda: next((line for line in self.lines if test(line)), None) or not self._reader.is_alive(),
                seconds)
        if not isinstance(found, str):
            raise TimeoutError(f"no such line within {seconds} s, or the program ended; it said:\n{self.log}")
        return found

    def signal(self, number):
        self.child.send_signal(number)

    def wait(self, seconds=20):
        """The exit code; negative for a signal."""
        code = self.child.wait(seconds)
        self._reader.join(5)
        return code

    def end(self):
        """Ends the program if it still runs."""
        if self.child.poll() is None:
            self.child.kill()
        self.wait()
        self.child.stdout.close()


class Case(unittest.TestCase):
    """A test whose homes and processes are removed at the end."""

    def home(self):
        home = Home()
        self.addCleanup(home.remove)
        return home

    def start(self, command, environment, **options):
        process = Process(command, environment, **options)
        self.addCleanup(process.end)
        return process

    def serve(self, handler, **attributes):
        """Starts an HTTP server whose handlers find the attributes in `self.server`. Returns it, with its URL in `base`."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads, server.base = True, f"http://127.0.0.1:{server.server_address[1]}"
        vars(server).update(attributes)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def closing(self, resource):
        """Closes it when the test ends."""
        self.addCleanup(resource.close)
        return resource


if __name__ == "__main__":
    sys.exit("this file holds what the tests share; run the folder: python3 Tests/EndToEnd")
