"""The redirect's pages as a person sees them: each result, light and dark, on a phone and on a desktop."""

import os
import re
import tempfile
import urllib.parse

import lab
from daemon import Daemon
from tokenserver import TokenServer
from webdriver import Browser

SCREENS = {"phone": (390, 844, True), "desktop": (1280, 800, False)}

# The luminance of the text and of what is behind it, and whether anything overflows at the side.
LOOK = """
const luminance = colour => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(value => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
};
const ground = element => {
    for (let at = element; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if (!/^rgba\\(.*, 0\\)$/.test(colour)) return luminance(colour);
    }
    return 1;
};
const contrast = element => {
    const [one, other] = [luminance(getComputedStyle(element).color), ground(element)].sort((a, b) => b - a);
    return (one + 0.05) / (other + 0.05);
};
const written = [...document.querySelectorAll("body *")].filter(
    element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
const root = document.documentElement;
return {
    ground: luminance(getComputedStyle(document.body).backgroundColor),
    contrast: Math.min(...written.map(contrast)),
    overflow: Math.max(root.scrollWidth, document.body.scrollWidth) - root.clientWidth,
    outside: [...document.querySelectorAll("body *")].filter(
        element => element.getBoundingClientRect().right > root.clientWidth + 1).map(element => element.tagName),
    headings: [...document.querySelectorAll("h1")].map(element => element.innerText),
    elsewhere: performance.getEntriesByType("resource").map(entry => entry.name).filter(
        name => !name.startsWith("data:")),
    scripts: document.scripts.length,
    language: root.lang,
};
"""


class Pages(lab.Case):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.server = TokenServer()
        self.addCleanup(self.server.close)
        self.place = self.home()
        self.daemon = None

    def begin(self, daemon="", **more):
        self.place.configure(self.server.account(**more) + daemon)
        self.daemon = Daemon(self.place)
        self.addCleanup(self.daemon.end)
        return self.daemon.consent()

    def location(self, consent):
        """The URL that the authorization server redirects the browser to."""
        return lab.fetch(consent["authorization_url"], follow=False).headers["Location"]

    def look(self, name, heading, *words):
        """Checks the page that the browser shows now, on each screen."""
        shots = os.environ.get("VALETKEY_SCREENSHOTS")
        for screen, (width, height, phone) in SCREENS.items():
            for dark in (False, True):
                self.browser.screen(width, height, dark, phone)
                seen = self.browser.script(LOOK)
                where = f"{name}, {screen}, {'dark' if dark else 'light'}: {seen}"
                self.assertEqual(len(seen["headings"]), 1, where)
                self.assertIn(heading, seen["headings"][0].lower(), where)
                self.assertLessEqual(seen["overflow"], 0, where)
                self.assertEqual(seen["outside"], [], where)
                self.assertTrue(seen["ground"] < 0.1 if dark else seen["ground"] > 0.7, where)
                # WCAG 2.2, 1.4.3: 4.5 to 1 for text.
                self.assertGreaterEqual(seen["contrast"], 4.5, where)
                self.assertEqual((seen["elsewhere"], seen["scripts"], seen["language"]), ([], 0, "en"), where)
                if shots:
                    os.makedirs(shots, exist_ok=True)
                    self.browser.screenshot(
                        os.path.join(shots, f"{name}-{screen}-{'dark' if dark else 'light'}.png"))
        text = self.browser.text
        for word in words:
            self.assertIn(word, text)
        # CALLBACK-3: nothing of the response remains in the address bar.
        query = urllib.parse.urlsplit(self.browser.url).query
        self.assertEqual(query, "")

    def test_success_names_the_account_and_what_was_granted(self):
        """CALLBACK-4: success is shown once the grant is stored."""
        consent = self.begin(scopes=["mail", "a-scope-with-a-name-as-long-as-" + "some-servers-have-" * 8 + "them"])
        self.browser.go(consent["open_url"])
        self.browser.wait_text("granted")
        self.assertTrue(self.place.files(), "the grant is on disk")
        self.look("success", "granted", "ads", "mail", "close this tab")

    def test_refused_says_what_the_server_said_and_how_to_try_again(self):
        """AUTHZ-7: the server's words are shown as text."""
        consent = self.begin()
        self.server.refuse = "access_denied"
        self.browser.go(consent["open_url"])
        self.browser.wait_text("not granted")
        self.look("refused", "not granted", "<b>Alice</b>", "valetkey login")
        self.assertEqual(self.daemon.ask("GET", "/accounts/ads/consent").json["state"], "refused")

    def test_a_late_response_is_told_that_it_is_too_late(self):
        consent = self.begin('[daemon]\nconsent_timeout = "10s"\n')
        location = self.location(consent)
        lab.until(lambda: self.daemon.ask("GET", "/accounts/ads/consent?wait=15").json["state"] == "expired",
                  "the consent expires", 20)
        self.browser.go(location)
        self.look("expired", "expired", "valetkey login")

    def test_a_second_response_is_told_so_and_the_same_again_shows_the_page_of_the_first(self):
        """AUTHZ-6: a browser that preloads the redirect sends the same response twice."""
        location = self.location(self.begin())
        first = lab.fetch(location, follow=False)
        self.assertEqual(first.status, 303)
        self.browser.go(re.sub("code=[^&]+", "code=another", location))
        self.look("already-used", "already used", "valetkey status")
        self.browser.go(location)
        self.look("success-again", "granted", "ads")

    def test_they_can_be_read_without_their_style(self):
        consent = self.begin()
        page = lab.fetch(consent["open_url"])
        bare = page.text[:page.text.index("<style>")] + page.text[page.text.index("</style>") + 8:]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "page.html")
            with open(path, "w", encoding="utf-8") as file:
                file.write(bare)
            self.browser.screen(390, 844, phone=True)
            self.browser.go(f"file://{path}")
            text = self.browser.text
            overflow = self.browser.script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.assertLessEqual(overflow, 0)
        for word in ("granted", "ads", "mail"):
            self.assertIn(word, text.lower())
        policy = page.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["X-Content-Type-Options"], "nosniff")
