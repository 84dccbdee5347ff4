"""A real etcd of one or more members, each of which a test can kill, stop and start again."""

import base64
import contextlib
import http.client
import json
import os
import shutil
import signal
import ssl
import subprocess
import tempfile
import urllib.parse

import lab


def encoded(text):
    return base64.b64encode(text.encode()).decode()


class Member:
    """One process of etcd. Its data stay in the cluster's folder when it ends."""

    def __init__(self, cluster, number):
        self.cluster, self.name = cluster, f"m{number}"
        scheme = "https" if cluster.certificates else "http"
        self.endpoint = f"{scheme}://127.0.0.1:{lab.free_port()}"
        self.peer = f"http://127.0.0.1:{lab.free_port()}"
        self.process = None

    def start(self):
        options = [
            "--name", self.name, "--data-dir", os.path.join(self.cluster.folder, self.name),
            "--listen-client-urls", self.endpoint, "--advertise-client-urls", self.endpoint,
            "--listen-peer-urls", self.peer, "--initial-advertise-peer-urls", self.peer,
            "--initial-cluster", ",".join(f"{m.name}={m.peer}" for m in self.cluster.members),
            "--logger", "zap", "--log-outputs", "stdout", "--log-level", "error", "--auto-compaction-retention", "1h"]
        if self.cluster.certificates:
            options += ["--cert-file", self.cluster.file("server.pem"), "--key-file", self.cluster.file("server.key"),
                        "--trusted-ca-file", self.cluster.file("ca.pem"), "--client-cert-auth"]
        self.process = lab.Process([self.cluster.program, *options], dict(os.environ))

    def signal(self, number):
        self.process.signal(number)

    def end(self):
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                self.process.signal(signal.SIGCONT)
            self.process.end()

    def ask(self, path, body, token=None):
        """One request to the gateway; None where there is no answer in two seconds."""
        place = urllib.parse.urlsplit(self.endpoint)
        context = None
        if self.cluster.certificates:
            context = ssl.create_default_context(cafile=self.cluster.file("ca.pem"))
            context.load_cert_chain(self.cluster.file("nameless.pem"), self.cluster.file("nameless.key"))
        kind = http.client.HTTPSConnection if context else http.client.HTTPConnection
        options = {"context": context} if context else {}
        with contextlib.closing(kind(place.hostname, place.port, timeout=2, **options)) as connection:
            try:
                connection.request("POST", f"/v3/{path}", json.dumps(body), {"Authorization": token} if token else {})
                return json.loads(connection.getresponse().read().partition(b"Grpc-Trailer")[0])
            except (OSError, http.client.HTTPException, ValueError):
                return None

    def leads(self):
        """Whether this member says that it is the leader."""
        status = self.ask("maintenance/status", {}) or {}
        return status.get("leader") == status.get("header", {}).get("member_id") is not None


class Cluster:
    """Members in one cluster, which answer. With `certificates` they speak TLS and want a client's certificate."""

    def __init__(self, count=1, certificates=False):
        self.program = os.environ.get("VALETKEY_ETCD")
        lab.need(self.program, "VALETKEY_ETCD names no etcd; Tests/run unpacks one")
        self._folder = tempfile.TemporaryDirectory(prefix="vk-etcd-")
        self.folder, self.certificates = self._folder.name, certificates
        if certificates:
            self._certify()
        self.members = [Member(self, number) for number in range(count)]
        try:
            for member in self.members:
                member.start()
            for member in self.members:
                self.wait_ready(member)
        except BaseException:
            self.close()
            raise

    @property
    def endpoints(self):
        return [member.endpoint for member in self.members]

    def file(self, name):
        return os.path.join(self.folder, name)

    def wait_ready(self, member):
        """Waits until a read at this member is answered, which takes a leader."""
        lab.until(lambda: (member.ask("kv/range", {"key": encoded("x")}) or {}).get("header")
                  or (member.ask("kv/range", {"key": encoded("x")}) or {}).get("code") == 3,
                  lambda: f"{member.name} answers; it said:\n{member.process.log}", 30)

    def exchange(self, change):
        """Ends all members, lets `change` do what it does to their folders, and starts them again."""
        for member in self.members:
            member.end()
        change()
        for member in self.members:
            member.start()
        for member in self.members:
            self.wait_ready(member)

    def back_up(self):
        """Keeps a copy of what all members hold."""
        self.exchange(lambda: [shutil.copytree(self.file(member.name), self.file(f"{member.name}.copy"))
                               for member in self.members])

    def set_back(self):
        """Brings back that copy, or nothing where none was made."""
        def restore():
            for member in self.members:
                shutil.rmtree(self.file(member.name))
                with contextlib.suppress(FileNotFoundError):
                    os.rename(self.file(f"{member.name}.copy"), self.file(member.name))
        self.exchange(restore)

    def close(self):
        for member in self.members:
            member.end()
        self._folder.cleanup()

    def enable_roles(self):
        """The user valetkey with the password right may use what is below valetkey/."""
        span = {"permType": "READWRITE", "key": encoded("valetkey/"), "range_end": encoded("valetkey0")}
        for path, body in [
                ("user/add", {"name": "root", "password": "secret"}), ("role/add", {"name": "root"}),
                ("user/grant", {"user": "root", "role": "root"}),
                ("user/add", {"name": "valetkey", "password": "right"}), ("role/add", {"name": "valetkey"}),
                ("role/grant", {"name": "valetkey", "perm": span}),
                ("user/grant", {"user": "valetkey", "role": "valetkey"}), ("enable", {})]:
            reply = self.members[0].ask(f"auth/{path}", body)
            if not reply or "error" in reply:
                raise AssertionError(f"auth/{path}: {reply}")

    def _certify(self):
        """An authority, a server's certificate, and clients' with and without a common name."""
        lab.need_tools("openssl")
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True, timeout=60)
        openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=authority")
        with open(self.file("extensions"), "w", encoding="ascii") as file:
            file.write("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n")
        for name, subject in [("server", "/CN=server"), ("named", "/CN=mail"), ("nameless", "/O=team")]:
            openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                    "-days", "1", "-extfile", "extensions", "-out", f"{name}.pem")
