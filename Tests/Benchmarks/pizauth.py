"""pizauth with one account, for comparison, where it is installed."""

import contextlib
import os
import shutil
import sys

CONFIGURATION = """auth_notify_cmd = "curl -sL \"$PIZAUTH_URL\"";
account "bench" {{
    auth_uri = "{base}/authorize";
    token_uri = "{base}/token";
    client_id = "desk";
    scopes = ["mail"];
}}
"""


@contextlib.contextmanager
def running(server, home):
    """The command that prints its token; None where pizauth isn't installed or gets no token."""
    if not shutil.which("pizauth"):
        print("pizauth is not installed and is left out", file=sys.stderr)
        yield None
        return
    path = os.path.join(home.root, "pizauth.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(CONFIGURATION.format(base=server.base))
    home.run("pizauth", "server", "-c", path)
    try:
        # The first call asks for a consent, which the server gives at once.
        for _ in range(50):
            shown = home.run("pizauth", "show", "bench")
            if shown.returncode == 0:
                break
        if shown.returncode != 0:
            print(f"pizauth is left out: {shown.stderr.strip()}", file=sys.stderr)
        yield ["pizauth", "show", "bench"] if shown.returncode == 0 else None
    finally:
        home.run("pizauth", "shutdown")
