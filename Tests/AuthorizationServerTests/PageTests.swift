import FoundationEssentials
import OAuth
import Testing

@testable import AuthorizationServer

@Suite struct PageTests {
    @Test func `a form without the token of its page is refused and changes nothing`() {
        let lab = Lab()
        let page = lab.authorize()
        let account = ["username": "alice", "password": "wonderland"]
        for forged in [["form_token": "guess"], ["form_token": ""], ["request": "guess"]] {
            let reply = lab.post("/sign-in", page.hidden(with: account).merging(forged) { $1 })
            #expect(reply.status == 400)
        }
        #expect(lab.answer(page).status == 303)
    }

    @Test func `the token of the sign-in page isn't valid for the consent page`() {
        let lab = Lab()
        let page = lab.authorize()
        let skipped = lab.post("/consent", page.hidden(with: ["decision": "allow"]))
        #expect(skipped.status == 400)
        #expect(skipped.header("Location") == nil)
        _ = lab.post("/sign-in", page.hidden(with: ["username": "alice", "password": "wonderland"]))
        #expect(lab.post("/consent", page.hidden(with: ["decision": "allow"])).status == 400)
    }

    @Test func `a consent can be given once`() {
        let lab = Lab()
        let consent = lab.post(
            "/sign-in", lab.authorize().hidden(with: ["username": "alice", "password": "wonderland"]))
        let form = consent.hidden(with: ["decision": "allow"])
        #expect(lab.post("/consent", form).status == 303)
        #expect(lab.post("/consent", form).status == 400)
    }

    @Test func `a wrong password is asked for again, and five of them end the request`() {
        let lab = Lab()
        var page = lab.authorize()
        for _ in 1...4 {
            page = lab.post("/sign-in", page.hidden(with: ["username": "alice", "password": "queen"]))
            #expect(page.status == 401)
            #expect(page.body.contains("User name or password is wrong."))
        }
        #expect(lab.post("/sign-in", page.hidden(with: ["username": "alice", "password": "queen"])).status == 400)
        #expect(lab.post("/sign-in", page.hidden(with: ["username": "alice", "password": "wonderland"])).status == 400)
    }

    @Test func `the form of an expired request is refused`() {
        let lab = Lab()
        let page = lab.authorize()
        lab.now += 600
        #expect(lab.post("/sign-in", page.hidden(with: ["username": "alice", "password": "wonderland"])).status == 400)
    }

    @Test func `the consent page lists the scopes and offers both answers`() {
        var settings = ServerSettings.wonderland
        settings.scopes = [OfferedScope("profile", words: "See your name"), OfferedScope("mail", words: "Read <mail>")]
        let lab = Lab(settings)
        let page = lab.post(
            "/sign-in", lab.authorize().hidden(with: ["username": "alice", "password": "wonderland"]))
        #expect(page.body.contains("<code>profile</code><br><small>See your name</small>"))
        #expect(page.body.contains("<code>mail</code><br><small>Read &lt;mail&gt;</small>"))
        #expect(page.body.contains("value=\"allow\"") && page.body.contains("value=\"deny\""))
        #expect(page.body.contains("The Desk"))
    }

    @Test func `text from the request is escaped`() {
        var settings = ServerSettings.wonderland
        settings.clients[0].name = "<b>\"Desk\" & 'Co'</b>"
        let lab = Lab(settings)
        let page = lab.authorize(["scope": "<script>"])
        #expect(page.body.contains("&lt;b&gt;&quot;Desk&quot; &amp; &#39;Co&#39;&lt;/b&gt;"))
        let consent = lab.post("/sign-in", page.hidden(with: ["username": "alice", "password": "wonderland"]))
        #expect(consent.body.contains("&lt;script&gt;"))
        #expect(!consent.body.contains("<script>"))
    }

    @Test func `pages run no foreign script, and stay out of frames, caches and referrers`() {
        let lab = Lab()
        let page = lab.authorize()
        let policy = page.header("Content-Security-Policy") ?? ""
        #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        #expect(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"))
        #expect(policy.hasSuffix("form-action 'self'"))
        #expect(!policy.contains("script-src"))
        #expect(page.header("Cache-Control") == "no-store")
        #expect(page.header("Referrer-Policy") == "no-referrer")
        #expect(page.header("X-Content-Type-Options") == "nosniff")
        #expect(!page.body.contains("http://") && !page.body.contains("https://"))
    }

    @Test(
        arguments: [
            ("http://127.0.0.1:5/cb?x", "http://127.0.0.1:5"), ("com.example.app:/cb", "com.example.app:"),
            ("https://a.example; script-src *", nil), ("no scheme", nil),
        ] as [(String, String?)])
    func `only an origin is added to the policy`(uri: String, origin: String?) {
        #expect(FormTarget.origin(uri) == origin)
    }
}
