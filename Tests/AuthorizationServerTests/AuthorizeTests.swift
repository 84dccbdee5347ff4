import OAuth
import Testing
import Text

@testable import AuthorizationServer

@Suite struct AuthorizeTests {
    @Test func `a consent redirects with code, state and issuer`() {
        let lab = Lab()
        let reply = lab.answer(lab.authorize())
        #expect(reply.status == 303)
        #expect(reply.header("Location")?.hasPrefix(Lab.redirectURI + "?code=") == true)
        #expect(reply.redirect["state"] == "s t&")
        #expect(reply.redirect["iss"] == Lab.issuer)
        #expect(reply.header("Cache-Control") == "no-store")
    }

    @Test func `a refusal redirects with access_denied, state and issuer`() {
        let lab = Lab()
        let reply = lab.answer(lab.authorize(), decision: "deny")
        #expect(reply.redirect["error"] == "access_denied")
        #expect(reply.redirect["state"] == "s t&")
        #expect(reply.redirect["iss"] == Lab.issuer)
        #expect(reply.redirect["code"] == nil)
    }

    @Test func `a server without RFC 9207 neither sends an issuer nor promises one`() {
        var settings = ServerSettings.wonderland
        settings.sendsIssuer = false
        let lab = Lab(settings)
        #expect(lab.answer(lab.authorize()).redirect["iss"] == nil)
        let metadata = lab.get("/.well-known/oauth-authorization-server").body
        #expect(metadata.contains("\"authorization_response_iss_parameter_supported\":false"))
    }

    @Test(
        arguments: [
            ["client_id": "nobody"], ["client_id": nil], ["redirect_uri": "https://evil.example/"],
            ["redirect_uri": "http://127.0.0.1.evil.example/"], ["redirect_uri": "http://127.0.0.1:4711/other"],
            ["redirect_uri": "http://127.0.0.1:4711/#x"], ["redirect_uri": "http://127.0.0.1:x@evil.example/"],
            // More than one redirect URI is registered, so there is no default.
            ["redirect_uri": nil],
        ] as [[String: String?]])
    func `an invalid client or redirect URI is shown and never redirected`(changes: [String: String?]) {
        let lab = Lab()
        let reply = lab.authorize(changes)
        #expect(reply.status == 400)
        #expect(reply.header("Location") == nil)
        #expect(reply.header("Content-Type")?.hasPrefix("text/html") == true)
        #expect(!reply.body.contains("evil"))
    }

    @Test func `a repeated redirect URI is shown and never redirected`() {
        let lab = Lab()
        let redirectURI = FormField("redirect_uri", Lab.redirectURI)
        let reply = lab.get("/authorize", [FormField("client_id", "desk"), redirectURI, redirectURI])
        #expect(reply.status == 400)
        #expect(reply.header("Location") == nil)
    }

    @Test(
        arguments: [
            (["response_type": nil], "invalid_request"),
            (["response_type": "token"], "unsupported_response_type"),
            (["code_challenge": nil, "code_challenge_method": nil], "invalid_request"),
            (["code_challenge_method": "plain"], "invalid_request"),
            (["code_challenge_method": nil], "invalid_request"),
            (["code_challenge": "short"], "invalid_request"),
            (["response_mode": "fragment"], "invalid_request"),
            (["scope": "pro\"file"], "invalid_scope"),
        ] as [([String: String?], String)])
    func `any other mistake redirects with an error`(changes: [String: String?], error: String) {
        let lab = Lab()
        let reply = lab.authorize(changes)
        #expect(reply.status == 303)
        #expect(reply.redirect["error"] == error)
        #expect(reply.redirect["state"] == "s t&")
        #expect(reply.redirect["iss"] == Lab.issuer)
    }

    @Test func `a repeated parameter redirects with an error`() {
        let lab = Lab()
        let reply = lab.get(
            "/authorize",
            [
                FormField("client_id", "desk"), FormField("redirect_uri", Lab.redirectURI), FormField("scope", "a"),
                FormField("scope", "b"),
            ])
        #expect(reply.redirect["error"] == "invalid_request")
    }

    @Test func `a confidential client may omit PKCE`() {
        let lab = Lab()
        let none: [String: String?] = ["client_id": "deskc", "code_challenge": nil, "code_challenge_method": nil]
        #expect(lab.authorize(none).status == 200)
    }

    @Test func `form_post sends the response as a form that the policy allows`() {
        let lab = Lab()
        let reply = lab.answer(lab.authorize(["response_mode": "form_post"]))
        #expect(reply.status == 200)
        #expect(reply.header("Location") == nil)
        #expect(reply.body.contains("<form method=\"post\" action=\"\(Lab.redirectURI)\">"))
        let fields = hiddenFields(of: reply.body)
        #expect(fields["code"]?.isEmpty == false)
        #expect(fields["state"] == "s t&" && reply.body.contains("value=\"s t&amp;\""))
        #expect(fields["iss"] == Lab.issuer)
        #expect(reply.header("Content-Security-Policy")?.contains("form-action 'self' http://127.0.0.1:4711;") == true)
    }

    @Test func `the query of the redirect URI is kept`() {
        let response = RedirectResponse(
            redirectURI: "https://a.example/?b=c", mode: .query, fields: [FormField("code", "d")])
        #expect(response.location == "https://a.example/?b=c&code=d")
    }

    @Test(arguments: [
        ("http://127.0.0.1/", "http://127.0.0.1:5000/", true),
        ("http://127.0.0.1:80/", "http://127.0.0.1:5000/", true),
        ("http://localhost", "http://localhost:5000", true),
        ("http://[::1]/cb", "http://[::1]:5000/cb", true),
        ("http://127.0.0.1/cb?a=b", "http://127.0.0.1:5000/cb?a=b", true),
        ("http://localhost", "http://localhost:5000/", false),
        ("http://127.0.0.1/", "http://localhost:5000/", false),
        ("http://127.0.0.1/", "https://127.0.0.1:5000/", false),
        ("http://127.0.0.1/", "http://127.0.0.1:99999/", false),
        ("http://127.0.0.1/cb", "http://127.0.0.1:5000/cb/", false),
        ("https://a.example/cb", "https://a.example/cb", true),
        ("https://a.example/cb", "https://a.example:8443/cb", false),
        ("https://a.example/cb", "https://a.example/CB", false),
        ("https://a.example/cb", "https://a.example/cb?x=y", false),
    ])
    func `a redirect URI must match exactly, except for the port of a loopback one`(
        known: String, sent: String, fits: Bool
    ) {
        let client = RegisteredClient(id: "c", redirectURIs: [known])
        #expect(client.admits(redirectURI: sent) == fits)
    }
}
