"""Only the daemon's own user may read tokens, whatever the modes of the files are."""

import os
import pwd

import lab
from daemon import Daemon, DaemonCase
from readers import Reader


class Access(DaemonCase):
    def setUp(self):
        lab.need(os.getuid() == 0, "becoming another user needs root")
        super().setUp()

    def test_another_user_gets_no_token_even_where_the_modes_let_that_user_connect(self):
        """READ-2"""
        for folder in (self.place.root, self.place.runtime):
            os.chmod(folder, 0o755)
        os.chmod(self.place.socket, 0o666)
        with Reader(self.place.socket, "/token/ads", 0.05, pwd.getpwnam("nobody").pw_uid) as reader:
            reader.wait_reads(3)
        for read in reader.reads:
            self.assertNotIn(read.get("status"), (200, 409), read)
            for secret in self.server.secrets:
                self.assertNotIn(secret, str(read))
        self.assertTrue(self.daemon.token(), "the user is served")

    def test_the_modes_keep_others_out_by_themselves(self):
        with Reader(self.place.socket, "/token/ads", 0.05, pwd.getpwnam("nobody").pw_uid) as reader:
            reader.wait_reads(1)
        self.assertIn("PermissionError", reader.reads[0]["error"])

    def test_root_gets_no_token_of_another_user(self):
        """READ-2"""
        lab.need_tools("setpriv")
        nobody = pwd.getpwnam("nobody").pw_uid
        other = self.home()
        other.configure(self.server.account())
        for folder, _, names in os.walk(other.root):
            for name in (folder, *(os.path.join(folder, name) for name in names)):
                os.chown(name, nobody, -1)
        daemon = Daemon(other, wait=False, under=["setpriv", f"--reuid={nobody}", "--clear-groups"])
        self.addCleanup(daemon.end)
        daemon.wait_line(lambda line: "ready" in line)
        for target in ("/token/ads", "/accounts", "/health", "/openapi.json", "/nothing"):
            answer = daemon.ask("GET", target)
            self.assertEqual((answer.status, answer.json["code"]), (403, "forbidden"), target)
        own = other.run("setpriv", f"--reuid={nobody}", "--clear-groups", lab.program("valetkey"), "status")
        self.assertEqual(own.returncode, 0, own)
