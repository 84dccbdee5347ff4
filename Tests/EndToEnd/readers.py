"""Readers in processes of their own, so that they get what any other program would get."""

import json
import os
import subprocess
import sys
import threading

READER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reader.py")


class Reader:
    """`with Reader(socket, "/token/ads", 0.1) as reader`: reads until the block ends; `reads` holds the answers."""

    def __init__(self, socket, target, interval, user=None):
        self.reads, self._news = [], threading.Condition()
        self.child = subprocess.Popen(
            [sys.executable, READER, socket, target, str(interval)] + ([str(user)] if user else []),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()

    def _collect(self):
        for line in self.child.stdout:
            with self._news:
                self.reads.append(json.loads(line))
                self._news.notify_all()

    def wait_reads(self, count, seconds=60):
        """Waits until this many more reads were answered."""
        goal = len(self.reads) + count
        with self._news:
            if not self._news.wait_for(lambda: len(self.reads) >= goal, seconds):
                raise TimeoutError(f"{len(self.reads)} of {goal} reads within {seconds} s")

    @property
    def failures(self):
        return [read for read in self.reads if read.get("status") != 200]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        try:
            self.child.wait(60)
        finally:
            self.child.kill()
            self.child.wait()
        self._thread.join(5)
        self.child.stdout.close()
