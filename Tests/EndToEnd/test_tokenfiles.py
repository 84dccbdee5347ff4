"""Files that follow the tokens: logout, consent, restart, kill, reload, full disks, and a thousand at once."""

import concurrent.futures
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time

import lab
from daemon import Daemon
from tokenserver import TokenServer


class TokenFiles(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        # A runtime folder is in memory.
        self.place.runtime = tempfile.mkdtemp(prefix="vk-", dir="/dev/shm")
        self.addCleanup(shutil.rmtree, self.place.runtime, True)
        self.place.socket = self.path("valetkey.sock")
        self.configure()

    def path(self, name):
        return os.path.join(self.place.runtime, name)

    def configure(self, file="%t/valetkey/ads", **more):
        self.place.configure(self.server.account(token_file=file, **more))

    def start(self, **variables):
        daemon = Daemon(self.place, **variables)
        self.addCleanup(daemon.end)
        return daemon

    def content(self, name="valetkey/ads"):
        try:
            with open(self.path(name), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def await_content(self, content, name="valetkey/ads"):
        lab.until(lambda: self.content(name) == content, lambda: f"the file is {content}, not {self.content(name)}")

    def run_command(self, *arguments, code=0):
        done = self.place.run(lab.program("valetkey"), *arguments)
        self.assertEqual(done.returncode, code, done)
        return done

    def test_the_file_follows_login_refresh_restart_and_logout(self):
        daemon = self.start()
        self.assertIsNone(self.content())
        daemon.log_in()
        self.await_content(daemon.token())
        facts = os.lstat(self.path("valetkey/ads"))
        self.assertEqual(stat.S_IMODE(facts.st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("valetkey")).st_mode), 0o700)
        token = daemon.token(query="?fresh=true")
        self.await_content(token)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        self.assertEqual(os.listdir(self.path("valetkey")), [])
        daemon = self.start()
        # Who has waited for the daemon finds the file.
        self.assertEqual(self.content(), token)
        self.run_command("logout", "ads")
        self.await_content(None)
        self.assertNotIn(token, daemon.log)

    def test_the_file_goes_when_the_consent_has_ended(self):
        daemon = self.start()
        daemon.log_in()
        self.await_content(daemon.token())
        self.server.answers = [(400, json.dumps({"error": "invalid_grant"}), {})] * 2
        self.run_command("refresh", "ads", code=77)
        self.await_content(None)
        daemon.log_in()
        self.await_content(daemon.token())

    def test_the_file_goes_when_its_token_expires(self):
        self.server.lifetime = 4
        daemon = self.start()
        daemon.log_in()
        self.server.answers = [(503, "", {})] * 50
        self.await_content(None)
        daemon.wait_line(lambda line: "the file of a token was removed" in line and "expired=true" in line)

    def test_what_a_killed_daemon_leaves_is_replaced_or_removed(self):
        daemon = self.start()
        daemon.log_in()
        self.await_content(daemon.token())
        daemon.signal(signal.SIGKILL)
        daemon.wait()
        left = self.content()
        self.assertTrue(left)
        daemon = self.start()
        token = daemon.token(query="?fresh=true")
        self.await_content(token)
        daemon.signal(signal.SIGKILL)
        daemon.wait()
        self.configure("%t/valetkey/other")
        self.start()
        self.assertIsNone(self.content())
        self.assertEqual(self.content("valetkey/other"), token)

    def test_a_reload_moves_the_file_and_changes_its_format(self):
        daemon = self.start()
        daemon.log_in()
        token = daemon.token()
        self.await_content(token)
        self.configure("%t/%U/ads", token_file_format="header")
        self.run_command("reload")
        self.assertIsNone(self.content())
        self.assertEqual(self.content(f"{os.getuid()}/ads"), f"Authorization: Bearer {token}\n")
        self.configure("%t/%U/ads", token_file_format="json")
        self.run_command("reload")
        self.assertEqual(json.loads(self.content(f"{os.getuid()}/ads"))["access_token"], token)
        self.place.configure(self.server.account())
        self.run_command("reload")
        self.assertEqual(os.listdir(self.path(f"{os.getuid()}")), [])
        self.assertEqual(daemon.token(), token)

    def test_a_lock_takes_the_file_and_an_unlock_brings_it_back(self):
        def unlock():
            done = self.place.run(lab.program("valetkey"), "unlock", stdin="correct horse\n")
            self.assertEqual(done.returncode, 0, done)

        account = self.server.account(token_file="%t/valetkey/ads")
        self.place.configure(account + '[daemon]\nkey = "passphrase"\n')
        daemon = self.start()
        unlock()
        daemon.log_in()
        token = daemon.token()
        self.await_content(token)
        self.run_command("lock")
        self.await_content(None)
        # A unit that asks for its credential now gets none, and the log says why.
        self.assertEqual(self.credential("ads"), b"")
        daemon.wait_line(lambda line: "empty credential" in line and "unlock" in line)
        unlock()
        self.await_content(token)
        self.assertEqual(self.credential("ads").decode(), token)

    def credential(self, name):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.bind(f"\0{os.urandom(8).hex()}/unit/test.service/{name}")
            connection.connect(self.place.socket)
            connection.shutdown(socket.SHUT_WR)
            content = b""
            while piece := connection.recv(4096):
                content += piece
            return content

    def test_a_place_on_a_disk_is_refused_unless_it_is_stated(self):
        place = os.path.join("/var/tmp", os.path.basename(self.place.root))
        os.mkdir(place, 0o700)
        self.addCleanup(shutil.rmtree, place, True)
        file = os.path.join(place, "token")
        kind = subprocess.run(["stat", "-f", "-c", "%T", place], capture_output=True, text=True, check=True).stdout
        lab.need(kind.strip() not in ("tmpfs", "ramfs"), "/var/tmp is in memory")
        self.configure(file)
        done = self.run_command("config", "check")
        self.assertIn("isn't in memory", done.stdout)
        daemon = self.start()
        daemon.log_in()
        daemon.wait_line("isn't in memory")
        self.assertEqual(os.listdir(place), [])
        self.assertIn("token_file_on_disk = true", self.run_command("status").stdout)
        report = daemon.account()["token_files"]
        self.assertEqual([(entry["path"], entry["written"]) for entry in report], [(file, False)])
        checks = json.loads(self.place.run(lab.program("valetkey"), "doctor", "--json").stdout)["checks"]
        self.assertEqual([check["state"] for check in checks if check["check"] == "token_files"], ["wrong"])
        self.configure(file, token_file_on_disk=True)
        self.assertIn("backups", self.run_command("config", "check").stdout)
        self.run_command("reload")
        self.assertEqual(os.listdir(place), ["token"])
        with open(file, encoding="utf-8") as written:
            self.assertEqual(written.read(), daemon.token())

    def test_a_file_of_somebody_else_stays(self):
        os.mkdir(self.path("valetkey"), 0o700)
        with open(self.path("valetkey/ads"), "w", encoding="utf-8") as file:
            file.write("mine")
        daemon = self.start()
        daemon.log_in()
        daemon.wait_line("that isn't ours")
        daemon.token(query="?fresh=true")
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        self.assertEqual(self.content(), "mine")
        self.assertEqual(daemon.log.count("that isn't ours"), 1)

    def test_a_full_file_system_harms_neither_the_grant_nor_the_file_that_is_there(self):
        folder = self.path("small")
        os.mkdir(folder, 0o700)
        mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8k,mode=0700", "vk", folder], check=False).returncode == 0
        lab.need(mounted, "a small tmpfs can't be mounted here")
        self.addCleanup(subprocess.run, ["umount", folder], check=False)
        self.configure("%t/small/ads")
        daemon = self.start()
        daemon.log_in()
        first = daemon.token()
        self.await_content(first, "small/ads")
        with open(os.path.join(folder, "ballast"), "wb") as file:
            os.truncate(file.fileno(), 0)
            try:
                while True:
                    os.write(file.fileno(), b"x" * 4096)
            except OSError:
                pass
        newest = daemon.token(query="?fresh=true")
        daemon.wait_line("No space left on device")
        self.assertEqual(self.content("small/ads"), first)
        self.assertEqual(daemon.token(), newest)
        self.assertFalse(daemon.account()["unsaved"])
        os.remove(os.path.join(folder, "ballast"))
        newest = daemon.token(query="?fresh=true")
        self.await_content(newest, "small/ads")
        daemon.wait_line("written again")

    def test_a_thousand_files_follow_a_thousand_refreshes_within_a_second(self):
        names = [f"a{number}" for number in range(1000)]
        self.place.configure("".join(
            self.server.account(
                name, scopes=None, flow="client_credentials", client_secret="s", token_file=f"%t/tokens/{name}")
            .replace("scopes = null\n", "") for name in names))
        daemon = self.start()
        self.refresh_all(daemon, names, "?wait=60")
        lab.until(lambda: len(self.listed()) == 1000, lambda: f"all are there: {len(self.listed())}", 60)
        stop, torn = threading.Event(), []

        def look():
            while not stop.is_set():
                for name in names[::7]:
                    content = self.content(f"tokens/{name}")
                    if content not in self.server.secrets:
                        torn.append((name, content))

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            looking = pool.submit(look)
            newest = self.refresh_all(daemon, names, "?fresh=true&wait=60")
            end = time.monotonic()
            lab.until(lambda: all(self.content(f"tokens/{name}") == token for name, token in newest.items()),
                      "all files are at the newest tokens", 20)
            took = time.monotonic() - end
            stop.set()
            looking.result()
        self.assertEqual(torn, [])
        self.assertLess(took, 1)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)
        self.assertEqual(os.listdir(self.path("tokens")), [])

    def refresh_all(self, daemon, names, query):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = pool.map(lambda name: daemon.ask("GET", f"/token/{name}{query}", timeout=90), names)
            answers = dict(zip(names, answers))
        self.assertEqual({answer.status for answer in answers.values()}, {200}, daemon.log[-2000:])
        return {name: answer.text for name, answer in answers.items()}

    def listed(self):
        try:
            return [name for name in os.listdir(self.path("tokens")) if not name.startswith(".")]
        except FileNotFoundError:
            return []
