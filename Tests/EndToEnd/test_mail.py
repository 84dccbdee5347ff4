"""The recipes for mail clients: each reads or sends a message at a server that takes only the current token."""

import fcntl
import glob
import os
import pty
import shutil
import struct
import subprocess
import termios
import threading

import lab
from mailserver import MailServer
from recipes import RecipeCase, filled, need_client, section
from test_certificates import Authority

USER = "me@mail.example"


class Terminal:
    """A program on a terminal of its own. `shown` is all that it has written."""

    def __init__(self, command, environment):
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 40, 120, 0, 0))
        self.child = subprocess.Popen(
            ["setsid", "--ctty", *command], stdin=slave, stdout=slave, stderr=slave, env=environment)
        os.close(slave)
        self.shown = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        # The last reader of a terminal that nobody has open any more gets an error.
        try:
            while data := os.read(self._master, 65536):
                self.shown += data.decode("utf-8", "replace")
        except OSError:
            pass

    def press(self, keys):
        os.write(self._master, keys.encode())

    def wait(self, text):
        lab.until(lambda: text in self.shown, lambda: f"it shows {text!r}; it has shown {self.shown[-3000:]!r}")

    def close(self):
        self.child.kill()
        self.child.wait(20)
        self._reader.join(5)
        os.close(self._master)


