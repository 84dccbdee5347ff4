"""The files on disk across restarts: the key, the lock, and grants that are damaged, newer or another client's."""

import glob
import os
import shutil
import signal
import stat

import lab
from daemon import Daemon
from tokenserver import TokenServer


class Storage(lab.Case):
    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.place.configure(self.server.account())
        daemon = self.daemon()
        daemon.log_in()
        self.token = daemon.token()
        self.stop(daemon)
        self.folder = os.path.join(self.place.state, "valetkey")
        self.file = os.path.join(self.folder, "ads.grant")
        self.content = self.read(self.file)

    def daemon(self, **variables):
        daemon = Daemon(self.place, **variables)
        self.addCleanup(daemon.end)
        return daemon

    def stop(self, daemon):
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0, daemon.log)

    @staticmethod
    def read(path):
        with open(path, "rb") as file:
            return file.read()

    def write(self, content):
        with open(self.file, "wb") as file:
            file.write(content)

    def key(self):
        paths = [path for folder in (self.place.config, self.place.data, self.place.state)
                 for path in glob.glob(os.path.join(folder, "**", "key"), recursive=True)]
        self.assertEqual(len(paths), 1, paths)
        return paths[0]

    def fails(self, *words):
        process = self.start([lab.program("valetkeyd")], self.place.environment())
        self.assertNotEqual(process.wait(), 0, process.log)
        for word in words:
            self.assertIn(word, process.log)

    def test_the_key_lies_apart_from_what_it_opens_and_is_the_users_alone(self):
        """KEEP-1"""
        key = self.key()
        self.assertNotEqual(os.path.commonpath([key, self.folder]), self.folder)
        self.assertEqual(stat.S_IMODE(os.stat(key).st_mode), 0o600)
        self.assertNotIn(self.read(key), self.content)

    def test_without_the_key_it_refuses_to_start_and_destroys_nothing(self):
        """KEEP-1"""
        key = self.key()
        kept = key + ".away"
        shutil.move(key, kept)
        self.fails(key, "hint:", "backup")
        self.assertFalse(os.path.exists(key), "no new key in its place")
        self.assertEqual(self.read(self.file), self.content)
        shutil.move(kept, key)
        self.assertEqual(self.daemon().token(), self.token)

    def test_with_another_key_nothing_is_moved_and_the_right_one_brings_the_grants_back(self):
        """KEEP-1"""
        path = self.key()
        right = self.read(path)
        with open(path, "wb") as file:
            file.write(bytes(32))
        daemon = self.daemon()
        self.assertEqual(daemon.account()["last_error"]["code"], "other_key")
        self.assertIn("key", daemon.account()["last_error"]["hint"])
        self.assertEqual(daemon.ask("DELETE", "/accounts/ads/grant").status, 200)
        self.assertIn(self.content, self.place.files().values(), "not even a logout throws it away")
        self.stop(daemon)
        self.write(self.content)
        daemon = self.daemon()
        self.assertEqual(daemon.account()["state"], "no_grant")
        self.stop(daemon)
        self.assertEqual(self.read(self.file), self.content)
        with open(path, "wb") as file:
            file.write(right)
        self.assertEqual(self.daemon().token(), self.token)

    def test_a_key_of_another_length_is_named(self):
        key = self.key()
        with open(key, "ab") as file:
            file.write(b"!")
        self.fails(key, "32")
        self.assertEqual(self.read(self.file), self.content)

    def test_files_that_it_cannot_use_are_set_aside_and_never_overwritten(self):
        """KEEP-1: newer, damaged, cut, empty, sealed with another key, another account's."""
        newer = b"valetkey grant 9\n" + self.content[17:]
        other = self.home()
        other.configure(self.server.account() + self.server.account("mail"))
        stranger = Daemon(other)
        self.addCleanup(stranger.end)
        stranger.log_in("ads")
        foreign = self.read(os.path.join(other.state, "valetkey", "ads.grant"))
        contents = {
            "newer": newer, "damaged": self.content[:-9] + b"\0" * 9, "cut": self.content[:60], "empty": b"",
            "another key's": foreign, "no grant": b"hello\n" * 1000,
        }
        for name, content in contents.items():
            with self.subTest(file=name):
                self.write(content)
                daemon = self.daemon()
                refused = daemon.ask("GET", "/token/ads?wait=0")
                self.assertEqual((refused.status, refused.json["code"]), (409, "consent_required"))
                account = daemon.account()
                code = "other_key" if name == "another key's" else "unreadable_file"
                self.assertEqual((account["state"], account["last_error"]["code"]), ("no_grant", code))
                self.assertEqual(os.path.exists(self.file), code == "other_key")
                self.assertIn("valetkey login ads", account["last_error"]["hint"])
                self.assertIn("ads", daemon.log)
                # The next consent can be stored, and the file that was set aside stays.
                daemon.log_in()
                self.stop(daemon)
                self.assertNotEqual(self.read(self.file), content)
                aside = [path for path in self.place.files() if ".grant." in path]
                self.assertIn(content, [self.read(path) for path in aside], aside)
        self.assertEqual(len(aside), len(contents))

    def test_an_accounts_file_does_not_open_in_another_accounts_place(self):
        """KEEP-1: the account's name is bound into the file."""
        os.rename(self.file, os.path.join(self.folder, "mail.grant"))
        self.place.configure(self.server.account("mail"))
        daemon = self.daemon()
        self.assertEqual(daemon.ask("GET", "/token/mail?wait=0").status, 409)
        self.assertEqual(daemon.account("mail")["last_error"]["code"], "unreadable_file")

    def test_an_account_that_leaves_the_configuration_keeps_its_file_and_finds_it_again(self):
        daemon = self.daemon()
        self.place.configure(self.server.account("mail"))
        self.assertEqual(daemon.ask("POST", "/reload").json["removed"], ["ads"])
        self.assertEqual(daemon.ask("GET", "/token/ads").status, 404)
        self.assertEqual(self.read(self.file), self.content)
        self.place.configure(self.server.account() + self.server.account("mail"))
        self.assertEqual(daemon.ask("POST", "/reload").json["added"], ["ads"])
        self.assertEqual(daemon.token(), self.token)

    def test_a_grant_goes_to_no_other_client_or_server_and_comes_back_with_its_own(self):
        """A reload, then a restart, with another client id and another token endpoint."""
        elsewhere = TokenServer()
        self.addCleanup(elsewhere.close)
        daemon = self.daemon()
        for changed in (self.server.account(client_id="another"),
                        self.server.account(token_endpoint=f"{elsewhere.base}/token")):
            self.place.configure(changed)
            daemon.ask("POST", "/reload")
            for _ in range(2):
                self.assertEqual(daemon.ask("GET", "/token/ads?wait=0").status, 409)
                self.assertEqual(daemon.account()["last_error"]["code"], "other_client")
                self.assertEqual(daemon.ask("POST", "/accounts/ads/refresh").status, 409)
                self.stop(daemon)
                daemon = self.daemon()
        self.assertEqual(elsewhere.posts, [])
        self.assertEqual(self.read(self.file), self.content)
        self.place.configure(self.server.account())
        daemon.ask("POST", "/reload")
        self.assertEqual(daemon.token(), self.token)
        self.assertEqual(daemon.ask("GET", "/token/ads?fresh=true").status, 200)

    def test_reloads_during_a_refresh_lose_nothing(self):
        """REFRESH-5: the result of the refresh under way is stored, and only once."""
        daemon = self.daemon()
        self.server.gate.clear()
        daemon.ask("POST", "/accounts/ads/refresh?wait=0")
        lab.until(lambda: self.server.waiting, "the refresh is under way")
        posts = len(self.server.posts)
        for lead in ("60s", "2m", "3m"):
            self.place.configure(self.server.account(refresh_before_expiry=lead))
            answer = daemon.ask("POST", "/reload")
            self.assertEqual((answer.status, answer.json["changed"]), (200, ["ads"]), answer)
            self.assertEqual(daemon.token(), self.token)
        self.server.gate.set()
        lab.until(lambda: daemon.token() != self.token, "the new token is there")
        self.assertEqual(len(self.server.posts), posts)
        newest = daemon.token()
        daemon.child.kill()
        daemon.wait()
        daemon = self.daemon()
        self.assertEqual(daemon.token(), newest)
        self.assertEqual(daemon.ask("GET", "/token/ads?fresh=true").status, 200)
        self.assertEqual(self.server.replays, 0)
