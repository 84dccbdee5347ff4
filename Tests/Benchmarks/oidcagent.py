"""oidc-agent with one account, for comparison. On Debian the package is oidc-agent-cli."""

import contextlib
import os
import re
import shutil
import signal
import sys

ACCOUNT = "bench"


@contextlib.contextmanager
def running(server, home):
    """The variables that `oidc-token` needs; none where the agent isn't installed or doesn't start."""
    if not all(shutil.which(name) for name in ("oidc-agent", "oidc-gen", "oidc-token")):
        print("oidc-agent is not installed and is left out", file=sys.stderr)
        yield {}
        return
    started = home.run("oidc-agent", TMPDIR=home.root)
    found = dict(re.findall(r"(OIDC_SOCK|OIDCD_PID)=([^;]+);", started.stdout))
    try:
        password = os.path.join(home.root, "password")
        with open(password, "w", encoding="utf-8") as file:
            file.write("benchmark")
        made = home.run(
            "oidc-gen", "--manual", "--issuer", server.base, "--client-id", "desk", "--client-secret", "",
            "--scope", "mail", "--redirect-uri", "http://localhost:8080", "--flow", "refresh", "--rt", server.grant(),
            "--pw-file", password, "--confirm-default", "--confirm-yes", ACCOUNT, OIDC_SOCK=found["OIDC_SOCK"])
        if made.returncode != 0:
            print(f"oidc-agent is left out: {made.stderr.strip()}", file=sys.stderr)
        yield {"OIDC_SOCK": found["OIDC_SOCK"]} if made.returncode == 0 else {}
    finally:
        with contextlib.suppress(ProcessLookupError, KeyError):
            os.kill(int(found["OIDCD_PID"]), signal.SIGTERM)
