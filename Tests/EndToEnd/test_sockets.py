"""Further sockets with less behind them, and callers in a sandbox on the main one."""

import os
import pwd
import socket
import subprocess

import lab
from daemon import Daemon
from strangers import STRANGER
from tokenserver import TokenServer

CURL = ["curl", "-s", "--max-time", "20", "-w", "\n%{http_code}"]


class Sockets(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()

    def start_daemon(self, tables="", **options):
        self.place.configure(self.server.account() + self.server.account("mail") + tables)
        daemon = Daemon(self.place, **options)
        self.addCleanup(daemon.end)
        daemon.log_in()
        daemon.log_in("mail")
        return daemon

    def curl(self, path, target="/token/ads", *more, under=()):
        """The status and the body that a program gets."""
        done = subprocess.run([*under, *CURL, "--unix-socket", path, *more, f"http://valetkey{target}"],
                              capture_output=True, text=True, timeout=60, check=False)
        body, _, status = done.stdout.rpartition("\n")
        return int(status or 0), body

    def as_user(self, user):
        return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]

    def test_a_socket_has_the_tokens_of_its_accounts_and_nothing_else(self):
        daemon = self.start_daemon('[sockets.ci]\naccounts = ["ads"]\n')
        path = f"{self.place.runtime}/valetkey-ci.sock"
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertEqual(self.curl(path), (200, daemon.token()))
        self.assertEqual(self.curl(path, "/health")[0], 200)
        for target in ("/token/mail", "/token/nobody", "/accounts", "/accounts/ads", "/accounts/ads/consent",
                       "/openapi.json", "/events", "/metrics"):
            status, body = self.curl(path, target)
            self.assertEqual(status, 404, target)
            for word in ("did you mean", "near", "http://127", self.place.root):
                self.assertNotIn(word, body)
        for method, target in (("POST", "/accounts/ads/consent"), ("DELETE", "/accounts/ads/grant"),
                               ("POST", "/accounts/ads/refresh"), ("POST", "/reload"), ("PUT", "/token/ads")):
            self.assertEqual(self.curl(path, target, "-X", method, "-d", "{}")[0], 403, target)
        self.assertEqual(self.curl(path, "/token/ads?fresh=true")[0], 403)
        self.assertTrue(daemon.token(), "the user is still logged in")

    def test_a_reload_opens_and_closes_sockets(self):
        daemon = self.start_daemon()
        path = f"{self.place.runtime}/valetkey-ci.sock"
        self.place.configure(self.server.account() + '[sockets.ci]\naccounts = ["ads"]\n')
        said = self.place.run(lab.program("valetkey"), "reload")
        self.assertIn("sockets.ci", said.stderr)
        self.assertEqual(self.curl(path), (200, daemon.token()))
        self.place.configure(self.server.account())
        self.place.run(lab.program("valetkey"), "reload")
        self.assertFalse(os.path.exists(path))
        self.place.configure(self.server.account() + '[sockets.ci]\naccounts = ["nobody"]\n')
        refused = self.place.run(lab.program("valetkey"), "reload")
        self.assertEqual(refused.returncode, 78, refused)
        self.assertIn("which doesn't exist", refused.stderr)

    def test_another_user_reads_only_where_a_socket_is_for_that_user(self):
        lab.need(os.getuid() == 0, "becoming another user needs root")
        os.chmod(self.place.root, 0o711)
        folder = f"{self.place.root}/shared"
        os.mkdir(folder, 0o711)
        daemon = self.start_daemon("".join(
            f'[sockets.{name}]\naccounts = ["ads"]\npath = "{folder}/{name}"\nmode = "{mode}"\n{more}\n'
            for name, mode, more in (("own", "0666", ""), ("listed", "0666", f'peers = ["{STRANGER}"]'),
                                     ("group", "0660", f'peers = "reachable"\ngroup = "{STRANGER}"'),
                                     ("all", "0666", 'peers = "reachable"'))))
        token = daemon.token()
        for name, mine, others in (("own", 403, 403), ("listed", 200, 403), ("group", 200, 0), ("all", 200, 200)):
            for user, expected in ((STRANGER, mine), (STRANGER + 1, others)):
                status, body = self.curl(f"{folder}/{name}", under=self.as_user(user))
                self.assertEqual(status, expected, (name, user, body))
                self.assertEqual(token in body, expected == 200)
            self.assertEqual(self.curl(f"{folder}/{name}"), (200, token), "the user of the daemon is always served")
        status, _ = self.curl(f"{folder}/listed", "/token/mail", under=self.as_user(STRANGER))
        self.assertEqual(status, 404)

    def test_the_connections_of_a_socket_are_limited(self):
        daemon = self.start_daemon('[sockets.ci]\naccounts = ["ads"]\nconnections = 4\nwait = "1s"\n')
        path = f"{self.place.runtime}/valetkey-ci.sock"
        idle = []
        for _ in range(200):
            connection = socket.socket(socket.AF_UNIX)
            self.addCleanup(connection.close)
            connection.connect(path)
            idle.append(connection)
        self.assertEqual(self.curl(path), (200, daemon.token()))
        idle[0].settimeout(20)
        self.assertEqual(idle[0].recv(10), b"", "the oldest has made room")
        self.assertTrue(daemon.token(), "and the main socket has its own connections")

    def test_a_caller_in_a_sandbox_is_refused_and_gets_a_socket_of_its_own(self):
        lab.need_tools("unshare")
        daemon = self.start_daemon('[sockets.box]\naccounts = ["ads"]\n')
        sandbox = ["unshare", "--user", "--map-root-user"]
        health = daemon.ask("GET", "/health").json
        if health["sandboxed_callers"] == "not_told_apart":
            lab.need(False, "this kernel doesn't tell callers in a sandbox")
        self.assertEqual(health["sandboxed_callers"], "refused")
        for method, target in (("GET", "/token/ads"), ("DELETE", "/accounts/ads/grant"), ("GET", "/health")):
            status, body = self.curl(self.place.socket, target, "-X", method, under=sandbox)
            self.assertEqual(status, 403, target)
            self.assertIn("[sockets.NAME]", body)
            self.assertNotIn(daemon.token(), body)
        self.assertEqual(self.curl(f"{self.place.runtime}/valetkey-box.sock", under=sandbox), (200, daemon.token()))
        self.place.configure(self.server.account() + '[daemon]\nsandboxed_callers = "serve"\n')
        daemon.ask("POST", "/reload")
        self.assertEqual(self.curl(self.place.socket, under=sandbox), (200, daemon.token()))
        self.assertEqual(daemon.ask("GET", "/health").json["sandboxed_callers"], "served")

    def test_a_sandboxed_caller_whose_first_process_has_ended_is_refused(self):
        """Its child goes on with the connection."""
        daemon = self.start_daemon()
        script = """
import os, socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
ready, go = os.pipe()
if os.fork():
    os._exit(0)
os.close(go)
import time
while os.getppid() == int(sys.argv[2]):
    time.sleep(0.01)
connection.sendall(b"GET /token/ads HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
data = b""
while part := connection.recv(65536):
    data += part
sys.stdout.write(data.decode())
"""
        # The daemon stands still while the caller connects, forks and ends.
        daemon.signal(19)
        child = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "python3", "-c", script, self.place.socket, "-1"],
            stdout=subprocess.PIPE, text=True)
        child.wait(20)
        daemon.signal(18)
        answer = child.stdout.read()
        child.stdout.close()
        self.assertIn(" 403 ", answer.split("\r\n")[0])
        self.assertIn("has ended", answer)

    def test_a_daemon_of_an_ordinary_user_tells_sandboxes_apart(self):
        """Without the privileges of root, which the other tests have."""
        lab.need(os.getuid() == 0, "becoming another user needs root")
        self.place.configure(self.server.account())
        user = pwd.getpwnam("nobody").pw_uid
        for folder, _, names in os.walk(self.place.root):
            for name in (folder, *(os.path.join(folder, name) for name in names)):
                os.chown(name, user, user)
        daemon = Daemon(self.place, wait=False, under=self.as_user(user))
        self.addCleanup(daemon.end)
        daemon.wait_line("ready")
        own = self.as_user(user)
        self.assertEqual(self.curl(self.place.socket, "/health", under=own)[0], 200)
        status, body = self.curl(self.place.socket, "/health", under=[*own, "unshare", "--user"])
        self.assertEqual(status, 403, body)
        self.assertIn("another user namespace", body)
        # A process that forbids tracing is no stranger for that.
        hidden = ["python3", "-c", "import ctypes, os, socket, sys\n"
                  "ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\n"
                  "c = socket.socket(socket.AF_UNIX)\nc.connect(sys.argv[1])\n"
                  "c.sendall(b'GET /health HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n')\n"
                  "print(c.recv(12).decode())", self.place.socket]
        hidden[0] = "/usr/bin/python3"
        done = subprocess.run([*own, *hidden], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.stdout, "HTTP/1.1 200\n", done)

    def test_sockets_of_a_service_manager_are_matched_by_name_in_any_order(self):
        lab.need_tools("systemd-socket-activate")
        self.place.configure(self.server.account() + '[sockets.ci]\naccounts = ["ads"]\n')
        extra = f"{self.place.runtime}/handed.sock"
        daemon = Daemon(self.place, wait=False, under=[
            "systemd-socket-activate", "-l", extra, "-l", self.place.socket, "--fdname=valetkey-ci:valetkey",
            *(f"-EXDG_{name}" for name in ("CONFIG_HOME", "STATE_HOME", "DATA_HOME", "RUNTIME_DIR"))])
        self.addCleanup(daemon.end)
        daemon.wait_line("Listening on")
        lab.until(lambda: os.path.exists(self.place.socket), "the sockets are there")
        daemon.log_in()
        self.assertEqual(self.curl(extra), (200, daemon.token()))
        self.assertEqual(self.curl(extra, "/accounts")[0], 404)
        self.assertFalse(os.path.exists(f"{self.place.runtime}/valetkey-ci.sock"))
