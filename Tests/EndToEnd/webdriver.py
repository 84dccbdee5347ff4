"""A small W3C WebDriver client for chromedriver and headless Chromium, which uses only the standard library."""

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

import lab

# Only loopback names resolve, so that a page can't reach the network and the browser's own services can't either.
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]",
]


class NoSuchThing(Exception):
    """The driver's error code, such as `no such element`."""


class Browser:
    """A headless browser; `close` ends it and its driver."""

    def __init__(self):
        lab.need_tools("chromedriver", "chromium")
        self.profile = tempfile.mkdtemp(prefix="vk-browser-")
        port = lab.free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen(
            ["chromedriver", f"--port={port}", "--log-level=OFF"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self.profile})
        self.session = None
        try:
            lab.until(self._ready, "chromedriver answers")
            options = {"binary": shutil.which("chromium"), "args": ARGUMENTS + [f"--user-data-dir={self.profile}/p"]}
            self.session = self._send("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": options}}})["sessionId"]
        except BaseException:
            self.close()
            raise

    def _ready(self):
        with contextlib.suppress(OSError):
            return self._send("GET", "/status")["ready"]

    def _send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data=data, method=method, headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as reply:
                return json.load(reply)["value"]
        except urllib.error.HTTPError as refusal:
            with refusal:
                value = json.load(refusal)["value"]
            raise NoSuchThing(f"{value.get('error')}: {value.get('message', '')[:200]}") from None

    def _tell(self, method, path, body=None):
        return self._send(method, f"/session/{self.session}{path}", body)

    def go(self, url):
        self._tell("POST", "/url", {"url": url})

    @property
    def url(self):
        return self._tell("GET", "/url")

    @property
    def text(self):
        return self.script("return document.body ? document.body.innerText : ''")

    def script(self, source, *arguments):
        return self._tell("POST", "/execute/sync", {"script": source, "args": list(arguments)})

    def find(self, css=None, xpath=None, seconds=15):
        """An element that is visible and can be used."""
        query = {"using": "css selector", "value": css} if css else {"using": "xpath", "value": xpath}

        def look():
            with contextlib.suppress(NoSuchThing):
                element = next(iter(self._tell("POST", "/element", query).values()))
                if self._tell("GET", f"/element/{element}/displayed"):
                    return element
        return lab.until(look, lambda: f"{query['value']} on {self.url[:120]}: {self.text[:300]}", seconds)

    def click(self, **where):
        self._tell("POST", f"/element/{self.find(**where)}/click", {})

    def type(self, text, **where):
        self._tell("POST", f"/element/{self.find(**where)}/value", {"text": text})

    def wait_text(self, text, seconds=20):
        def look():
            with contextlib.suppress(NoSuchThing):
                return text.lower() in self.text.lower()
        lab.until(look, lambda: f"{text!r} on {self.url[:120]}: {self.text[:400]!r}", seconds)

    def _devtools(self, command, **parameters):
        return self._tell("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def screen(self, width, height, dark=False, phone=False):
        """Sets the viewport and the preferred colours."""
        self._devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                       mobile=phone)
        self._devtools("Emulation.setEmulatedMedia",
                       features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self._tell("GET", "/screenshot")))

    def forget(self):
        self._devtools("Network.clearBrowserCookies")

    def close(self):
        if self.session:
            with contextlib.suppress(NoSuchThing, OSError):
                self._send("DELETE", f"/session/{self.session}")
        self.driver.terminate()
        self.driver.wait(10)
        shutil.rmtree(self.profile, ignore_errors=True)
