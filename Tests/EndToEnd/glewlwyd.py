"""glewlwyd, an authorization server in C from Debian's packages, on a free port with SQLite in a temporary folder."""

import contextlib
import glob
import http.cookiejar
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import urllib.request

import lab

WEBAPP = "/usr/share/glewlwyd/webapp"
SCHEMA = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
MODULES = "/usr/lib/glewlwyd"

CONFIGURATION = """
port = {port}
bind_address = "127.0.0.1"
external_url = "{base}"
login_url = "login.html"
api_prefix = "api"
static_files_path = "{webapp}/"
static_files_mime_types = (
  {{ extension = ".html", mime_type = "text/html", compress = 0 }},
  {{ extension = ".css", mime_type = "text/css", compress = 0 }},
  {{ extension = ".js", mime_type = "application/javascript", compress = 0 }},
  {{ extension = ".json", mime_type = "application/json", compress = 0 }}
)
log_mode = "file"
log_level = "WARNING"
log_file = "{root}/log"
cookie_domain = "127.0.0.1"
cookie_secure = 0
cookie_same_site = "empty"
session_expiration = 3600
session_key = "SESSION"
admin_session_authentication = "cookie"
profile_session_authentication = "cookie"
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "{modules}/user"
client_module_path = "{modules}/client"
user_auth_scheme_module_path = "{modules}/scheme"
plugin_module_path = "{modules}/plugin"
hash_algorithm = "SHA512"
database = {{ type = "sqlite3"; path = "{root}/db"; }};
"""


class Glewlwyd:
    """Runs until `close`: user alice / wonderland, public client `desk`, PKCE required, refresh tokens used once."""

    def __init__(self, redirect_uris, lifetime=30):
        lab.need_tools("glewlwyd", "openssl")
        lab.need(os.path.exists(SCHEMA), f"{SCHEMA} is missing")
        self.root = tempfile.mkdtemp(prefix="vk-glewlwyd-")
        self.base = f"http://127.0.0.1:{lab.free_port()}"
        self.issuer = f"{self.base}/api/oidc"
        self._jar = http.cookiejar.CookieJar()
        self._server = None
        try:
            self._start()
            self._fill(redirect_uris, lifetime)
        except BaseException:
            self.close()
            raise

    def close(self):
        if self._server:
            self._server.terminate()
            self._server.wait(20)
        shutil.rmtree(self.root, ignore_errors=True)

    def _start(self):
        webapp = os.path.join(self.root, "webapp")
        # Debian links the page's settings to a folder below /etc, but the server needs the file itself.
        shutil.copytree(WEBAPP, webapp, ignore=shutil.ignore_patterns("config.json"))
        settings = [path for path in glob.glob("/etc/glewlwyd/config*.json/config.json") + glob.glob(
            "/etc/glewlwyd/config*.json") + glob.glob(f"{WEBAPP}/config.json") if os.path.isfile(path)]
        shutil.copy(settings[0], os.path.join(webapp, "config.json"))
        with open(SCHEMA, encoding="utf-8") as schema, contextlib.closing(sqlite3.connect(f"{self.root}/db")) as database:
            database.executescript(schema.read())
        path = os.path.join(self.root, "conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(
                root=self.root, port=self.base.rsplit(":", 1)[1], base=self.base, webapp=webapp, modules=MODULES))
        self._server = subprocess.Popen(
            ["glewlwyd", "-c", path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def answers():
            with contextlib.suppress(OSError):
                return lab.fetch(f"{self.base}/api/config").status
        lab.until(answers, "glewlwyd answers")

    def _post(self, place, **members):
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._jar))
        request = urllib.request.Request(
            f"{self.base}/api/{place}", data=json.dumps(members).encode(), method="POST",
            headers={"Content-Type": "application/json"})
        opener.open(request, timeout=20).close()

    def _fill(self, redirect_uris, lifetime):
        self._post("auth/", username="admin", password="password")
        key = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, check=True).stdout
        public = subprocess.run(["openssl", "rsa", "-pubout"], input=key, capture_output=True, check=True).stdout
        self._post("mod/plugin/", module="oidc", name="oidc", display_name="OpenID Connect", parameters={
            "iss": self.issuer, "jwt-type": "rsa", "jwt-key-size": "256", "key": key.decode(),
            "cert": public.decode(), "jwks-show": True, "access-token-duration": lifetime,
            "refresh-token-duration": 86400, "code-duration": 60, "refresh-token-rolling": False,
            "refresh-token-one-use": "always", "allow-non-oidc": True, "auth-type-code-enabled": True,
            "auth-type-code-revoke-replayed": True, "auth-type-token-enabled": False,
            "auth-type-id-token-enabled": False, "auth-type-password-enabled": False,
            "auth-type-client-enabled": False, "auth-type-refresh-enabled": True,
            "pkce-allowed": True, "pkce-method-plain-allowed": False, "pkce-required": True,
            "oauth-as-iss-id": True, "request-parameter-allow": True, "subject-type": "public",
        })
        self._post("scope/", name="mail", display_name="mail", description="Your mail", password_required=False,
                   password_max_age=0, scheme={})
        self._post("user/", username="alice", password="wonderland", name="Alice", email="alice@example.org",
                   enabled=True, scope=["openid", "mail", "g_profile"])
        self._post("client/", client_id="desk", name="Desk", enabled=True, confidential=False,
                   redirect_uri=redirect_uris, authorization_type=["code", "refresh_token", "delete_token"],
                   scope=["openid", "mail"], token_endpoint_auth_method=["none"])

    def consent(self, browser):
        """Plays alice in her browser: she logs in, ticks the scope and continues."""
        browser.type("alice", css="#username")
        browser.type("wonderland", css="#password")
        browser.click(css="button[type=submit]")
        browser.click(css="#grant-mail")
        browser.click(xpath="//button[contains(.,'Grant access')]")
        browser.click(xpath="//button[contains(.,'Continue') and not(@disabled)]")
