"""A reader that asks a socket for a token at a steady pace, each time on a new connection, until its stdin closes.

usage: reader.py SOCKET TARGET INTERVAL [UID]; prints one JSON line a read: at, took, and status with text, or error.
"""

import json
import os
import select
import sys
import time

import lab


def main():
    socket, target, interval = sys.argv[1], sys.argv[2], float(sys.argv[3])
    if len(sys.argv) > 4:
        # All imports are done by now, because this user may not be able to access the interpreter.
        user = int(sys.argv[4])
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    following = time.monotonic()
    while True:
        following = max(following + interval, time.monotonic())
        began = time.time()
        try:
            answer = lab.ask(socket, "GET", target, timeout=40)
            line = {"status": answer.status, "text": answer.text}
        except Exception as fault:
            line = {"error": repr(fault)}
        print(json.dumps({"at": began, "took": time.time() - began, **line}), flush=True)
        if select.select([sys.stdin], [], [], max(0.0, following - time.monotonic()))[0]:
            return


if __name__ == "__main__":
    main()
