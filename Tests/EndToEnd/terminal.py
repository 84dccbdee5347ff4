"""A program at a terminal, as a person uses it."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios

import lab
from screen import Screen


class Terminal:
    """A program at a terminal of its own, of this size."""

    def __init__(self, command, environment, columns=80, rows=24):
        self.text, self.pid, self.seen, self.columns = "", None, 0, columns
        pid, self.master = pty.fork()
        if pid == 0:
            _set_size(0, columns, rows)
            # As a terminal's shell does it; the tests may have been started where these are ignored.
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)
            os.execve(command[0], command, {"TERM": "xterm-256color", **environment})
        self.pid = pid

    def resize(self, columns, rows=24):
        """Changes the size, of which the kernel tells the program."""
        self.columns = columns
        _set_size(self.master, columns, rows)

    @property
    def screen(self):
        """What is on the screen, and what has scrolled away."""
        return Screen(self.columns).feed(self.text)

    @property
    def lines(self):
        return self.screen.lines

    def paste(self, text):
        """What a terminal sends for a paste that the program has asked it to bracket."""
        assert "\x1b[?2004h" in self.text, "the program has not asked for brackets"
        os.write(self.master, b"\x1b[200~" + text.replace("\n", "\r").encode() + b"\x1b[201~")

    def signal(self, number):
        os.kill(self.pid, number)

    def close(self):
        """Closes the terminal's window, and waits for the program's end."""
        os.close(self.master)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self):
        """Ends a program that still runs after a failed test."""
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            os.close(self.master)

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


def _set_size(descriptor, columns, rows):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
