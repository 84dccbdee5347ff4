"""Thousands of readers, misbehaving readers, and an authorization server that hangs: no reader waits for another."""

import concurrent.futures
import contextlib
import resource
import signal
import socket
import statistics
import threading
import time

import crowd
import lab
from daemon import Daemon
from tokenserver import TokenServer

CROWD = 10_000


class Crowd(lab.Case):
    def setUp(self):
        self.server, self.other = TokenServer(), TokenServer()
        self.addCleanup(self.server.close)
        self.addCleanup(self.other.close)
        self.place = self.home()
        self.place.configure(self.server.account() + self.other.account("mail"))
        self.daemon = Daemon(self.place)
        self.addCleanup(self.daemon.end)
        self.daemon.log_in("ads")
        self.daemon.log_in("mail")

    def connect(self, data=b"", timeout=30):
        connection = socket.socket(socket.AF_UNIX)
        self.addCleanup(connection.close)
        # Before the socket has a timeout, because a non-blocking connect fails where the kernel's queue is full.
        connection.connect(self.place.socket)
        connection.settimeout(timeout)
        connection.sendall(data)
        return connection

    def readers(self):
        """How many connections the daemon's socket has. Each one has the path in its row, and so has the listening
        socket."""
        with open("/proc/net/unix", encoding="utf-8") as table:
            return sum(line.endswith(f" {self.place.socket}\n") for line in table) - 1

    def pace(self, account, count=300):
        """The median seconds of a read on a kept connection."""
        with contextlib.closing(lab.UnixHTTP(self.place.socket)) as connection:
            took = []
            for _ in range(count):
                began = time.perf_counter()
                connection.request("GET", f"/token/{account}")
                reply = connection.getresponse()
                reply.read()
                took.append(time.perf_counter() - began)
                self.assertEqual(reply.status, 200)
        return statistics.median(took)

    def room_for(self, count):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < count + 100:
            lab.need(hard >= count + 100 or hard == resource.RLIM_INFINITY, f"{count} descriptors can't be had")
            resource.setrlimit(resource.RLIMIT_NOFILE, (count + 100, hard))
            self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    def test_ten_thousand_readers_that_wait_for_one_refresh(self):
        """REFRESH-5: one request, and the same new token for all readers."""
        self.share_one_refresh(self.daemon)

    def test_readers_beyond_the_usual_limit_of_descriptors(self):
        """REFRESH-5: service managers start programs with a soft limit of 1024 descriptors, to be raised."""
        lab.need_tools("prlimit")
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        lab.need(hard > CROWD + 100 or hard == resource.RLIM_INFINITY, f"{CROWD} descriptors can't be had")
        self.daemon.signal(signal.SIGTERM)
        self.daemon.wait()
        daemon = Daemon(self.place, under=["prlimit", "--nofile=1024:"])
        self.addCleanup(daemon.end)
        self.share_one_refresh(daemon)

    def share_one_refresh(self, daemon):
        self.room_for(CROWD)
        before, posts = daemon.token(), len(self.server.posts)
        self.server.gate.clear()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            readers = pool.submit(crowd.read_all, self.place.socket, "/token/ads?fresh=true&wait=60", CROWD)
            try:
                lab.until(lambda: self.readers() >= CROWD or readers.done(),
                          lambda: f"all are connected: {self.readers()}", 30, 0.1)
                self.assertEqual(daemon.token(), before, "who doesn't insist is served at once")
            finally:
                self.server.gate.set()
            answers = readers.result(60)
        token = daemon.token()
        self.assertNotEqual(token, before)
        self.assertEqual([answer for answer in answers if answer != (200, token)], [])
        self.assertEqual(len(answers), CROWD)
        self.assertEqual(len(self.server.posts) - posts, 1)
        lab.until(lambda: self.readers() == 0, "the connections are closed", 20)

    def test_readers_that_hang_up_cost_nothing(self):
        """REFRESH-5: the refresh that readers waited for goes on, and those who stayed are answered."""
        posts = len(self.server.posts)
        request = b"GET /token/ads?fresh=true HTTP/1.1\r\nHost: valetkey\r\n\r\n"
        self.server.gate.clear()
        rude = [self.connect(request) for _ in range(300)]
        patient = self.connect(request)
        lab.until(lambda: self.server.waiting and self.readers() >= 301, "all wait")
        for connection in rude:
            connection.close()
        lab.until(lambda: self.readers() == 1, "those who hung up are forgotten", 10)
        self.server.gate.set()
        self.assertIn(b" 200 ", patient.recv(65536))
        self.assertEqual(len(self.server.posts) - posts, 1)

    def test_rude_readers_are_cut_off_and_disturb_nobody(self):
        """One reader sends nothing, one a byte a second, one a megabyte of header, and one never reads its answers."""
        usual = self.pace("ads")
        silent = [self.connect() for _ in range(50)]
        slow, big, deaf = self.connect(), self.connect(), self.connect()
        stop = threading.Event()

        def drip():
            with contextlib.suppress(OSError):
                for byte in b"GET /token/ads HTTP/1.1\r\nX-Slow: " + b"y" * 600:
                    slow.sendall(bytes([byte]))
                    if stop.wait(1):
                        return

        def shout():
            with contextlib.suppress(OSError):
                big.sendall(b"GET /token/ads HTTP/1.1\r\nHost: valetkey\r\n")
                for number in range(1024):
                    big.sendall(b"X-%d: %s\r\n" % (number, b"z" * 1010))

        def ask_on():
            deaf.settimeout(2)
            with contextlib.suppress(OSError):
                for _ in range(20000):
                    deaf.sendall(b"GET /token/ads HTTP/1.1\r\nHost: valetkey\r\n\r\n" * 10)

        rude = [threading.Thread(target=work) for work in (drip, shout, ask_on)]
        for thread in rude:
            thread.start()
        try:
            paces = [self.pace("ads") for _ in range(5)]
            self.assertLess(statistics.median(paces), 5 * usual + 0.005)
            answer = b""
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                while part := big.recv(65536):
                    answer += part
            self.assertNotIn(b" 200 ", answer[:20])
            self.assertNotIn(b"access-", answer)
            # Both are cut off, however long they would go on.
            began = time.monotonic()
            for connection in (silent[0], silent[-1], slow):
                connection.settimeout(45)
                with contextlib.suppress(ConnectionResetError):
                    answer = connection.recv(65536)
                    self.assertNotIn(b" 200 ", answer[:20])
            print(f"    cut off after {time.monotonic() - began:.0f} s")
        finally:
            stop.set()
            for thread in rude:
                thread.join(30)
        with open(f"/proc/{self.daemon.pid}/status", encoding="ascii") as file:
            resident = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
        self.assertLess(resident, 150_000, "kB: nothing piles up for a reader that doesn't read")
        self.assertTrue(self.daemon.token("mail"))

    def test_a_server_that_hangs_leaves_the_other_accounts_at_full_speed(self):
        """REFRESH-5, REFRESH-6: the reads and the refreshes of other accounts."""
        usual = statistics.median(self.pace("mail") for _ in range(3))
        self.server.gate.clear()
        waiting = [self.connect(b"GET /token/ads?fresh=true HTTP/1.1\r\nHost: valetkey\r\n\r\n") for _ in range(200)]
        lab.until(lambda: self.server.waiting, "the refresh hangs")
        during = statistics.median(self.pace("mail") for _ in range(3))
        print(f"    a read of another account: {usual * 1e6:.0f} µs, with one server hanging {during * 1e6:.0f} µs")
        self.assertLess(during, 4 * usual + 0.001)
        token, began = self.daemon.token("mail"), time.monotonic()
        self.assertNotEqual(self.daemon.token("mail", "?fresh=true"), token)
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual(self.daemon.token("ads", "?wait=0")[:7], "access-", "the valid token is served")
        self.server.gate.set()
        for connection in waiting:
            self.assertIn(b" 200 ", connection.recv(65536)[:20])
