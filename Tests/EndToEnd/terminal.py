"""A program at a terminal, as a person uses it."""

import contextlib
import os
import pty
import select
import termios

import lab


class Terminal:
    """A program at a terminal of its own."""

    def __init__(self, command, environment):
        self.text, self.pid, self.seen = "", None, 0
        pid, self.master = pty.fork()
        if pid == 0:
            os.execve(command[0], command, environment)
        self.pid = pid

    def read_until(self, word):
        """All that the program has written, once a word has come after the one that was waited for before."""
        def look():
            with contextlib.suppress(OSError):
                if self.text.find(word, self.seen) < 0 and select.select([self.master], [], [], 0)[0]:
                    self.text += os.read(self.master, 4096).decode("utf-8", "replace")
            return self.text.find(word, self.seen) >= 0
        lab.until(look, lambda: f"{word!r} on the terminal; it has:\n{self.text}")
        self.seen = self.text.index(word, self.seen) + len(word)
        return self.text

    @property
    def echoes(self):
        """Whether what is typed is shown."""
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def press(self, *octets):
        os.write(self.master, bytes(octets))

    def type(self, line):
        os.write(self.master, line.encode() + b"\n")

    def end(self):
        """How the program ends by itself: a terminal that closes earlier would end it."""
        with contextlib.suppress(OSError):
            while data := os.read(self.master, 4096):
                self.text += data.decode("utf-8", "replace")
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.master)
        return code
