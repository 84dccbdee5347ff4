"""Packages from PyPI, each in a virtual environment of its own that is kept for the next run."""

import os
import subprocess
import sys

import lab

CACHE = os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "valetkey-tests", f"python-{sys.version_info[1]}")


def interpreter(package, version):
    """A Python that has the package."""
    folder = os.path.join(CACHE, f"{package}-{version}")
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(os.path.join(folder, "complete")):
        done = subprocess.run(
            [sys.executable, "-m", "venv", "--clear", folder], capture_output=True, text=True, check=False)
        lab.need(done.returncode == 0, f"no virtual environment can be made: {done.stdout.strip()[-200:]}")
        done = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{package}=={version}"],
            capture_output=True, text=True, timeout=600, check=False)
        last = (done.stderr.strip().splitlines() or [""])[-1]
        lab.need(done.returncode == 0, f"{package} {version} can't be had from PyPI: {last}")
        with open(os.path.join(folder, "complete"), "w", encoding="utf-8"):
            pass
    return python
