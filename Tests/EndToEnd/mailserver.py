"""A mail server over TLS, IMAP and SMTP submission, that lets in only who has a token (RFC 7628, and XOAUTH2).

It has one message in one folder, and keeps what it is given to send.
"""

import base64
import re
import socketserver
import ssl
import threading

MESSAGE = (b"From: Anna <anna@mail.example>\r\nTo: me@mail.example\r\nSubject: Good news\r\n"
           b"Date: Thu, 26 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@mail.example>\r\n"
           b"Content-Type: text/plain\r\n\r\nhello\r\n")
HEAD = MESSAGE.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
BODY = MESSAGE[len(HEAD):]
ADDRESS = '(("Anna" NIL "anna" "mail.example"))'
ITEMS = {
    "UID": "1", "FLAGS": r"()", "INTERNALDATE": '"26-Nov-2026 12:00:00 +0000"', "RFC822.SIZE": str(len(MESSAGE)),
    "ENVELOPE": f'("Thu, 26 Nov 2026 12:00:00 +0000" "Good news" {ADDRESS} {ADDRESS} {ADDRESS} '
                '((NIL NIL "me" "mail.example")) NIL NIL NIL "<1@mail.example>")',
    "BODYSTRUCTURE": f'("text" "plain" NIL NIL NIL "7BIT" {len(BODY)} 1 NIL NIL NIL NIL)',
}


def credentials(mechanism, response):
    """The user and the token of a client's response; None where it isn't one of the mechanism."""
    text = base64.b64decode(response).decode()
    if mechanism == "XOAUTH2":
        found = re.fullmatch(r"user=(.*)\x01auth=Bearer (.*)\x01\x01", text)
    elif mechanism == "OAUTHBEARER":
        found = re.fullmatch(r"n,a=([^,]*),\x01(?:host=.*\x01port=.*\x01)?auth=Bearer (.*)\x01\x01", text)
    else:
        found = None
    return found and found.groups()


class Session(socketserver.StreamRequestHandler):
    timeout = 60

    def line(self):
        line = self.rfile.readline(65536)
        if not line:
            raise EOFError
        return line.decode().rstrip("\r\n")

    def say(self, *parts):
        for part in parts:
            self.wfile.write(part if isinstance(part, bytes) else part.encode())
        self.wfile.write(b"\r\n")

    def handle(self):
        try:
            while self.command(self.line()):
                pass
        except (EOFError, OSError):
            pass

    def lets_in(self, mechanism, response):
        found = credentials(mechanism, response)
        owner = self.server.owner
        is_let = bool(found) and found[0] == owner.user and owner.takes(found[1])
        owner.logins.append((self.protocol, mechanism, is_let))
        return is_let


class IMAP(Session):
    protocol = "imap"

    def setup(self):
        super().setup()
        self.say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER] ready")
        self.is_in = False

    def command(self, line):
        tag, name, rest = (line.split(" ", 2) + ["", ""])[:3]
        name = name.upper()
        if name == "UID":
            kind, _, rest = rest.partition(" ")
            name = f"UID {kind.upper()}"
        if name == "LOGOUT":
            self.say("* BYE")
        elif name == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER")
        elif name == "AUTHENTICATE":
            return self.authenticate(tag, rest)
        elif not self.is_in:
            self.say(tag, " NO log in first")
            return True
        elif name in ("LIST", "LSUB"):
            self.say(f'* {name} () "/" ', '""' if rest.endswith('""') else "INBOX")
        elif name == "STATUS":
            self.say("* STATUS INBOX (MESSAGES 1 RECENT 0 UNSEEN 1 UIDNEXT 2 UIDVALIDITY 1)")
        elif name in ("SELECT", "EXAMINE"):
            self.say("* 1 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen \\Deleted)\r\n* OK [UIDVALIDITY 1]\r\n"
                     "* OK [UIDNEXT 2]\r\n* OK [PERMANENTFLAGS (\\Seen \\Deleted)]")
        elif name in ("FETCH", "UID FETCH"):
            self.fetch(rest, name == "UID FETCH")
        elif name in ("SEARCH", "UID SEARCH"):
            self.say("* SEARCH 1")
        self.say(tag, f" OK {name}")
        return name != "LOGOUT"

    def authenticate(self, tag, rest):
        mechanism, _, response = rest.partition(" ")
        if not response:
            self.say("+ ")
            response = self.line()
        self.is_in = self.lets_in(mechanism.upper(), response)
        if self.is_in:
            self.say(tag, " OK welcome")
        else:
            self.say("+ ", base64.b64encode(b'{"status":"invalid_token"}'))
            self.line()
            self.say(tag, " NO refused")
        return True

    def fetch(self, rest, by_uid):
        numbers, _, items = rest.partition(" ")
        if not re.match(r"(1|\*|1:.*|.*,1)$", numbers):
            return
        found = []
        if by_uid and "UID" not in items.upper().split("BODY")[0]:
            items = f"UID {items}"
        for item in re.findall(r"BODY(?:\.PEEK)?\[[^\]]*\]|[A-Z0-9.]+", items.upper()):
            if not item.startswith("BODY"):
                found.append(f"{item} {ITEMS[item]}".encode())
                continue
            if item == "BODYSTRUCTURE":
                found.append(f"{item} {ITEMS[item]}".encode())
                continue
            section = item.partition("[")[2].rstrip("]")
            text = MESSAGE if not section else HEAD if section.startswith("HEADER") else BODY
            found.append(f"BODY[{section}] {{{len(text)}}}\r\n".encode() + text)
        self.server.owner.fetched += 1
        self.say("* 1 FETCH (", b" ".join(found), ")")


class SMTP(Session):
    protocol = "smtp"

    def setup(self):
        super().setup()
        self.say("220 ready")
        self.is_in = False

    def command(self, line):
        name, _, rest = line.partition(" ")
        name = name.upper()
        if name in ("EHLO", "HELO"):
            self.say("250-mail.example\r\n250 AUTH XOAUTH2 OAUTHBEARER")
        elif name == "AUTH":
            mechanism, _, response = rest.partition(" ")
            if not response:
                self.say("334 ")
                response = self.line()
            self.is_in = self.lets_in(mechanism.upper(), response)
            if self.is_in:
                self.say("235 welcome")
            else:
                self.say("334 ", base64.b64encode(b'{"status":"invalid_token"}'))
                self.line()
                self.say("535 refused")
        elif name == "QUIT":
            self.say("221 bye")
            return False
        elif not self.is_in:
            self.say("530 log in first")
        elif name == "DATA":
            self.say("354 go on")
            lines = []
            while (text := self.line()) != ".":
                lines.append(text)
            self.server.owner.sent.append("\n".join(lines))
            self.say("250 sent")
        else:
            self.say("250 fine")
        return True


class Listener(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def handle_error(self, *_):
        """A client that disconnects because of a certificate is expected."""


class MailServer:
    """`imap` and `smtp` are its ports. `takes` decides on a token. `logins` holds protocol, mechanism and success of
    each login, `fetched` the number of answered FETCH commands, `sent` the messages."""

    def __init__(self, certificate, key, user, takes):
        self.user, self.takes, self.logins, self.sent, self.fetched = user, takes, [], [], 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._listeners = []
        for session in (IMAP, SMTP):
            listener = Listener(("127.0.0.1", 0), session)
            listener.owner = self
            listener.socket = context.wrap_socket(listener.socket, server_side=True)
            threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            self._listeners.append(listener)
        self.imap, self.smtp = (listener.server_address[1] for listener in self._listeners)

    def close(self):
        for listener in self._listeners:
            listener.shutdown()
            listener.server_close()