class Mail(RecipeCase):
    account = "mail"

    def setUp(self):
        lab.need_tools("openssl")
        super().setUp()
        self.authority = Authority(self.place.root)
        certificate = self.authority.issue("server", "localhost", "subjectAltName=DNS:localhost")
        self.mail = self.closing(MailServer(*certificate, USER, self.takes_token))
        self.certificate = self.authority.path("ca.pem")

    def recipe(self, title, replacements):
        [text] = section("MailClients", title)
        text = filled(text.replace(USER, "USER").replace("me%40mail.example", "ESCAPED"), replacements)
        return text.replace("USER", USER).replace("ESCAPED", "me%40mail.example")

    def test_msmtp(self):
        need_client("msmtp")
        text = self.recipe("msmtp", {
            "smtp.mail.example": "localhost", "port 465": f"port {self.mail.smtp}\ntls_trust_file {self.certificate}"})
        for mechanism in ("xoauth2", "oauthbearer"):
            chosen = text.replace("auth xoauth2", f"auth {mechanism}")
            path = self.write("msmtprc", chosen)
            for number in range(2):
                done = self.place.run("msmtp", "-C", path, "anna@x.example", stdin=f"Subject: {number}\n\nhello\n")
                self.assertEqual(done.returncode, 0, done)
                self.assertTrue(self.mail.sent[-1].endswith(f"Subject: {number}\n\nhello"), self.mail.sent)
                self.refresh()
            path = self.write("msmtprc", chosen.replace("valetkey token mail", "echo another"))
            self.assertNotEqual(self.place.run("msmtp", "-C", path, "anna@x.example", stdin="\nhello\n").returncode, 0)
        self.assertEqual(self.mail.logins, [
            ("smtp", mechanism, is_let) for mechanism in ("XOAUTH2", "OAUTHBEARER") for is_let in (True, True, False)])

    def test_mbsync(self):
        need_client("mbsync")
        path = self.write("mbsyncrc", self.recipe("mbsync", {
            "imap.mail.example": f"localhost\nPort {self.mail.imap}\nCertificateFile {self.certificate}"}))
        os.mkdir(os.path.join(self.place.root, "Mail"))
        for _ in range(2):
            done = self.place.run("mbsync", "-c", path, "mail")
            self.assertEqual(done.returncode, 0, done)
            self.refresh()
        self.assertEqual(self.mail.logins, [("imap", "XOAUTH2", True)] * 2)
        self.has_message("Mail/INBOX")

    def has_message(self, folder):
        [path] = glob.glob(os.path.join(self.place.root, folder, "new", "*"))
        with open(path, encoding="utf-8") as file:
            self.assertIn("hello", file.read())

    def test_getmail(self):
        need_client("getmail")
        folder = os.path.join(self.place.root, "Mail/INBOX")
        folders = [os.path.join(folder, name) for name in ("cur", "new", "tmp")]
        for name in folders:
            os.makedirs(name)
        text = self.recipe("getmail", {
            "imap.mail.example": f"localhost\nport = {self.mail.imap}\nca_certs = {self.certificate}"})
        if os.getuid() == 0:
            # It delivers nothing as root.
            text = text.replace("[destination]", "[destination]\nuser = nobody")
            os.chmod(self.place.root, 0o711)
            for name in (folder, *folders):
                shutil.chown(name, "nobody")
        path = self.write("getmailrc", text)
        for _ in range(2):
            done = self.place.run("getmail", "--rcfile", path, "--getmaildir", self.place.root)
            self.assertEqual(done.returncode, 0, done)
            self.refresh()
        self.assertEqual(self.mail.logins, [("imap", "XOAUTH2", True)] * 2)
        self.has_message("Mail/INBOX")

    def test_offlineimap(self):
        need_client("offlineimap")
        path = self.write("offlineimaprc", self.recipe("offlineimap", {
            "imap.mail.example": f"localhost\nremoteport = {self.mail.imap}", "OS-DEFAULT": self.certificate}))
        for _ in range(2):
            done = self.place.run("offlineimap", "-c", path, "-o", "-u", "basic")
            self.assertEqual(done.returncode, 0, done)
            self.refresh()
        self.assertEqual(self.mail.logins, [("imap", "XOAUTH2", True)] * 2)
        self.has_message("Mail/INBOX")

    def test_neomutt(self):
        need_client("neomutt")
        path = self.write("neomuttrc", self.recipe("neomutt", {
            "imap.mail.example": f"localhost:{self.mail.imap}", "smtp.mail.example": f"localhost:{self.mail.smtp}"})
            + f'set ssl_ca_certificates_file = "{self.certificate}"\n')
        for number in range(2):
            done = self.place.run("neomutt", "-F", path, "-s", str(number), "anna@x.example", stdin="hello\n")
            self.assertEqual(done.returncode, 0, done)
            self.assertIn(f"Subject: {number}\n", self.mail.sent[-1])
            terminal = Terminal(["neomutt", "-F", path], self.place.environment(TERM="xterm"))
            try:
                terminal.wait("Good news")
                terminal.press("\n")
                terminal.wait("hello")
            finally:
                terminal.close()
            self.refresh()
        self.assertEqual(self.mail.logins, [
            (protocol, "OAUTHBEARER", True) for protocol in ("smtp", "imap", "smtp", "imap")])

    def test_aerc(self):
        need_client("aerc")
        text = self.recipe("aerc", {
            "imap.mail.example": f"localhost:{self.mail.imap}", "smtp.mail.example": f"localhost:{self.mail.smtp}"})
        self.write("config/aerc/accounts.conf", text)
        for _ in range(2):
            terminal = Terminal(
                ["aerc"], self.place.environment(TERM="xterm", EDITOR="true", SSL_CERT_FILE=self.certificate))
            try:
                terminal.wait("Good news")
                # The token that this program read at its start is replaced before it sends.
                self.refresh()
                self.mail.sent.clear()
                terminal.press(":compose -H 'To: anna@x.example' -H 'Subject: Answer'\r")
                terminal.wait("Send this email?")
                terminal.press("y")
                lab.until(lambda: self.mail.sent, lambda: f"it sends; it has shown {terminal.shown[-3000:]!r}")
                self.assertIn("Subject: Answer\n", self.mail.sent[0])
            finally:
                terminal.close()
        self.assertEqual(self.mail.logins, [("imap", "XOAUTH2", True), ("smtp", "XOAUTH2", True)] * 2)
