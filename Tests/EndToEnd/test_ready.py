"""A daemon that has reported readiness handles signals in order: none kills it, and none is lost."""

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

    def test_a_refused_file_is_told_in_the_status_and_the_daemon_goes_on(self):
        daemon = self.ready()
        self.place.configure("[accounts.ads\n")
        daemon.signal(signal.SIGHUP)
        self.manager.wait("RELOADING=1")
        self.manager.wait("READY=1")
        status = self.manager.wait("STATUS=")
        self.assertIn("config.toml:1:", status)
        self.assertEqual(daemon.ask("GET", "/accounts/ads").status, 200)
        self.place.configure('[accounts.ads]\nprovider = "microsoft-advertising"\nclient_id = "desk"\n')
        self.assertEqual(daemon.ask("POST", "/reload").status, 200)
        self.assertIn("Serving tokens of 1 account", self.manager.wait("STATUS=Serving"))
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0, daemon.log)
