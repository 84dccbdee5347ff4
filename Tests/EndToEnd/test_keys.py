"""The key of the stored grants: a passphrase, a keyring, and the exchange of one key for another."""

import os
import random
import signal
import subprocess

import lab
from daemon import Daemon
from sessionbus import SessionBus
from terminal import Terminal
from tokenserver import TokenServer

PASSPHRASE = "correct horse battery"


class Keys(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.data = os.path.join(self.place.data, "valetkey")

    def start_daemon(self, kind, **variables):
        self.place.configure(self.server.account() + f'[daemon]\nkey = "{kind}"\n')
        daemon = Daemon(self.place, **variables)
        self.addCleanup(daemon.end)
        return daemon

    def stop(self, daemon, how=signal.SIGTERM):
        daemon.signal(how)
        daemon.wait()

    def valetkey(self, *words, typed=None):
        return self.place.run(lab.program("valetkey"), *words, stdin=typed)

    def terminal(self, *words):
        return Terminal([lab.program("valetkey"), *words], self.place.environment())

    def key_files(self):
        return sorted(os.listdir(self.data))


class Passphrases(Keys):
    """KEEP-1"""

    def test_a_person_sets_a_passphrase_and_types_it_after_each_start(self):
        daemon = self.start_daemon("passphrase")
        done = self.valetkey("status")
        self.assertIn("locked", done.stdout)
        self.assertIn("set one: valetkey unlock", done.stdout)
        terminal = self.terminal("unlock")
        terminal.read_until("New passphrase: ")
        lab.until(lambda: not terminal.echoes, "what is typed is hidden")
        terminal.type(PASSPHRASE)
        terminal.read_until("Once more: ")
        terminal.type(PASSPHRASE)
        terminal.read_until("Unlocked.")
        self.assertEqual(terminal.end(), 0, terminal.text)
        self.assertNotIn(PASSPHRASE, terminal.text)
        self.assertEqual(self.key_files(), ["key.passphrase"])
        daemon.log_in()
        token = daemon.token()
        self.stop(daemon)

        daemon = self.start_daemon("passphrase")
        self.assertIn("locked", daemon.log)
        done = self.valetkey("token", "ads")
        self.assertEqual(done.returncode, 75, done)
        self.assertIn("run: valetkey unlock", done.stderr)
        answer = daemon.ask("GET", "/token/ads")
        self.assertEqual((answer.status, answer.json["code"]), (503, "locked"))
        done = self.valetkey("unlock", typed="wrong\n")
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("that is not the passphrase", done.stderr)
        done = self.valetkey("unlock", typed=f"{PASSPHRASE}\n")
        self.assertEqual((done.returncode, done.stderr), (0, "Unlocked.\n"), done)
        done = self.valetkey("unlock")
        self.assertEqual((done.returncode, done.stderr), (0, "Nothing is locked.\n"), done)
        self.assertEqual(daemon.token(), token)

        done = self.valetkey("lock")
        self.assertEqual(done.returncode, 0, done)
        for words in (("token", "ads"), ("refresh", "ads"), ("logout", "ads"), ("login", "ads", "--no-browser")):
            done = self.valetkey(*words)
            self.assertEqual(done.returncode, 75, done)
            self.assertIn("run: valetkey unlock", done.stderr)
        self.assertIn("locked", self.valetkey("status").stdout)
        self.assertEqual(self.valetkey("unlock", typed=f"{PASSPHRASE}\n").returncode, 0)
        self.assertEqual(daemon.token(), token)
        for secret in (PASSPHRASE, token):
            self.assertNotIn(secret, daemon.log)

    def test_an_interrupted_prompt_shows_again_what_is_typed(self):
        self.start_daemon("passphrase")
        for press, code in ((3, 130), (4, 64)):
            terminal = self.terminal("unlock")
            terminal.read_until("New passphrase: ")
            lab.until(lambda: not terminal.echoes, "what is typed is hidden")
            terminal.press(press)
            lab.until(lambda: terminal.echoes, "what is typed is shown again")
            self.assertEqual(terminal.end(), code, terminal.text)
        terminal = self.terminal("unlock")
        terminal.read_until("New passphrase: ")
        terminal.type("one")
        terminal.read_until("Once more: ")
        terminal.type("two")
        terminal.read_until("the two differ")
        self.assertEqual(terminal.end(), 64, terminal.text)
        self.assertFalse(os.path.exists(self.data) and self.key_files())

    def test_a_passphrase_can_be_changed(self):
        daemon = self.start_daemon("passphrase")
        self.assertEqual(self.valetkey("unlock", typed=f"{PASSPHRASE}\n").returncode, 0)
        daemon.log_in()
        token = daemon.token()
        done = self.valetkey("key", "rotate", typed=f"{PASSPHRASE}\nanother\n")
        self.assertEqual((done.returncode, done.stderr), (0, "Sealed 1 grant with a new key.\n"), done)
        self.assertEqual(daemon.token(), token)
        self.stop(daemon)
        daemon = self.start_daemon("passphrase")
        self.assertEqual(self.valetkey("unlock", typed=f"{PASSPHRASE}\n").returncode, 1)
        self.assertEqual(self.valetkey("unlock", typed="another\n").returncode, 0)
        self.assertEqual(daemon.token(), token)


class Rotation(Keys):
    def test_no_grant_is_lost_when_the_daemon_is_killed_while_it_exchanges_the_key(self):
        """KEEP-1"""
        names = [f"a{number}" for number in range(12)]
        self.place.configure("".join(self.server.account(name) for name in names))
        daemon = Daemon(self.place)
        self.addCleanup(daemon.end)
        for name in names:
            daemon.log_in(name)
        tokens = {name: daemon.token(name) for name in names}
        key = os.path.join(self.data, "key")
        with open(key, "rb") as file:
            first = file.read()
        seed = random.randrange(1 << 32)
        rng = random.Random(seed)
        for _ in range(8):
            before, some = self.place.files(), rng.randrange(len(names) + 1)
            child = self.start([lab.program("valetkey"), "key", "rotate"], self.place.environment())

            def has_begun():
                files = self.place.files()
                return child.child.poll() is not None or os.path.exists(f"{key}.next") and sum(
                    files.get(name) != content for name, content in before.items()) >= some
            lab.until(has_begun, "the exchange has begun", pause=0)
            self.stop(daemon, signal.SIGKILL)
            child.wait()
            daemon = Daemon(self.place)
            self.addCleanup(daemon.end)
            self.assertEqual({name: daemon.token(name) for name in names}, tokens, f"seed {seed}:\n{daemon.log}")
        lab.until(lambda: self.key_files() == ["key"], lambda: f"one key, seed {seed}: {self.key_files()}")
        done = self.valetkey("key", "rotate")
        self.assertEqual(done.returncode, 0, done)
        with open(key, "rb") as file:
            self.assertNotEqual(file.read(), first)
        self.stop(daemon)
        daemon = Daemon(self.place)
        self.addCleanup(daemon.end)
        self.assertEqual({name: daemon.token(name) for name in names}, tokens)


class Keyring(Keys):
    """A real keyring on a bus of its own."""

    def setUp(self):
        super().setUp()
        lab.need_tools("secret-tool", "gnome-keyring-daemon", "dbus-daemon")
        bus = SessionBus(self.place)
        self.address = bus.address
        self.start(bus.command, self.variables())
        lab.until(lambda: os.path.exists(bus.path), "the session's bus")

    def variables(self):
        return self.place.environment(DBUS_SESSION_BUS_ADDRESS=self.address)

    def unlock(self):
        """A keyring that is unlocked by the login passphrase, as on a desktop."""
        command = "printf %s 'login passphrase' >passphrase && exec gnome-keyring-daemon --foreground --unlock " \
            "--components=secrets <passphrase"
        keyring = self.start(["sh", "-c", command], self.variables(), cwd=self.place.root)
        probe = ["secret-tool", "store", "--label=probe", "probe", "1"]
        lab.until(lambda: subprocess.run(
            probe, env=self.variables(), input=b"x", stderr=subprocess.DEVNULL, check=False).returncode == 0,
            "the keyring answers")
        return keyring

    def test_the_key_is_in_the_keyring_and_a_missing_keyring_is_told(self):
        """KEEP-1"""
        keyring = self.unlock()
        daemon = self.start_daemon("secret-service", DBUS_SESSION_BUS_ADDRESS=self.address)
        lab.until(lambda: daemon.ask("GET", "/key").json["state"] == "open", lambda: f"the key:\n{daemon.log}")
        self.assertFalse(os.path.exists(self.data) and self.key_files())
        daemon.log_in()
        token = daemon.token()
        done = self.valetkey("key", "rotate")
        self.assertEqual(done.returncode, 0, done)
        self.stop(daemon)

        keyring.signal(signal.SIGTERM)
        keyring.wait()
        daemon = self.start_daemon("secret-service", DBUS_SESSION_BUS_ADDRESS=self.address)
        lab.until(lambda: "the keyring" in daemon.ask("GET", "/key").json.get("detail", ""),
                  lambda: f"it says why:\n{daemon.log}")
        done = self.valetkey("token", "ads")
        self.assertEqual(done.returncode, 75, done)
        self.assertIn("valetkey unlock", done.stderr)
        self.unlock()
        done = self.valetkey("unlock")
        self.assertEqual(done.returncode, 0, f"{done}\n{daemon.log}")
        self.assertEqual(daemon.token(), token)
        self.assertNotIn("key", self.key_files() if os.path.exists(self.data) else [])
