import Accounts
import OAuth
import Testing
import Text

struct AuthorizationRequestTests {
    // AUTHZ-1, AUTHZ-2
    @Test func `the endpoint's query stays, and no parameter is sent twice`() throws {
        var settings = try exampleSettings(authorization: "https://as.example/authorize?p=b2c&state=fixed")
        settings.traits.authorizationParameters = [
            FormField("prompt", "consent"), FormField("state", "mine"), FormField("p", "other"),
        ]
        let request = try AuthorizationRequest.example(settings)
        let names = request.fields.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(request.value("p") == "b2c")
        #expect(request.value("prompt") == "consent")
        #expect(request.value("state") == request.state.expose())
    }

    @Test(arguments: [
        ("openid offline_access", nil, nil, "consent"), ("openid offline_access", nil, "login", "login"),
        ("openid offline_access", "microsoft", nil, nil), ("offline_access", nil, nil, nil), ("openid", nil, nil, nil),
    ])
    func `OpenID Connect's offline access is asked for with a prompt, as its servers want`(
        _ scope: String, _ provider: String?, _ stated: String?, _ sent: String?
    ) throws {
        var settings = try exampleSettings(scope: scope)
        settings.provider = provider
        settings.traits.authorizationParameters = stated.map { [FormField("prompt", $0)] } ?? []
        let request = try AuthorizationRequest.example(settings)
        #expect(request.fields.filter { $0.name == "prompt" }.map(\.value) == (sent.map { [$0] } ?? []))
    }

    // AUTHZ-4, PKCE-1, PKCE-2, PKCE-3
    @Test func `each request has a state and a verifier of its own`() throws {
        let settings = try exampleSettings()
        let (one, other) = try (AuthorizationRequest.example(settings), AuthorizationRequest.example(settings))
        #expect(one.state != other.state)
        #expect(one.pkce != other.pkce)
        #expect(one.state.expose().count == 43)
        #expect(one.pkce.verifier.expose().count == 43)
        #expect(one.value("code_challenge_method") == "S256")
        #expect(one.value("code_challenge") == one.pkce.challenge)
        #expect(!one.url.contains(one.pkce.verifier.expose()))
    }

