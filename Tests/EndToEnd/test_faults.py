"""Faults of the machine, as the user sees them: an exit code, a message, a hint."""

import contextlib
import os
import signal
import subprocess

import lab
from daemon import Daemon
from tokenserver import TokenServer

OTHER, USAGE, UNAVAILABLE, CONSENT, CONFIGURATION = 1, 64, 69, 77, 78


class Faults(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.place.configure(self.server.account())

    def daemon(self, *arguments, **variables):
        daemon = Daemon(self.place, *arguments, **variables)
        self.addCleanup(daemon.end)
        return daemon

    def fails(self, code, *words, **variables):
        """Checks that the daemon ends by itself with this code and these words."""
        process = self.start([lab.program("valetkeyd")], self.place.environment(**variables))
        self.assertEqual(process.wait(), code, process.log)
        for word in words:
            self.assertIn(word, process.log)
        self.assertNotIn("Fatal error", process.log)

    def test_a_misspelt_key_is_refused_with_its_place_and_the_near_name(self):
        self.place.configure(self.server.account().replace("client_id", "clientid"))
        self.fails(CONFIGURATION, "config.toml:2", "clientid", "client_id")

    def test_a_configuration_that_is_no_toml_is_refused_with_its_place(self):
        self.place.configure(self.server.account() + "scopes = [\n")
        self.fails(CONFIGURATION, "config.toml:")

    def test_plain_http_to_another_host_is_refused(self):
        """TLS-1"""
        self.place.configure(self.server.account(token_endpoint="http://login.example.org/token"))
        self.fails(CONFIGURATION, "https", "ads")

    def test_a_configuration_that_others_can_read_and_that_holds_a_secret_is_called_out(self):
        path = self.place.configure(self.server.account(client_secret="hunter2-hunter2"))
        os.chmod(path, 0o644)
        process = self.start([lab.program("valetkeyd")], self.place.environment())
        line = process.wait_line("config.toml")
        self.assertNotIn("hunter2", process.log)
        self.assertIn("chmod", process.log + line)

    def test_config_check_says_the_same_with_the_same_code(self):
        self.place.configure(self.server.account().replace("client_id", "clientid"))
        done = self.place.run(lab.program("valetkey"), "config", "check")
        self.assertEqual(done.returncode, CONFIGURATION, done)
        self.assertIn("clientid", done.stderr + done.stdout)

    def test_without_a_configuration_it_runs_and_waits_for_one(self):
        os.remove(os.path.join(self.place.config, "valetkey", "config.toml"))
        daemon = self.daemon()
        self.assertEqual(daemon.ask("GET", "/accounts").json["accounts"], [])
        self.assertEqual(daemon.ask("GET", "/token/ads").status, 404)
        self.place.configure(self.server.account())
        self.assertEqual(daemon.ask("POST", "/reload").json["added"], ["ads"])

    def test_an_unknown_option_is_a_usage_error(self):
        for name in ("valetkeyd", "valetkey"):
            done = self.place.run(lab.program(name), "--no-such-option")
            self.assertEqual(done.returncode, USAGE, done)
            self.assertIn("--no-such-option", done.stderr)

    def test_without_a_runtime_folder_it_says_what_to_set(self):
        # A user that has no folder in /run/user.
        lab.need(os.getuid() == 0, "only root can be another user")
        stranger = ("setpriv", "--reuid=61234", "--clear-groups")
        for name, code in (("valetkeyd", CONFIGURATION), ("valetkey", UNAVAILABLE)):
            arguments = ("token", "ads") if name == "valetkey" else ()
            done = self.place.run(*stranger, lab.program(name), *arguments, XDG_RUNTIME_DIR=None)
            self.assertEqual(done.returncode, code, done)
            self.assertIn("XDG_RUNTIME_DIR", done.stderr)
            self.assertIn("hint:", done.stderr)

    def test_a_second_daemon_is_kept_out_and_the_first_goes_on(self):
        daemon = self.daemon()
        daemon.log_in()
        self.fails(OTHER, "hint:")
        # Another runtime folder doesn't help, because the grants are locked.
        other = os.path.join(self.place.root, "other")
        os.mkdir(other, 0o700)
        self.fails(OTHER, self.place.state, "hint:", XDG_RUNTIME_DIR=other)
        self.assertTrue(daemon.token())

    def test_the_socket_of_a_dead_daemon_is_taken_over(self):
        daemon = self.daemon()
        daemon.log_in()
        token = daemon.token()
        daemon.child.kill()
        daemon.wait()
        self.assertTrue(os.path.exists(self.place.socket))
        self.assertEqual(self.daemon().token(), token)

    def test_a_file_in_the_sockets_place_is_left_alone(self):
        with open(self.place.socket, "w", encoding="utf-8") as file:
            file.write("mine")
        self.fails(CONFIGURATION, self.place.socket, "hint:")
        with open(self.place.socket, encoding="utf-8") as file:
            self.assertEqual(file.read(), "mine")

    def test_a_grant_that_is_no_longer_readable_is_set_aside_and_the_others_serve(self):
        self.place.configure(self.server.account() + self.server.account("mail"))
        daemon = self.daemon()
        daemon.log_in("ads")
        before = self.place.files()
        daemon.log_in("mail")
        daemon.signal(signal.SIGTERM)
        daemon.wait()
        spoilt = next(path for path in before if "ads" in os.path.basename(path))
        with open(spoilt, "r+b") as file:
            file.seek(-8, os.SEEK_END)
            file.write(b"\0" * 8)
        with open(spoilt, "rb") as file:
            content = file.read()
        daemon = self.daemon()
        self.assertTrue(daemon.token("mail"))
        self.assertEqual(daemon.ask("GET", "/token/ads?wait=0").status, 409)
        self.assertIn("ads", daemon.log)
        self.assertIn(content, self.place.files().values(), "nothing is thrown away")

    def test_a_secret_that_is_missing_is_an_error_of_the_configuration_until_it_is_mended(self):
        """REFRESH-8: exit code 78 with a hint, the valid token is served, no request is sent, a reload repairs it."""
        path = os.path.join(self.place.root, "secret")

        def write():
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
                file.write("looking-glass\n")

        def command(*words):
            return self.place.run(lab.program("valetkey"), *words)

        write()
        self.place.configure(self.server.account() + f'client_secret = {{ file = "{path}" }}\n')
        daemon = self.daemon()
        daemon.log_in()
        os.remove(path)
        posts = len(self.server.posts)
        refused = command("token", "ads", "--fresh")
        self.assertEqual(refused.returncode, CONFIGURATION, refused)
        for word in (path, "valetkey reload"):
            self.assertIn(word, refused.stderr)
        self.assertEqual(daemon.ask("POST", "/accounts/ads/refresh").json["code"], "configuration_error")
        self.assertEqual(daemon.account()["state"], "configuration_error")
        self.assertEqual(command("token", "ads").returncode, 0)
        self.assertEqual(len(self.server.posts), posts)
        write()
        self.assertEqual(command("reload").returncode, 0)
        lab.until(lambda: daemon.account()["state"] == "active", "it is tried again at once")
        os.remove(path)
        self.assertEqual(command("refresh", "ads").returncode, CONFIGURATION)
        write()
        self.assertEqual(command("refresh", "ads").returncode, 0)

    def test_nobody_listens_the_command_says_how_to_start_it(self):
        done = self.place.run(lab.program("valetkey"), "token", "ads")
        self.assertEqual(done.returncode, UNAVAILABLE, done)
        self.assertIn("valetkeyd", done.stderr + done.stdout)
        self.assertEqual(done.stdout, "")

    def test_exit_codes_of_the_command(self):
        self.daemon()
        consent = self.place.run(lab.program("valetkey"), "token", "ads")
        self.assertEqual(consent.returncode, CONSENT, consent)
        self.assertIn("valetkey login ads", consent.stderr)
        unknown = self.place.run(lab.program("valetkey"), "token", "adz")
        self.assertEqual(unknown.returncode, USAGE, unknown)
        self.assertIn("ads", unknown.stderr)


class Disk(lab.Case):
    """A file system that can't store the grant."""

    def setUp(self):
        lab.need(os.getuid() == 0, "mounting needs root")
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.place.configure(self.server.account())

    def mount(self, options):
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.place.state], check=False,
                              capture_output=True, text=True)
        lab.need(done.returncode == 0, f"mount is not possible: {done.stderr}")
        self.addCleanup(subprocess.run, ["umount", self.place.state], check=True)

    def daemon(self):
        daemon = Daemon(self.place)
        self.addCleanup(daemon.end)
        return daemon

    def fill(self):
        path = os.path.join(self.place.state, "filler")
        with contextlib.suppress(OSError), open(path, "wb", buffering=0) as file:
            while True:
                file.write(b"x" * 512)
        return path

    def test_a_read_only_state_folder_is_named_at_start(self):
        self.mount("size=64k,mode=700")
        subprocess.run(["mount", "-o", "remount,ro", self.place.state], check=True)
        process = self.start([lab.program("valetkeyd")], self.place.environment())
        self.assertEqual(process.wait(), CONFIGURATION, process.log)
        self.assertIn(self.place.state, process.log)
        self.assertIn("hint:", process.log.lower())

    def test_a_full_disk_stops_no_reader_and_the_grant_is_written_once_there_is_room(self):
        """REFRESH-4: a rotated token that isn't on disk is shown as unsaved, and isn't lost."""
        self.mount("size=64k,mode=700")
        daemon = self.daemon()
        daemon.log_in()
        filler = self.fill()
        daemon.ask("POST", "/accounts/ads/refresh")
        lab.until(lambda: daemon.account()["unsaved"] or daemon.account().get("last_error"), "the fault is reported")
        self.assertEqual(daemon.ask("GET", "/token/ads").status, 200, "readers are served meanwhile")
        self.assertIn("No space left", daemon.log + str(daemon.account()))
        os.remove(filler)
        lab.until(lambda: not daemon.account()["unsaved"], "the grant is stored by itself", 60, 0.2)
        token = daemon.token()
        daemon.child.kill()
        daemon.wait()
        daemon = self.daemon()
        self.assertEqual(daemon.token(), token)
        self.assertEqual(daemon.ask("GET", "/token/ads?fresh=true").status, 200, "the refresh token is the newest")
        self.assertEqual(self.server.replays, 0)
