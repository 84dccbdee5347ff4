"""Another user of the machine, who attacks what the daemon listens on.

usage: strangers.py UID ACTION [ARGUMENT…]; becomes that user, acts, and prints one JSON value.
"""

import contextlib
# Loaded now, because the other user may not be able to access the interpreter.
import encodings.idna  # noqa: F401
import http.client
import json
import os
import resource
import socket
import subprocess
import sys
import urllib.parse

# No such user needs to exist: the kernel knows numbers only.
STRANGER = 23_002


def become(user):
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def fetch(url):
    """The status and body of a page, or the name of the failure."""
    place = urllib.parse.urlsplit(url)
    try:
        with contextlib.closing(http.client.HTTPConnection(place.hostname, place.port, timeout=20)) as connection:
            connection.request("GET", f"{place.path}?{place.query}" if place.query else place.path)
            answer = connection.getresponse()
            return {"status": answer.status, "text": answer.read().decode(), "location": answer.headers.get("Location")}
    except (OSError, http.client.HTTPException) as fault:
        return {"error": repr(fault)}


def flood(port, count):
    """Opens connections with an unfinished request each, keeps what it can, and waits for its stdin to close."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    kept, head = [], b"GET /?code=" + b"a" * 12_000
    for number in range(int(count)):
        family, host = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))[number % 2]
        connection = socket.socket(family)
        connection.settimeout(5)
        with contextlib.suppress(OSError):
            connection.connect((host, int(port)))
            connection.sendall(head)
            kept.append(connection)
    print(json.dumps({"sent": len(kept)}), flush=True)
    sys.stdin.read()


def act_as(user, action, *arguments, **options):
    """Starts this program as another user."""
    return subprocess.Popen([sys.executable, os.path.abspath(__file__), str(user), action, *map(str, arguments)],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)


def result_of(child):
    """Its result, after its end."""
    output, _ = child.communicate(timeout=60)
    return json.loads(output)


def main():
    user, action, arguments = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    become(user)
    if action == "fetch":
        print(json.dumps(fetch(*arguments)))
    else:
        flood(*arguments)


if __name__ == "__main__":
    main()