    // PKCE-2, with the vector of RFC 7636 appendix B
    @Test func `the challenge is the verifier's digest`() {
        let pkce = PKCE(verifier: Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
        #expect(pkce.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    // NATIVE-4, TOKEN-1
    @Test(arguments: [
        ("http://127.0.0.1/callback", "http://127.0.0.1:4711/callback"),
        ("http://localhost", "http://localhost:4711"),
        ("http://[::1]/", "http://[::1]:4711/"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("https://login.microsoftonline.com/common/oauth2/nativeclient", nil),
    ])
    func `the port is inserted into a loopback URI without one`(text: String, sent: String?) throws {
        #expect(try RedirectURI(text).sent(port: 4711) == sent ?? text)
    }

    // AUTHZ-3, TLS-1
    @Test(arguments: [
        "/callback", "http://host.example/", "http://127.0.0.1/#x", "http://127.0.0.1/?a=b", "http://localhost:0/",
    ])
    func `a redirect URI that can't be registered is refused`(text: String) {
        #expect(throws: RedirectFault.self) { try RedirectURI(text) }
    }

    // AUTHZ-1, TLS-1
    @Test(arguments: [
        ("https://as.example/a#b", EndpointFault.fragment), ("http://as.example/", .notEncrypted),
        ("as.example", .notAbsolute), ("https://u:p@as.example/", .userInfo),
        ("http://127.0.0.1.evil.example/", .notEncrypted),
    ])
    func `an endpoint must be https without a fragment`(text: String, fault: EndpointFault) {
        #expect(throws: fault) { try EndpointURL(text) }
    }

    @Test(arguments: ["http://127.0.0.1:9000/token", "http://[::1]/t", "http://LOCALHOST:1/"])
    func `plain http is for loopback hosts`(text: String) throws {
        #expect(try EndpointURL(text).isLoopback)
    }
}

struct AuthorizationResponseTests {
    let request: AuthorizationRequest

    init() throws {
        request = try AuthorizationRequest.example(exampleSettings())
    }

    func check(_ fields: (String, String)...) -> AuthorizationResponse {
        request.check(fields.map { FormField($0.0, $0.1) })
    }

    var state: (String, String) { ("state", request.state.expose()) }

    @Test func `a code is returned whatever other parameters the response has`() {
        let code = String(repeating: "c", count: 30_000)
        // AUTHZ-5
        #expect(check(("x", "y"), state, ("code", code), ("session_state", "?")) == .code(Secret(code)))
    }

    // CALLBACK-1
    @Test func `state is checked before anything else`() {
        #expect(check(("code", "c")) == .foreign)
        #expect(check(("error", "access_denied"), ("state", "wrong")) == .foreign)
        #expect(check(("code", "c"), state, state) == .foreign)
        #expect(check(("iss", "https://evil.example"), ("state", "wrong")) == .foreign)
    }

    // ISS-1, MIXUP-1
    @Test func `a response of another issuer is rejected, even if it is an error`() {
        let evil = ("iss", "https://evil.example")
        #expect(check(state, evil, ("code", "c")) == .mixedUp(issuer: "https://evil.example"))
        #expect(check(state, evil, ("error", "access_denied")) == .mixedUp(issuer: "https://evil.example"))
        #expect(check(state, ("iss", "https://as.example"), ("code", "c")) == .code(Secret("c")))
    }

    // B1, CALLBACK-6
    @Test func `a response with neither a code nor an error is recognized`() {
        #expect(check(state) == .unexplained(nil))
        #expect(check(state, ("code", "")) == .unexplained(nil))
        #expect(check(state, ("code", "c"), ("code", "d")) == .unexplained(nil))
        #expect(check(state, ("error", ""), ("session_state", "x"), ("access_token", "t")) == .unexplained(nil))
        #expect(check(state, ("error", ""), ("code", "c")) == .code(Secret("c")))
    }

    // AUTHZ-6
    @Test func `an error beside a code is an error: nothing is redeemed`() {
        #expect(check(state, ("code", "c"), ("error", "e")) == .refused(OAuthError("e")))
        #expect(check(state, ("error", "e"), ("error", "f")) == .refused(OAuthError("e")))
    }

    // B1: the words of several servers
    @Test(
        arguments: [
            (
                [("error_code", "1349126"), ("error_message", "not active")],
                "error_code: 1349126, error_message: not active"
            ),
            ([("ErrorCode", "7"), ("x", "y")], "ErrorCode: 7"),
            ([("reason", "user_cancelled"), ("error", "")], "reason: user_cancelled"),
            ([("message", "no\u{1b}[2J\nway"), ("id_token", "secret")], "message: no [2J way"),
            ([("denied", "t"), ("statusDetail", "")], "denied: t"),
        ] as [([(String, String)], String)])
    func `only the explanation in such a response is returned`(_ fields: [(String, String)], _ said: String) {
        let all = [FormField(state.0, state.1)] + fields.map { FormField($0.0, $0.1) }
        #expect(request.check(all) == .unexplained(said))
        #expect(request.check(Array(all.dropFirst())) == .foreign)
    }

    // B1
    @Test(arguments: ["True", "true", "TRUE"])
    func `an administrator's consent is distinguished from the user's`(_ value: String) {
        #expect(check(state, ("admin_consent", value), ("tenant", "t")) == .adminConsent)
        #expect(check(("admin_consent", value), ("tenant", "t")) == .foreign)
        #expect(check(state, ("admin_consent", value), ("error", "e")) == .refused(OAuthError("e")))
        #expect(check(state, ("admin_consent", value), ("code", "c")) == .code(Secret("c")))
        #expect(check(state, ("admin_consent", "False"), ("tenant", "t")) == .unexplained(nil))
        #expect(check(state, ("admin_consent", value), ("code", "")) == .unexplained(nil))
    }

    // KEEP-2, found by fuzzing
    @Test func `state is masked where the sender repeats it`() {
        let text = request.state.expose()
        let responses = [
            check(state, ("iss", "https://\(text)"), ("code", "c")),
            check(state, ("error", "x\(text)"), ("error_description", text), ("error_uri", text)),
            check(state, ("error_message", "x\(text)y"), ("error_\(text)", "x")),
        ]
        #expect(!"\(responses)".contains(text))
    }

    // AUTHZ-7
    @Test func `an error's text is cleaned for display`() {
        let response = check(state, ("error", "access_denied"), ("error_description", "no\u{1b}[2J\r\nway"))
        #expect(response == .refused(OAuthError("access_denied", description: "no [2J way")))
    }

    // OIDC-1, AUTHZ-4
    @Test func `a request that asks for openid has a nonce of its own`() throws {
        let settings = try exampleSettings(scope: "openid mail")
        let (one, other) = try (AuthorizationRequest.example(settings), AuthorizationRequest.example(settings))
        #expect(one.value("nonce") == one.nonce?.expose() && one.nonce != nil)
        #expect(one.nonce != other.nonce)
        #expect(try AuthorizationRequest.example(exampleSettings()).value("nonce") == nil)
    }
}
