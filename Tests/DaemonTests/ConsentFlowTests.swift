import APIContract
import Accounts
import AuthorizationServer
import Failures
import FoundationEssentials
import Grants
import HTTPTransport
import OAuth
import RedirectListener
import Testing
import Text

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct PasteTests {
    // AUTHZ-4, CALLBACK-1
    @Test(arguments: [
        "http://127.0.0.1/?code=c&state=wrong", "http://127.0.0.1/?code=c", "?error=access_denied&state=x", "",
    ])
    func `a pasted URL that isn't a response to this consent changes nothing`(_ text: String) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            guard case .failure(let problem) = await rig.api.takeRedirect("demo", PastedRedirect(redirect: text)) else {
                throw Unexpected()
            }
            #expect(problem.code == .malformedRequest)
            let still = try await rig.api.consent("demo", wait: 0).get()
            #expect(still.state == .pending)
            try await rig.consent(endingAs: .granted)
        }
    }

    @Test func `a bare code is accepted, even with a line break in it`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            let redirect = rig.server.answer(
                authorizationURL: try #require(started.authorizationURL), user: Rig.user.name,
                password: Rig.user.password)
            let code = try #require(redirect?.firstMatch(of: /code=([^&]+)/)?.1)
            let pasted = " \(code.prefix(10))\n\(code.dropFirst(10)) "
            _ = await rig.api.takeRedirect("demo", PastedRedirect(redirect: pasted))
            try await rig.end(as: .granted)
        }
    }

    // AUTHZ-6
    @Test func `a second paste redeems nothing`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            guard case .failure(let problem) = await rig.api.takeRedirect("demo", PastedRedirect(redirect: "c1")) else {
                throw Unexpected()
            }
            #expect(problem.code == .noConsentPending)
            #expect(rig.server.activity.tokenRequests("authorization_code").count == 1)
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct ResponseTests {
    /// The `state` of a pending consent.
    private func state(_ consent: ConsentReport) throws -> FormField {
        FormField("state", String(try #require(consent.authorizationURL?.firstMatch(of: /state=([^&]+)/)?.1)))
    }

    // B1, CALLBACK-6
    @Test func `a response without code or error ends the login with the server's explanation`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest()).get()
            let said = FormField("error_message", "App not active")
            let page = await rig.redirect(started, [try state(started), FormField("iss", rig.server.issuer), said])
            #expect(page == .page(.refused(detail: "error_message: App not active")))
            let end = try await rig.end()
            #expect(end.state == .failed && end.error?.code == "no_code")
            #expect(end.error?.detail.contains("App not active") == true)
        }
    }

    // B1, ISS-2
    @Test func `the server's explanation is reported although its response has no iss`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest()).get()
            _ = await rig.redirect(started, [try state(started), FormField("error", "x")])
            let end = try await rig.end()
            #expect(end.state == .failed && end.error?.code == "wrong_issuer")
            #expect(end.error?.detail.hasSuffix("; it says x") == true)
        }
    }

    // B1, CALLBACK-6
    @Test func `after an administrator's consent the login goes on`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest()).get()
            let fields = [
                FormField("admin_consent", "True"), FormField("tenant", "t"), try state(started),
                FormField("iss", rig.server.issuer),
            ]
            #expect(await rig.redirect(started, fields) == .page(.adminConsented))
            try await rig.consent(endingAs: .granted)
        }
    }

    // B2
    @Test func `the same response again gets the page of the first`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest()).get()
            let location = rig.server.answer(
                authorizationURL: try #require(started.authorizationURL), user: Rig.user.name,
                password: Rig.user.password)
            let query = try #require(location).drop { $0 != "?" }.dropFirst()
            let fields = try #require(FormEncoding.decode(query))
            let first = await rig.redirect(started, fields)
            guard case .page(.granted) = first else { throw Unexpected() }
            #expect(await rig.redirect(started, fields) == first)
            #expect(rig.server.activity.tokenRequests("authorization_code").count == 1)
        }
    }

    // A13
    @Test(arguments: [429, 503])
    func `a busy server is asked a second time for a code's tokens, after the pause it asks for`(status: Int)
        async throws
    {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.server.fail(.status(status, retryAfter: 7))
            async let end = rig.consent()
            await rig.clock.awaitSleeper(for: .seconds(7))
            rig.clock.advance(by: .seconds(7))
            let report = try await end
            #expect(report.state == .granted)
            #expect(rig.server.activity.tokenRequests("authorization_code").count == 2)
        }
    }

    // A13
    @Test func `a failed name lookup or refused connection hasn't used up the code`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            let redirect = rig.server.answer(
                authorizationURL: try #require(started.authorizationURL), user: Rig.user.name,
                password: Rig.user.password)
            let pasted = PastedRedirect(redirect: try #require(redirect))
            rig.transport.fail("/token")
            async let end = rig.api.takeRedirect("demo", pasted)
            await rig.clock.awaitSleeper(for: .seconds(2))
            rig.clock.advance(by: .seconds(2))
            let report = try await end.get()
            #expect(report.state == .granted)
        }
    }

    // A13, AUTHZ-6
    @Test(arguments: [Fault.status(500), .replyLost, .hangUp, .error("server_error")])
    func `a code that may have been used is redeemed only once`(fault: Fault) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.server.fail(fault)
            let end = try await rig.consent()
            #expect(end.state == .failed)
            #expect(rig.server.activity.tokenRequests("authorization_code").count == 1)
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct DeviceFlowTests {
    private func start(_ rig: Rig) async throws -> ConsentReport {
        try await rig.api.startConsent("demo", ConsentRequest(flow: .device)).get()
    }

    private func polls(_ rig: Rig) -> Int { rig.server.activity.tokenRequests(Self.urn).count }

    private static let urn = "urn:ietf:params:oauth:grant-type:device_code"

    // DEVICE-1, DEVICE-2, DEVICE-4
    @Test func `a device shows code and URL, polls no faster than allowed, and gets its grant`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await start(rig)
            let code = try #require(started.userCode)
            #expect(started.verificationURI == rig.server.issuer + "/device")
            #expect(started.verificationURIComplete?.contains(code) == true)
            #expect(polls(rig) == 0)
            await rig.clock.awaitSleeper(for: .seconds(5))
            rig.clock.advance(by: .seconds(5))
            await rig.clock.awaitSleeper(for: .seconds(5))
            #expect(polls(rig) == 1)
            // The server asks for more time between polls, and the client keeps to it from now on.
            rig.server.fail(.error("slow_down"), grantType: Self.urn)
            rig.clock.advance(by: .seconds(5))
            await rig.clock.awaitSleeper(for: .seconds(10))
            rig.server.answer(userCode: code, user: Rig.user.name, password: Rig.user.password)
            rig.clock.advance(by: .seconds(10))
            try await rig.end(as: .granted)
            #expect(rig.token != nil && rig.grant?.refreshToken != nil)
            #expect(polls(rig) == 3)
        }
    }

    // DEVICE-3
    @Test func `a poll without a reply delays the next one`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await start(rig)
            await rig.clock.awaitSleeper(for: .seconds(5))
            rig.transport.fail("/token")
            rig.clock.advance(by: .seconds(5))
            await rig.clock.awaitSleeper(for: .seconds(10))
            #expect(rig.transport.count("/token") == 1)
        }
    }

    @Test func `a refusal, or a code that expires, ends the consent`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await start(rig)
            rig.server.answer(
                userCode: started.userCode ?? "", user: Rig.user.name, password: Rig.user.password, allow: false)
            await rig.clock.awaitSleeper(for: .seconds(5))
            rig.clock.advance(by: .seconds(5))
            try await rig.end(as: .refused)
            let second = try await start(rig)
            #expect(second.id != started.id && second.expiresIn <= 600)
            await rig.clock.awaitSleeper(for: .seconds(5))
            rig.clock.advance(by: .seconds(600))
            try await rig.end(as: .expired)
        }
    }

    // DEVICE-5, B4
    @Test func `an error code that no RFC lists ends the polling`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await start(rig)
            rig.server.fail(.error("verification_gone"), grantType: Self.urn)
            await rig.clock.awaitSleeper(for: .seconds(5))
            rig.clock.advance(by: .seconds(5))
            let end = try await rig.end()
            #expect(end.state == .failed && end.error?.code == "verification_gone")
            #expect(polls(rig) == 1)
        }
    }

    @Test func `a device consent accepts no pasted redirect`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await start(rig)
            guard case .failure(let problem) = await rig.api.takeRedirect("demo", PastedRedirect(redirect: "c1")) else {
                throw Unexpected()
            }
            #expect(problem.code == .noConsentPending)
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct PushTests {
    // PAR-1, PAR-2
    @Test func `a server that requires pushed parameters gets them, with authentication`() async throws {
        let client = Client(
            id: "deskc", secret: .literal(Secret("looking-glass")), authentication: .clientSecretBasic)
        try await Rig.run({ $0.requiresPushedRequests = true }, account: { try .discovered($0, client: client) }) {
            rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            let url = try #require(started.authorizationURL)
            let fields = FormEncoding.decode(url.drop { $0 != "?" }.dropFirst()) ?? []
            #expect(fields.map(\.name) == ["client_id", "request_uri"])
            let push = try #require(rig.server.activity.entries.first { $0.endpoint == .pushedAuthorization })
            #expect(push.authentication == .clientSecretBasic)
            #expect(push.parameters["code_challenge"] != nil && push.parameters["request_uri"] == nil)
            try await rig.consent(endingAs: .granted)
        }
    }

    // PAR-1
    @Test func `an account may ask for pushed parameters by its own setting`() async throws {
        let account = { (server: AuthorizationServer) throws -> AccountSettings in
            var account = try AccountSettings.discovered(server)
            account.pushesRequest = true
            return account
        }
        try await Rig.run(account: account) { rig in
            try await rig.consent(endingAs: .granted)
            #expect(rig.transport.count("/par") == 1)
        }
    }

    // PAR-2
    @Test func `each browser gets a request of its own`() async throws {
        try await Rig.run({ $0.requiresPushedRequests = true }, account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            var urls: [String] = []
            for _ in 0..<3 {
                guard case .forward(let url) = await rig.browse(started) else { throw Unexpected() }
                urls.append(url)
            }
            #expect(urls.first == started.authorizationURL)
            #expect(Set(urls).count == 3 && urls.allSatisfy { $0.contains("request_uri=") })
        }
    }

    // PAR-2
    @Test func `a pushed request that is about to expire is pushed again`() async throws {
        try await Rig.run({ $0.requiresPushedRequests = true }, account: { try .discovered($0) }) { rig in
            _ = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            await rig.clock.awaitSleeper(for: .seconds(45))
            rig.clock.advance(by: .seconds(45))
            try await rig.server.wait { $0.entries.count { $0.endpoint == .pushedAuthorization } == 2 }
        }
    }

    @Test func `a refused push starts no consent, and the caller is told why`() async throws {
        try await Rig.run({ $0.requiresPushedRequests = true }, account: { try .discovered($0) }) { rig in
            rig.server.fail(.error("invalid_scope"), at: .pushedAuthorization)
            guard case .failure(let problem) = await rig.api.startConsent("demo", ConsentRequest(flow: .paste)) else {
                throw Unexpected()
            }
            #expect(problem.detail.contains("invalid_scope"))
            #expect(rig.consents.consent(of: "demo") == nil)
        }
    }
}
