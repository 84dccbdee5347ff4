"""A tiny authorization server that says yes at once: where a test is about the daemon and not about the server."""

import base64
import hashlib
import http.server
import json
import secrets
import threading
import time
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def _send(self, status, body=b"", kind="application/json", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        if self.server.owner.closes:
            # The server of the standard library hangs up after this header.
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        place = urllib.parse.urlsplit(self.path)
        if place.path.startswith("/.well-known/"):
            return self._send(200, json.dumps(self.server.owner.metadata()).encode())
        if place.path != "/authorize":
            return self._send(404)
        location = self.server.owner.authorize(dict(urllib.parse.parse_qsl(place.query)))
        return self._send(302, kind="text/plain", Location=location)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/device":
            return self._send(200, json.dumps(self.server.owner.device()).encode())
        if self.path != "/token":
            return self._send(404)
        form = dict(urllib.parse.parse_qsl(body))
        scheme, _, pair = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            form["client_id"] = base64.b64decode(pair).decode().partition(":")[0]
        self.server.owner.last_form = form
        if self.server.owner.answers:
            status, text, headers = self.server.owner.answers.pop(0)
            for name, value in form.items():
                text = text.replace("{" + name + "}", value)
            return self._send(status, text.encode(), "text/html", **headers)
        status, members = self.server.owner.token(form)
        body, headers = self.server.owner.dress(json.dumps(members).encode())
        return self._send(status, body, **{"Cache-Control": "no-store"}, **headers)


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        """A client that was killed by a test is no news."""


class TokenServer:
    """Authorization code with PKCE S256 and refresh tokens that work once.

    `lifetime`, `size` (bytes of an access token), `refuse` (an OAuth error for the next redirects) and `gate` (token
    requests wait until it is set), `closes` (one request a connection), `answers` (status, text and headers for the
    next token requests in place of what they ask for; `{name}` in a text stands for the request's parameter), `shape`
    (changes what is issued), `dress` (changes the octets of a reply and adds headers) and `refuses_scope` can be changed
    while it runs, and `refused_scopes`, the scopes that a refresh doesn't get. `secrets` holds all that was issued, `refreshes` the time of each rotation, `posts` that of each token request
    that was looked at, `identity_life` the seconds that an id_token is valid for (None: there is none), `replays` the number of refresh tokens that came a second time.
    """

    handler = Handler

    def __init__(self, lifetime=3600, size=0):
        self.clients = {"desk"}
        self.lifetime, self.size, self.refuse, self.closes = lifetime, size, None, False
        self.answers, self.shape = [], lambda members: members
        self.dress, self.refuses_scope = lambda body: (body, {}), False
        self.refused_scopes, self.identity_life = set(), None
        self.forms, self.last_form = [], {}
        self.gate = threading.Event()
        self.gate.set()
        self.secrets, self.refreshes, self.posts, self.replays, self.waiting = set(), [], [], 0, 0
        self.expires = {}
        self._codes, self._families, self._used = {}, {}, {}
        self._lock = threading.Lock()
        self._http = Quiet(("127.0.0.1", 0), self.handler)
        self._http.owner = self
        self.base = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.gate.set()
        self._http.shutdown()
        self._http.server_close()

    def account(self, name="ads", **more):
        """The account's section of a configuration."""
        members = {
            "client_id": "desk", "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token", "scopes": ["mail"], **more,
        }
        return f"[accounts.{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in members.items())

    def device(self):
        """A user code; what its polls get is what `answers` holds."""
        return {"device_code": secrets.token_hex(8), "user_code": "ABCD-EFGH", "verification_uri": f"{self.base}/enter",
                "interval": 1, "expires_in": 60}

    def metadata(self):
        return {
            "issuer": self.base, "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token", "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"], "scopes_supported": ["mail"],
        }

    def grant(self):
        """A refresh token of a consent that some other program had."""
        token = self._new("refresh")
        with self._lock:
            self._families[token] = secrets.token_hex(4)
        return token

    def authorize(self, query):
        answer = {"state": query.get("state", "")}
        if self.refuse:
            answer |= {"error": self.refuse, "error_description": "<b>Alice</b> said \"no\""}
        elif query.get("code_challenge_method") != "S256" or query.get("response_type") != "code":
            answer["error"] = "invalid_request"
        else:
            answer["code"] = self._new("code")
            self.secrets |= {query["state"], query["code_challenge"]}
            with self._lock:
                self._codes[answer["code"]] = query
        separator = "&" if "?" in query["redirect_uri"] else "?"
        return query["redirect_uri"] + separator + urllib.parse.urlencode(answer)

    def token(self, form):
        with self._lock:
            self.waiting += 1
            self.posts.append(time.monotonic())
        self.gate.wait(60)
        with self._lock:
            self.waiting -= 1
            self.forms.append(form)
            if form.get("client_id") not in self.clients:
                return 401, {"error": "invalid_client"}
            if form.get("grant_type") == "authorization_code":
                return self._redeem(form)
            if form.get("grant_type") == "client_credentials":
                status, members = self._issue(secrets.token_hex(4), form.get("scope"))
                del members["refresh_token"]
                return status, members
            if form.get("grant_type") == "refresh_token":
                if self.refuses_scope and "scope" in form:
                    return 400, {"error": "invalid_request", "error_description": "scope parameter not supported"}
                if self.refused_scopes & set(form.get("scope", "").split()):
                    return 400, {"error": "invalid_scope"}
                return self._refresh(form.get("refresh_token"), form.get("scope"))
        return 400, {"error": "unsupported_grant_type"}

    def _redeem(self, form):
        query = self._codes.pop(form.get("code"), None)
        verifier = form.get("code_verifier", "")
        self.secrets.add(verifier)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if not query or query["code_challenge"] != challenge or query["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        return self._identified(self._issue(secrets.token_hex(4), form.get("scope")), query.get("nonce"))

    def _identified(self, answer, nonce=None):
        """Adds an id_token if `identity_life` says for how long. Nobody can check its signature: there are no keys."""
        if self.identity_life is not None:
            now = time.time()
            claims = {"iss": self.base, "sub": "alice", "aud": "desk", "iat": now, "exp": now + self.identity_life}
            parts = [json.dumps({"alg": "RS256"}), json.dumps(claims | ({"nonce": nonce} if nonce else {})),
                     secrets.token_hex(8)]
            token = ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)
            self.secrets.add(token)
            answer[1]["id_token"] = token
        return answer

    def _refresh(self, token, scope=None):
        if token in self._used:
            # The whole family dies, as RFC 9700 section 4.14.2 wants: a client that replays one loses its grant.
            self.replays += 1
            family = self._used[token]
            self._families = {key: value for key, value in self._families.items() if value != family}
            return 400, {"error": "invalid_grant"}
        family = self._families.pop(token, None)
        if family is None:
            return 400, {"error": "invalid_grant"}
        self._used[token] = family
        self.refreshes.append(time.monotonic())
        return self._identified(self._issue(family, scope))

    def _issue(self, family, scope=None):
        access, refresh = self._new("access"), self._new("refresh")
        self._families[refresh] = family
        self.expires[access] = time.monotonic() + self.lifetime
        return 200, self.shape({"access_token": access, "refresh_token": refresh, "token_type": "Bearer",
                                "expires_in": self.lifetime, "scope": scope or "mail"})

    def _new(self, kind):
        value = f"{kind}-{secrets.token_urlsafe(24)}"
        if kind == "access":
            value = value.ljust(self.size, "x")
        self.secrets.add(value)
        return value
