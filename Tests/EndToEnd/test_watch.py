"""`valetkey status --watch`: in place on a terminal, and a line for each change elsewhere."""

import json
import signal

import lab
from daemon import DaemonCase
from terminal import Terminal


class Watch(DaemonCase):
    def at_terminal(self, *arguments, **size):
        terminal = Terminal([lab.program("valetkey"), "status", "--watch", *arguments], self.place.environment(), **size)
        self.addCleanup(terminal.kill)
        return terminal

    def test_a_terminal_shows_each_change_in_place_and_is_as_before_after_ctrl_c(self):
        for columns in (80, 120, 40):
            with self.subTest(columns=columns):
                watch = self.at_terminal(columns=columns)
                watch.read_until("active")
                rows = len(watch.lines)
                watch.read_until("active")
                self.server.answers = [(400, '{"error": "invalid_client"}', {})]
                self.daemon.ask("POST", "/accounts/ads/refresh")
                watch.read_until("configuration error")
                self.daemon.ask("POST", "/accounts/ads/refresh")
                watch.read_until("active")
                watch.read_until("\x1b[J")
                self.assertEqual(len(watch.lines), rows, watch.lines)
                watch.press(3)
                watch.read_until("\x1b[?25h")
                self.assertEqual(watch.end(), 130, watch.text)

    def test_a_resize_leaves_one_table(self):
        watch = self.at_terminal(columns=120)
        watch.read_until("active")
        watch.read_until("\x1b[J")
        watch.text, watch.seen = "", 0
        watch.resize(40)
        watch.read_until("active")
        watch.read_until("\x1b[J")
        watch.read_until("active")
        watch.read_until("\x1b[J")
        self.assertEqual(sum("ads" in line for line in watch.lines), 1, watch.lines)
        watch.press(3)
        self.assertEqual(watch.end(), 130)

    def test_a_daemon_that_goes_away_is_told_and_reached_again(self):
        watch = self.at_terminal()
        watch.read_until("active")
        self.daemon.signal(signal.SIGTERM)
        self.daemon.wait()
        watch.read_until("next try in")
        self.daemon = self.start_daemon()
        watch.read_until("active")
        watch.press(3)
        self.assertEqual(watch.end(), 130)

    def test_a_window_that_is_too_small_shows_what_fits(self):
        self.place.configure("".join(self.server.account(f"a{number}") for number in range(9)))
        self.place.run(lab.program("valetkey"), "reload")
        watch = self.at_terminal(rows=6)
        watch.read_until("more lines")
        self.assertLessEqual(len(watch.lines), 6, watch.lines)
        watch.press(3)
        self.assertEqual(watch.end(), 130)

    def test_a_program_gets_a_line_for_each_change(self):
        watch = self.start([lab.program("valetkey"), "status", "--watch"], self.place.environment())
        watch.wait_line("ads  active")
        self.daemon.ask("POST", "/accounts/ads/refresh")
        watch.wait_line("ads  active  access token refreshed")
        watch.signal(signal.SIGTERM)
        self.assertEqual(watch.wait(), 143)
        self.assertNotIn("\x1b", watch.log)

    def test_a_program_gets_a_json_object_for_each_change(self):
        watch = self.start([lab.program("valetkey"), "status", "ads", "--watch", "--json"], self.place.environment())
        watch.wait_line('"event":"state"')
        self.daemon.token(query="?fresh=true")
        watch.wait_line('"event":"refreshed"')
        self.daemon.signal(signal.SIGTERM)
        watch.wait_line('"event":"daemon_away"')
        lines = [json.loads(line) for line in watch.log.splitlines()]
        self.assertEqual({line["format_version"] for line in lines}, {1})
        self.assertEqual([line["report"]["state"] for line in lines if line["event"] != "daemon_away"], ["active"] * 2)
        watch.signal(signal.SIGINT)
        self.assertEqual(watch.wait(), 130)

    def test_an_account_that_is_not_there_ends_the_watch(self):
        done = self.place.run(lab.program("valetkey"), "status", "nobody", "--watch")
        self.assertEqual(done.returncode, 64, done)
