"""An API that answers 401 as an MCP server does, and an authorization server that registers clients."""

import json
import secrets
import urllib.parse

import tokenserver
from tokenserver import TokenServer


class Handler(tokenserver.Handler):
    def do_GET(self):
        owner, place = self.server.owner, urllib.parse.urlsplit(self.path)
        if place.path == owner.prm_path:
            return self._send(200, json.dumps(owner.resource_metadata()).encode())
        if place.path.startswith("/.well-known/oauth-protected-resource"):
            return self._send(404)
        if place.path != "/mcp":
            return super().do_GET()
        if self.headers.get("Authorization", "").removeprefix("Bearer ") in owner.expires:
            return self._send(200, b"{}")
        return self._send(401, **{"WWW-Authenticate":
                                  f'Bearer realm="mcp", resource_metadata="{owner.base}{owner.prm_path}"'})

    def do_POST(self):
        if self.path != "/register" or not self.server.owner.registers:
            return super().do_POST()
        wish = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        status, members = self.server.owner.register(wish)
        return self._send(status, json.dumps(members).encode())

    def do_DELETE(self):
        done = self.server.owner.unregister(self.path.rpartition("/")[2], self.headers.get("Authorization", ""))
        return self._send(204 if done else 401)


class Registrar(TokenServer):
    """`registers` (whether clients register themselves), `method` (their authentication, whatever they ask for),
    `refuses` (an error for the next registrations), `secret_expires` and `prm_path` can be changed while it runs.
    `wishes` holds what clients asked for, `registered` the members of the replies by client."""

    handler = Handler

    def __init__(self):
        self.registers, self.method, self.refuses, self.secret_expires = True, None, None, 0
        self.prm_path = "/.well-known/oauth-protected-resource/mcp"
        self.servers, self.wishes, self.registered = None, [], {}
        super().__init__()

    @property
    def api(self):
        return f"{self.base}/mcp"

    def metadata(self):
        more = {"registration_endpoint": f"{self.base}/register"} if self.registers else {}
        return {**super().metadata(), **more}

    def resource_metadata(self):
        return {"resource": self.api, "authorization_servers": self.servers or [self.base], "scopes_supported": ["mail"]}

    def register(self, wish):
        self.wishes.append(wish)
        if self.refuses:
            return 400, {"error": self.refuses, "error_description": "not like this"}
        client, token = f"client-{secrets.token_hex(4)}", f"management-{secrets.token_hex(12)}"
        members = {**wish, "client_id": client, "registration_access_token": token,
                   "registration_client_uri": f"{self.base}/register/{client}"}
        if self.method:
            members |= {"token_endpoint_auth_method": self.method, "client_secret": f"secret-{secrets.token_hex(12)}",
                        "client_secret_expires_at": self.secret_expires}
            self.secrets.add(members["client_secret"])
        self.secrets.add(token)
        self.registered[client] = members
        self.clients.add(client)
        return 201, members

    def unregister(self, client, authorization):
        members = self.registered.get(client)
        if not members or authorization != f"Bearer {members['registration_access_token']}":
            return False
        del self.registered[client]
        self.clients.discard(client)
        return True
