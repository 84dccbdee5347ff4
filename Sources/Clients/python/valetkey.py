# SPDX-License-Identifier: MIT
"""Access tokens from valetkey's socket, for Python 3.9 and newer. Only the standard library is needed.

    import valetkey
    token = valetkey.Token("acme")
    token.read()                                             # the access token, as text
    requests.get(url, auth=token.requests())                 # and once more with a newer one after a 401
    httpx.get(url, auth=token.httpx())
    BlobServiceClient(url, credential=token.azure())
    AuthorizationData(authentication=valetkey.BingAdsAuthentication("acme"))

The daemon refreshes the token. A program asks for it before each request, which takes less than a millisecond, and keeps
none. What goes wrong is a `valetkey.Error`, whose text says what to do.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import stat
import struct
from typing import Any, AsyncGenerator, Callable, Generator, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

__all__ = ["AccessToken", "BingAdsAuthentication", "Error", "Token", "default_socket"]

_Result = TypeVar("_Result")


class Error(Exception):
    """Why there is no token.

    `code` is for programs to decide by: `consent_required`, `temporarily_unavailable`, `configuration_error`,
    `no_such_account` and so on; `daemon_unreachable` where no daemon answers. `hint` is the next step for the user,
    and `retry_after` how many seconds to wait before another try; each is None where there is none.
    """

    def __init__(self, code: str, detail: str, hint: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(detail + (f"; hint: {hint}" if hint else ""))
        self.code, self.detail, self.hint, self.retry_after = code, detail, hint, retry_after


class AccessToken(NamedTuple):
    """What a credential of azure-core returns: the token, and when it expires in seconds since 1970."""

    token: str
    expires_on: int


def default_socket() -> str:
    """The path of the daemon's socket, where the command looks for it too."""
    named = os.environ.get("VALETKEY_SOCKET")
    if named:
        return named
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if not folder.startswith("/"):
        folder = f"/run/user/{os.geteuid()}"
        try:
            facts = os.lstat(folder)
        except OSError:
            facts = None
        if facts is None or not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
            raise Error("daemon_unreachable", "the daemon's socket isn't known: XDG_RUNTIME_DIR isn't set",
                        "name it in VALETKEY_SOCKET")
    return f"{folder}/valetkey.sock"


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("valetkey", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
        # Nobody else may hand out a token that this program then sends.
        _, owner, _ = struct.unpack("3i", self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        if owner not in (0, os.geteuid()):
            raise Error("daemon_unreachable", f"{self._path} belongs to another user's daemon")


class _Daemon:
    def __init__(self, path: str | None) -> None:
        self._path = path

    def ask(self, method: str, target: str, body: str | None = None, wait: int = 30) -> Any:
        """The JSON of the answer."""
        path = self._path or default_socket()
        connection = _Connection(path, wait + 30)
        try:
            connection.request(method, target, body, {"Accept": "application/json"})
            reply = connection.getresponse()
            answer = json.loads(reply.read())
        except (OSError, http.client.HTTPException, ValueError) as reason:
            raise Error("daemon_unreachable", f"the daemon can't be asked at {path}: {reason}",
                        "start it with: systemctl --user start valetkey.socket") from None
        finally:
            connection.close()
        if reply.status != 200:
            raise Error(answer.get("code", "internal_error"), answer.get("detail", f"HTTP {reply.status}"),
                        answer.get("hint"), answer.get("retry_after"))
        return answer


class Token:
    """The access token of an account, or another one of the account's tokens.

    `wait` is how many seconds a read may take where the token must be refreshed first.
    """

    def __init__(self, account: str, *, socket: str | None = None, wait: int = 30) -> None:
        self.account = account
        self.wait = wait
        self._daemon = _Daemon(socket)

    def read(self, min_ttl: int = 0) -> str:
        """The access token, valid for at least `min_ttl` more seconds."""
        return self.details(min_ttl)["access_token"]

    def __repr__(self) -> str:
        return f"valetkey.Token({self.account!r})"

    def details(self, min_ttl: int = 0) -> dict[str, Any]:
        """The token with its type, scope and expiry: what the daemon answers as JSON."""
        return self._daemon.ask("GET", self._target("", min_ttl=min_ttl), wait=self.wait)

    def refused(self, token: str) -> str:
        """Reports a token that a server has refused. Returns a newer one."""
        return self._daemon.ask("POST", self._target("/refused"), token, wait=self.wait)["access_token"]

    def header(self) -> str:
        """The value of the header `Authorization`."""
        answer = self.details()
        return f"{answer['token_type']} {answer['access_token']}"

    def requests(self) -> Callable[[Any], Any]:
        """The `auth` of requests. A request that is answered with 401 is sent once more with a newer token."""
        return _RequestsAuth(self)

    def httpx(self) -> Any:
        """The `auth` of httpx, for its client and its asynchronous client."""
        return _httpx_auth(self)

    def azure(self) -> _AzureCredential:
        """A credential of azure-core. The account decides the scope, whatever the library asks for."""
        return _AzureCredential(self)

    def _target(self, end: str, **parameters: int) -> str:
        stated = {"wait": self.wait, **{name: value for name, value in parameters.items() if value}}
        return f"/token/{quote(self.account, safe='')}{end}?{urlencode(stated)}"


class _RequestsAuth:
    def __init__(self, token: Token) -> None:
        self._token = token

    def __call__(self, request: Any) -> Any:
        sent = self._token.read()
        header = f"Bearer {sent}"
        request.headers["Authorization"] = header
        body = request.body
        start = body.tell() if hasattr(body, "tell") else None
        is_repeatable = start is not None or body is None or isinstance(body, (bytes, str))

        def after(response: Any, **options: Any) -> Any:
            # After a redirection to another host the request has no token, and gets none.
            if (response.status_code != 401 or not is_repeatable
                    or response.request.headers.get("Authorization") != header):
                return response
            try:
                newer = self._token.refused(sent)
            except Error:
                return response
            again = response.request.copy()
            if start is not None:
                body.seek(start)
            again.headers["Authorization"] = f"Bearer {newer}"
            again.deregister_hook("response", after)
            # The connection is only used again once the answer was read.
            response.content
            response.close()
            second = response.connection.send(again, **options)
            second.history.append(response)
            second.request = again
            return second

        request.register_hook("response", after)
        return request


def _httpx_auth(token: Token) -> Any:
    import httpx
    from anyio import to_thread

    class Auth(httpx.Auth):
        def sync_auth_flow(self, request: Any) -> Generator[Any, Any, None]:
            sent = token.read()
            request.headers["Authorization"] = f"Bearer {sent}"
            response = yield request
            if response.status_code != 401 or not isinstance(request.stream, httpx.ByteStream):
                return
            response.read()
            try:
                newer = token.refused(sent)
            except Error:
                return
            request.headers["Authorization"] = f"Bearer {newer}"
            yield request

        async def async_auth_flow(self, request: Any) -> AsyncGenerator[Any, Any]:
            # In a thread, because a read may wait for a refresh.
            sent = await to_thread.run_sync(token.read)
            request.headers["Authorization"] = f"Bearer {sent}"
            response = yield request
            if response.status_code != 401 or not isinstance(request.stream, httpx.ByteStream):
                return
            await response.aread()
            try:
                newer = await to_thread.run_sync(token.refused, sent)
            except Error:
                return
            request.headers["Authorization"] = f"Bearer {newer}"
            yield request

    return Auth()


class _AzureCredential:
    def __init__(self, token: Token) -> None:
        self._token = token

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        answer = self._token.details()
        # A token that never expires is asked for again after an hour.
        return AccessToken(answer["access_token"], answer.get("expires_on") or 2**31 - 1)

    def close(self) -> None:
        pass

    def __enter__(self) -> _AzureCredential:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def _bing_ads_authentication() -> type:
    from bingads.authorization import OAuthTokens, OAuthWithAuthorizationCode

    class BingAdsAuthentication(OAuthWithAuthorizationCode):  # type: ignore[misc]
        """The `authentication` of Microsoft's Python SDKs, `bingads` and `msads`.

        It fills the headers that AuthorizationData leaves open: developer token, customer and account. Over SOAP a
        call that is answered with fault 109 is repeated once by the SDK. For both, `call` repeats a call whose token
        is refused: `authentication.call(lambda: client.GetUser(...))`.
        """

        def __init__(self, account: str, *, socket: str | None = None) -> None:
            super().__init__("valetkey", None, "")
            self.account = account
            self._daemon = _Daemon(socket)
            self._token = Token(account, socket=socket)
            self._sent: str | None = None

        def read(self) -> dict[str, str]:
            """The headers of a request, filled as far as the account knows them."""
            return self._daemon.ask("GET", f"/accounts/{quote(self.account, safe='')}/ads/headers")

        def enrich_headers(self, headers: dict[str, Any]) -> None:
            filled = self.read()
            self._sent = filled["AuthenticationToken"]
            headers["Authorization"] = f"Bearer {self._sent}"
            for name, value in filled.items():
                # The SDKs write None for what AuthorizationData doesn't state.
                if headers.get(name) in (None, "", "None"):
                    headers[name] = value

        @property
        def oauth_tokens(self) -> Any:
            return OAuthTokens(access_token=self._sent)

        def request_oauth_tokens_by_refresh_token(self, refresh_token: object) -> None:
            """The SDK calls this after fault 109."""
            self._replace()

        def call(self, work: Callable[[], _Result]) -> _Result:
            """Calls `work`, and once more where the service refuses the token."""
            try:
                return work()
            except Exception as fault:
                if not _says_expired(fault):
                    raise
            self._replace()
            return work()

        def _replace(self) -> None:
            if self._sent is not None:
                self._token.refused(self._sent)

    return BingAdsAuthentication


def _says_expired(fault: Any) -> bool:
    """Whether a fault of the service says that the token has expired: 109 over SOAP, HTTP 401 over REST."""
    detail = getattr(getattr(getattr(fault, "fault", None), "detail", None), "AdApiFaultDetail", None)
    errors = getattr(getattr(detail, "Errors", None), "AdApiError", None)
    if errors is None:
        return getattr(fault, "status", None) == 401
    return any(str(error.Code) == "109" for error in (errors if isinstance(errors, list) else [errors]))


def __getattr__(name: str) -> Any:
    # Created on first use, because its base class is the SDK's.
    if name != "BingAdsAuthentication":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = made = _bing_ads_authentication()
    return made
