"""kill -9 at every system call of a refresh: no grant is lost silently, no token is handed out before it is saved."""

import contextlib
import http.client
import time

import lab
import tracer
from daemon import Daemon
from tokenserver import TokenServer

MOSTLY_WAITS = True

# The calls that every refresh makes, in order: for the file, and at the end for the folder.
ALWAYS = {("recvfrom", 1), ("openat", 1), ("fsync", 1), ("rename", 1), ("openat", 2), ("fsync", 2)}


class Rotation(lab.Case):
    def setUp(self):
        tracer.need()
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        # Each refresh uses a new connection, so that it makes all the calls that are possible.
        self.server.closes = True
        self.place = self.home()
        self.place.configure(self.server.account())

    def daemon(self):
        daemon = Daemon(self.place)
        self.addCleanup(daemon.end)
        return daemon

    def refresh(self, daemon):
        """The token that a reader gets who wants a new one; None where the daemon dies before it answers."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return daemon.ask("GET", "/token/ads?fresh=true")
        return None

    def comes_to_rest(self, daemon):
        """Returns false where the daemon dies first."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            lab.until(lambda: daemon.account()["state"] == "active", "it is at rest")
            return True
        return False

    def kill_at(self, daemon, name, number):
        """Kills the daemon at this call of a refresh. Returns the reader's token, and whether the server rotated."""
        before = len(self.server.refreshes)
        with tracer.Tracer(daemon, f"{name}:signal=KILL:when={number}"):
            answer = self.refresh(daemon)
            # Calls that are concurrent to the answer may follow it.
            died = answer is None or (name, number) in ALWAYS or not self.comes_to_rest(daemon)
            if died:
                daemon.wait()
            rotated = len(self.server.refreshes) > before
        return answer, rotated, died

    def refused_twice(self, daemon):
        """Checks that the daemon reports the grant as invalid, once it has been refused twice."""
        self.assertEqual(daemon.account()["last_error"]["code"], "invalid_grant")
        self.assertIn(daemon.account()["state"], ("retrying", "unavailable"))
        refused = daemon.ask("POST", "/accounts/ads/refresh?wait=15")
        self.assertEqual((refused.status, refused.json["code"]), (409, "consent_required"), refused)
        account = daemon.account()
        self.assertEqual((account["state"], account["last_error"]["code"]), ("consent_required", "invalid_grant"))
        self.assertIn("valetkey login ads", account["last_error"]["hint"])
        daemon.wait_line("valetkey login ads")

    def test_killed_at_any_call_the_grant_lives_or_its_loss_is_told(self):
        """REFRESH-1, REFRESH-4, REFRESH-7: a grant is only lost if the server rotated and the disk didn't get it, and
        then no reader has got its token."""
        daemon = self.daemon()
        daemon.log_in()
        with tracer.Tracer(daemon) as seen:
            self.assertEqual(self.refresh(daemon).status, 200)
        cases = {(name, number) for name, most in seen.most().items() for number in range(1, min(most, 6) + 1)}
        hit, lost = set(), []
        for case in sorted(cases | ALWAYS):
            with self.subTest(call=case):
                answer, rotated, died = self.kill_at(daemon, *case)
                if not died:
                    self.assertEqual(answer.status, 200, answer)
                    continue
                hit.add(case)
                daemon = self.daemon()
                kept = daemon.ask("GET", "/token/ads?wait=0")
                self.assertEqual(kept.status, 200, "the valid token is served after the restart")
                if answer is not None:
                    self.assertEqual(kept.text, answer.text, "what was handed out is on disk")
                replays, posts = self.server.replays, len(self.server.posts)
                again = daemon.ask("POST", "/accounts/ads/refresh?wait=0")
                lab.until(lambda: daemon.account()["state"] != "refreshing", "the server has answered")
                self.assertEqual(len(self.server.posts), posts + 1)
                if daemon.account()["state"] == "active":
                    self.assertEqual(self.server.replays, replays, again)
                    continue
                lost.append(case)
                self.assertTrue(rotated, f"the server holds what the daemon held: {again}")
                self.assertIsNone(answer)
                self.refused_twice(daemon)
                daemon.log_in()
        print(f"    killed at {len(hit)} calls; lost {len(lost)} times, between the server's rotation and the disk: "
              f"{', '.join(f'{name} {number}' for name, number in lost)}")
        self.assertLessEqual(ALWAYS, hit)
        self.assertLessEqual({("openat", 1), ("fsync", 1), ("rename", 1)}, set(lost), "the server does notice replays")
        # The folder is opened once the new file has its name.
        folder = ("openat", seen.number("openat", "O_DIRECTORY"))
        self.assertIn(folder, hit)
        self.assertFalse({folder, ("fsync", 2), ("writev", 1)} & set(lost), "the new file was in place")

    def test_a_lost_reply_is_tried_twice_by_itself_and_waiting_readers_hear_of_it(self):
        """REFRESH-7, REFRESH-5: the second try needs no request of a reader."""
        daemon = self.daemon()
        daemon.log_in()
        _, rotated, died = self.kill_at(daemon, "rename", 1)
        self.assertTrue(rotated and died)
        daemon = self.daemon()
        posts, began = len(self.server.posts), time.monotonic()
        told = daemon.ask("GET", "/token/ads?fresh=true&wait=40", timeout=60)
        self.assertEqual((told.status, told.json["code"]), (409, "consent_required"), told)
        self.assertGreater(time.monotonic() - began, 10, "there is a pause between the two")
        self.assertEqual(len(self.server.posts) - posts, 2)
        self.assertEqual(daemon.account()["state"], "consent_required")
        # After a refusal no request is automatic, and a user's refresh sends one more.
        self.assertEqual(daemon.ask("POST", "/accounts/ads/refresh").status, 409)
        self.assertEqual(len(self.server.posts) - posts, 3)
        daemon.log_in()
        self.assertEqual(daemon.account()["state"], "active")
