"""Runs the end-to-end tests: python3 Tests/EndToEnd [NAME…], where NAME is part of a test's full name."""

import os
import sys
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


def main():
    if any(word.startswith("-") for word in sys.argv[1:]):
        print(__doc__)
        return 0
    loaded = unittest.defaultTestLoader.discover(FOLDER, pattern="test_*.py", top_level_dir=FOLDER)
    tests = list(chosen(loaded, sys.argv[1:]))
    if not tests:
        print("no test has such a name", file=sys.stderr)
        return 64
    runner = unittest.TextTestRunner(stream=sys.stdout, resultclass=Result, verbosity=0, warnings="error")
    result = runner.run(unittest.TestSuite(tests))
    # A failed setUpClass or subtest adds a failure beyond the number of tests: count both as failed.
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    for test, reason in result.skipped:
        print(f"skipped {test.id()}: {reason}")
    print(f"{max(0, result.testsRun - failed - skipped)} passed, {failed} failed"
          + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed or not result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())
