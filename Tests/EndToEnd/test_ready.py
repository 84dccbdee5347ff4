"""A daemon that says it is ready takes signals in order: none ends it the hard way, and none is lost."""

import os
import signal

import lab
from daemon import Daemon
from test_signals import Manager


class Ready(lab.Case):
    def setUp(self):
        self.place = self.home()
        self.place.configure('[accounts.ads]\nprovider = "microsoft-advertising"\nclient_id = "desk"\n')
        self.manager = Manager(self.place.root)
        self.addCleanup(self.manager.socket.close)

    def ready(self):
        daemon = Daemon(self.place, wait=False, NOTIFY_SOCKET=self.manager.path)
        self.addCleanup(daemon.end)
        self.manager.wait("READY=1")
        return daemon

    def test_a_stop_at_once_ends_with_0_and_takes_the_socket_away(self):
        for _ in range(5):
            daemon = self.ready()
            daemon.signal(signal.SIGTERM)
            self.assertEqual(daemon.wait(), 0, daemon.log)
            self.assertFalse(os.path.exists(self.place.socket))

    def test_a_reload_at_once_is_a_reload(self):
        for _ in range(5):
            daemon = self.ready()
            daemon.signal(signal.SIGHUP)
            self.manager.wait("RELOADING=1")
            self.manager.wait("READY=1")
            daemon.signal(signal.SIGTERM)
            self.assertEqual(daemon.wait(), 0, daemon.log)
