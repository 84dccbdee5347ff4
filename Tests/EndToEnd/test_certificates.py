"""TLS: a client that authenticates by its certificate (RFC 8705), and servers with an invalid name or certificate."""

import http.server
import json
import os
import ssl
import subprocess
import threading
import urllib.parse

import lab
from daemon import Daemon


class Authority:
    """A certificate authority for the test, made by openssl."""

    def __init__(self, folder):
        self.folder = folder
        self.run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=Test Authority",
                 "-keyout", self.path("ca.key"), "-out", self.path("ca.pem"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)

    def issue(self, name, subject, extension):
        """Creates a key and a certificate for it, as two PEM files."""
        key, request, certificate = (self.path(f"{name}.{end}") for end in ("key", "csr", "pem"))
        extensions = self.path(f"{name}.ext")
        with open(extensions, "w", encoding="ascii") as file:
            file.write(extension + "\n")
        self.run("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={subject}", "-keyout", key, "-out", request)
        self.run("x509", "-req", "-in", request, "-CA", self.path("ca.pem"), "-CAkey", self.path("ca.key"),
                 "-CAcreateserial", "-days", "1", "-extfile", extensions, "-out", certificate)
        os.chmod(key, 0o600)
        return certificate, key


class Handler(http.server.BaseHTTPRequestHandler):
    """A server with metadata for everybody, and tokens only for clients with a certificate."""

    protocol_version = "HTTP/1.1"

    def answer(self, status, members):
        body = json.dumps(members).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        issuer = self.server.issuer
        self.answer(200, {
            "issuer": issuer, "token_endpoint": f"{issuer}/without-certificate",
            "token_endpoint_auth_methods_supported": ["tls_client_auth"],
            "mtls_endpoint_aliases": {"token_endpoint": f"{issuer}/token"}})

    def do_POST(self):
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        subject = dict(pair[0] for pair in (self.connection.getpeercert() or {}).get("subject", ()))
        self.server.seen.append((self.path, subject.get("commonName"), form, self.headers.get("Authorization")))
        if self.path != "/token" or subject.get("commonName") != form.get("client_id"):
            return self.answer(401, {"error": "invalid_client"})
        self.answer(200, {"access_token": f"t{len(self.server.seen)}", "token_type": "Bearer", "expires_in": 600})

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, authority, certificate, key):
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = f"https://localhost:{self.server_address[1]}"
        self.seen = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(authority.path("ca.pem"))
        context.verify_mode = ssl.CERT_OPTIONAL
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """A client that disconnects because of a certificate is expected in some tests."""

    def close(self):
        self.shutdown()
        self.server_close()


class Certificates(lab.Case):
    def setUp(self):
        lab.need_tools("openssl")
        self.place = self.home()
        self.authority = Authority(self.place.root)

    def server(self, names="DNS:localhost"):
        server = Server(self.authority, *self.authority.issue("server", "server", f"subjectAltName={names}"))
        self.addCleanup(server.close)
        return server

    def daemon(self, server, *lines, authorities="ca.pem"):
        self.place.configure("\n".join([
            "[accounts.ads]", f'issuer = "{server.issuer}"', 'client_id = "desk"', 'flow = "client_credentials"',
            *lines, ""]))
        daemon = Daemon(self.place, SSL_CERT_FILE=self.authority.path(authorities) if authorities else None)
        self.addCleanup(daemon.end)
        return daemon

    def client_lines(self):
        certificate, key = self.authority.issue("client", "desk", "extendedKeyUsage=clientAuth")
        return f'client_certificate = "{certificate}"', f'client_key = "{key}"'

    def test_a_client_is_known_by_its_certificate(self):
        """AUTH-1, AUTH-3, META-3: the method and the endpoint come from the metadata."""
        server = self.server()
        daemon = self.daemon(server, *self.client_lines())
        self.assertEqual(daemon.token(), "t1")
        path, subject, form, authorization = server.seen[0]
        self.assertEqual((path, subject, authorization), ("/token", "desk", None))
        self.assertEqual(form, {"grant_type": "client_credentials", "client_id": "desk"})

    def test_a_server_with_another_name_gets_nothing(self):
        """TLS-1"""
        server = self.server("DNS:elsewhere.example")
        self.refused(server, self.daemon(server, *self.client_lines()))

    def test_a_server_that_nobody_vouches_for_gets_nothing(self):
        """TLS-1"""
        server = self.server()
        self.refused(server, self.daemon(server, *self.client_lines(), authorities=None))

    def refused(self, server, daemon):
        answer = daemon.ask("GET", "/token/ads?wait=1")
        self.assertEqual(answer.status, 503, f"{answer}\n{daemon.log}")
        self.assertRegex(answer.json["detail"].lower(), "certificate|ssl", answer)
        self.assertEqual(server.seen, [])
