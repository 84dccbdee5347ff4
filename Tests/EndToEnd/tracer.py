"""strace on a running daemon: lists its system calls, makes them fail, or kills the daemon at one of them."""

import collections
import os
import re
import signal
import subprocess

import lab

# The system calls of a refresh that have effects outside: the network, the disk, the reader.
CALLS = ("socket", "connect", "sendto", "sendmsg", "recvfrom", "recvmsg", "read", "write", "writev", "openat", "unlink",
         "fsync", "fdatasync", "rename", "renameat", "renameat2", "close", "poll")


def need():
    """The daemon isn't dumpable, so that only root can trace it."""
    lab.need(os.getuid() == 0, "tracing the daemon needs root")
    lab.need_tools("strace")


class Tracer:
    """`with Tracer(daemon, "fsync:error=EIO") as tracer`: injects until the block ends; `calls` tells what was seen.

    strace counts the calls of each thread by themselves: `when=2` is the second of its name in one thread.
    """

    def __init__(self, daemon, *injections, calls=CALLS, options=()):
        self.output = os.path.join(daemon.home.root, "trace")
        # Names of calls that this machine's kernel doesn't have are skipped.
        chosen = ["-e", "trace=" + ",".join(f"?{name}" for name in calls)]
        for injection in injections:
            chosen += ["-e", f"inject={injection}"]
        self.child = subprocess.Popen(
            ["strace", "-f", "-o", self.output, *chosen, *options, "-p", str(daemon.pid)], stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        said = self.child.stderr.readline()
        if "attached" not in said:
            self.detach()
            if daemon.child.poll() is not None:
                raise AssertionError(f"valetkeyd has ended with {daemon.child.returncode}:\n{daemon.log}")
            lab.need(False, f"strace can't attach: {said.strip()}")

    def detach(self):
        """Detaches, and the program continues."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
        self.child.wait(20)
        self.child.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.detach()

    @property
    def calls(self):
        """(thread, name, line) of each call, in order."""
        found = []
        with open(self.output, encoding="utf-8", errors="replace") as file:
            for line in file:
                match = re.match(r"(\d+) +(\w+)\(", line)
                if match:
                    found.append((match[1], match[2], line.strip()))
        return found

    def most(self):
        """How often one thread has made each call, by name."""
        counts = collections.Counter((thread, name) for thread, name, _ in self.calls)
        found = {}
        for (_, name), count in counts.items():
            found[name] = max(found.get(name, 0), count)
        return found


    def number(self, name, part):
        """Which of its thread's calls of this name is the first whose line has this part."""
        counts = collections.Counter()
        for thread, called, line in self.calls:
            if called == name:
                counts[thread] += 1
                if part in line:
                    return counts[thread]
        raise AssertionError(f"no {name} with {part} was seen")
