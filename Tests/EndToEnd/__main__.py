"""Runs the end-to-end tests: python3 Tests/EndToEnd [NAME…], where NAME is part of a test's full name. Without one, the
files whose tests mostly wait (MOSTLY_WAITS) run in a second process at the same time."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))


class Result(unittest.TextTestResult):
    """Counts each test once and prints its time, so that slow ones are noticed."""

    def startTest(self, test):
        self.began = time.monotonic()
        unittest.TestResult.startTest(self, test)
        print(f"  {test.id()} …", flush=True)

    def stopTest(self, test):
        super().stopTest(test)
        print(f"    {time.monotonic() - self.began:.1f} s", flush=True)


def chosen(suite, words):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from chosen(test, words)
        elif not words or any(word in test.id() for word in words):
            yield test


def mostly_waits(test):
    return getattr(sys.modules[type(test).__module__], "MOSTLY_WAITS", False)


class Waiting:
    """The tests that mostly wait, in a process of their own."""

    def __init__(self, modules):
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen([sys.executable, FOLDER, *(f"{name}." for name in modules)],
                                        stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT)

    def end(self):
        """Shows what they print, and returns whether they have passed."""
        print("waiting for the tests that mostly wait", flush=True)
        passed = self.process.wait() == 0
        self.output.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(self.output.read())
        return passed

    def close(self):
        # Ctrl-C reaches both processes; each stops what it has started.
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.output.close()


def main():
    if any(word.startswith("-") for word in sys.argv[1:]):
        print(__doc__)
        return 0
    loaded = unittest.defaultTestLoader.discover(FOLDER, pattern="test_*.py", top_level_dir=FOLDER)
    tests = list(chosen(loaded, sys.argv[1:]))
    if not tests:
        print("no test has such a name", file=sys.stderr)
        return 64
    if sys.argv[1:]:
        return 0 if passed(tests) else 1
    with contextlib.closing(Waiting(sorted({type(test).__module__ for test in tests if mostly_waits(test)}))) as waiting:
        results = passed([test for test in tests if not mostly_waits(test)]), waiting.end()
    return 0 if all(results) else 1


def passed(tests):
    """Runs the tests, and returns whether all have passed."""
    runner = unittest.TextTestRunner(stream=sys.stdout, resultclass=Result, verbosity=0, warnings="error")
    result = runner.run(unittest.TestSuite(tests))
    # A failed setUpClass or subtest adds a failure beyond the number of tests: count both as failed.
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    for test, reason in result.skipped:
        print(f"skipped {test.id()}: {reason}")
    print(f"{max(0, result.testsRun - failed - skipped)} passed, {failed} failed"
          + (f", {skipped} skipped" if skipped else ""), flush=True)
    return not failed and result.testsRun > 0


if __name__ == "__main__":
    sys.exit(main())
