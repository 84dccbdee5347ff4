"""Who may read: the daemon's own user, whatever the modes of the files say."""

import os
import pwd

import lab
from daemon import Daemon
from readers import Reader
from tokenserver import TokenServer


class Access(lab.Case):
    def setUp(self):
        lab.need(os.getuid() == 0, "becoming another user needs root")
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.place.configure(self.server.account())
        self.daemon = Daemon(self.place)
        self.addCleanup(self.daemon.end)
        self.daemon.log_in()

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
