import APIContract
import Accounts
import AuthorizationClient
import AuthorizationServer
import Failures
import FoundationEssentials
import HTTPTransport
import OAuth
import TestStores
import Testing
import Text
import Vendors

@testable import Daemon
@testable import Grants

/// Replies as public reports describe them; the ids are those in the list of cases.
@Suite(.timeLimit(.minutes(5))) struct ServerOddityTests {
    // A1, A2, TOKEN-9, TOKEN-11
    @Test(arguments: [
        ReplyDress.compressed(), .compressed(announced: false), .mislabelled("gzip"), .mislabelled("br"),
        .framed(after: [0]), .framed(after: Array("\n{\"access_token\":\"x\"}".utf8)),
        .framed(before: [0xef, 0xbb, 0xbf]),
    ])
    func `a rotated refresh token is read from a reply in any coding`(_ dress: ReplyDress) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.server.failAlways(.dressed(dress))
            try await rig.consent(endingAs: .granted)
            let first = try #require(rig.grant?.refreshToken)
            for _ in 0..<2 {
                guard case .token = await rig.refresh() else { throw Unexpected() }
            }
            #expect(rig.grant?.refreshToken != first)
            #expect(rig.server.activity.refreshes.allSatisfy { $0.status == 200 })
        }
    }

    // TOKEN-11
    @Test func `a refresh token without an access token is saved, and the refresh is repeated with it`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            let first = try #require(rig.grant?.refreshToken)
            rig.server.fail(.members(["access_token": nil]))
            guard case .unavailable(let failure, _) = await rig.failedRefresh() else { throw Unexpected() }
            let saved = rig.store["demo"]?.grant.refreshToken
            #expect(failure.code == .badReply && saved != nil && saved != first)
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(rig.server.activity.refreshes.map(\.status) == [200, 200])
        }
    }

    // REFRESH-10
    @Test(arguments: [(429, FailureCode.throttled, 60), (503, .temporarilyUnavailable, 15)])
    func `a server that is busy and doesn't say for how long is left alone for a while`(
        _ status: Int, _ code: FailureCode, _ least: Int64
    ) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            for failures in Int64(1)...3 {
                rig.server.fail(.status(status))
                guard case .unavailable(let failure, let wait) = await rig.failedRefresh() else { throw Unexpected() }
                #expect(failure.code == code && wait >= .seconds(least * failures))
            }
        }
    }

    // A10
    @Test func `a refusal that only the challenge explains ends a dead refresh token`() async throws {
        let reply = HTTPReply(
            status: 401, body: [], headers: ["WWW-Authenticate": #"Bearer error="invalid_token""#])
        let exchange = Exchange(
            reply: reply, sent: Moment(instant: .distantFuture, wall: Date()), mask: SecretMask())
        let settings = AccountSettings(
            name: "demo", client: Client(id: "c"), scope: Scope([]), redirectURI: try RedirectURI("http://127.0.0.1/"))
        let outcome = exchange.outcome(
            for: settings, at: "as.example", isRefresh: true, scope: Scope([]), catalogue: .complete, now: Date())
        guard case .failed(let failure) = outcome.outcome else { throw Unexpected() }
        #expect(failure.code == .invalidRefreshToken)
    }

    // A3, REFRESH-9
    @Test(arguments: [
        #"{"error":"invalid_request","error_description":"scope parameter not supported"}"#,
        #"{"error":"invalid_scope"}"#,
        #"{"error":"unsupported_parameter","message":"scope"}"#, #"{"message":"scope isn't allowed here"}"#,
    ])
    func `a refresh that is refused because of the scope is repeated once without it`(_ body: String) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            rig.server.failAlways(.scopeRefused(body))
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(rig.server.activity.refreshes.map { $0.parameters["scope"] != nil } == [true, false])
        }
    }

    // A3, REFRESH-8
    @Test func `if it is refused without a scope too, the first refusal counts, and no more requests follow`()
        async throws
    {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            rig.server.failAlways(.error("invalid_scope"))
            guard case .misconfigured(let failure) = await rig.refresh() else { throw Unexpected() }
            #expect(failure.code == .invalidScope)
            #expect(rig.server.activity.refreshes.count == 2)
        }
    }

    // A3
    @Test func `a refusal that isn't about the scope is not followed by another try at once`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            rig.server.failAlways(.error("invalid_request"))
            guard case .misconfigured = await rig.refresh() else { throw Unexpected() }
            #expect(rig.server.activity.refreshes.count == 1)
        }
    }

    // A3
    @Test func `a server that is known to need the scope is never asked without it`() async throws {
        try await Rig.run(account: {
            var settings = try AccountSettings.discovered($0)
            settings.traits.replies.needsScope = true
            return settings
        }) { rig in
            try await rig.consent(endingAs: .granted)
            rig.server.failAlways(.error("invalid_scope"))
            guard case .misconfigured = await rig.refresh() else { throw Unexpected() }
            #expect(rig.server.activity.refreshes.count == 1)
        }
    }

    // A11, MASK-1
    @Test(arguments: [
        "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid refresh token: {refresh_token}\"}",
        "{\"error\":\"{refresh_token}\"}", "{\"message\":\"{refresh_token}\"}", "{refresh_token} is over",
        "{\"errors\":[{\"detail\":\"no {refresh_token}!\"}]}",
        "{\"error_description\":\"{client_id} {refresh_token}\"}",
    ])
    func `a refresh token that the server repeats isn't shown anywhere`(_ body: String) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            let secret = try #require(rig.grant?.refreshToken?.expose())
            for status in [400, 401, 403, 500, 200] {
                rig.server.fail(.reply(status, body))
                let answer = await rig.failedRefresh()
                let report = try ContractJSON.encode(rig.api.accounts())
                #expect(!"\(answer) \(String(decoding: report, as: UTF8.self))".contains(secret.prefix(12)))
            }
        }
    }

    // A11, MASK-1
    @Test func `a code and its verifier that the server repeats aren't shown anywhere`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.server.fail(
                .reply(400, #"{"error":"invalid_grant","error_description":"no {code} with {code_verifier}"}"#))
            let end = try await rig.consent()
            let sent = try #require(rig.lastTokenRequest?.parameters)
            let shown = String(decoding: try ContractJSON.encode(end), as: UTF8.self)
            for name in ["code", "code_verifier"] {
                let secret = try #require(sent[name]?.expose())
                #expect(!shown.contains(secret.prefix(12)))
            }
            #expect(shown.contains("<secret> with <secret>"))
        }
    }

    // D1, REFRESH-10
    @Test func `throttling never ends a grant`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            rig.server.failAlways(
                .reply(400, #"{"error":"invalid_grant","error_codes":[50196],"error_description":"AADSTS50196: loop"}"#)
            )
            for _ in 0..<4 {
                guard case .unavailable(let failure, let wait) = await rig.failedRefresh() else { throw Unexpected() }
                #expect(failure.code == .throttled && wait >= .seconds(300))
            }
            #expect(try rig.api.account("demo").get().state == .retrying)
            rig.server.failAlways(nil)
            guard case .token = await rig.refresh() else { throw Unexpected() }
        }
    }

    // A10
    @Test(arguments: [
        (200, #"{"ok":false,"error":"invalid_refresh_token"}"#),
        (400, #"{"status":400,"message":"Invalid refresh token"}"#),
    ])
    func `a dead refresh token needs a consent after the second try, whatever the server calls it`(
        _ status: Int, _ body: String
    ) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            rig.server.failAlways(.reply(status, body))
            guard case .unavailable = await rig.failedRefresh() else { throw Unexpected() }
            guard case .consentRequired(let failure) = await rig.refresh() else { throw Unexpected() }
            #expect(failure?.hint == "consent again: valetkey login demo")
            #expect(try rig.api.account("demo").get().state == .consentRequired)
        }
    }

    // A7, A8
    @Test func `a login without a usable token doesn't end as a success`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.server.fail(.members(["token_type": #""bot""#]))
            try await rig.consent(endingAs: .failed)
        }
    }

    // A4, TOKEN-8
    @Test func `a token without a lifetime and a refresh token is served until it is refused`()
        async throws
    {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.server.fail(.bent([.withoutRefreshToken, .withoutExpiry]))
            let end = try await rig.consent()
            #expect(end.state == .granted && end.error == nil && end.tokenExpiresIn == nil)
            rig.clock.advance(by: .seconds(90 * 86_400))
            rig.keeper.wake()
            let report = try rig.api.account("demo").get()
            #expect(
                report.state == .active && report.expiresAt == nil && report.expiresIn == nil && report.lifetime == nil)
            #expect(report.lastError == nil && report.nextRefreshAt == nil)
            #expect(
                rig.token?.satisfies(ReaderNeed(validity: .seconds(300)), at: TestTime(clock: rig.clock).instant())
                    == true)
        }
    }

    // A14
    @Test func `unknown members are available to readers, without any secret`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.server.failAlways(
                .members(["instance_url": #""https://x.example""#, "issued": "17", "my_token": #""t""#]))
            try await rig.consent(endingAs: .granted)
            let extra: [String: ExtraMember] = ["instance_url": .text("https://x.example"), "issued": .whole(17)]
            #expect(rig.token?.extra == extra && rig.store["demo"]?.grant.extra == extra)
        }
    }

    // A15
    @Test func `the end of the consent is reported if the server states it`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.server.fail(.members(["refresh_token_expires_in": "604800"]))
            try await rig.consent(endingAs: .granted)
            let report = try rig.api.account("demo").get()
            #expect(report.consentExpiresAt == rig.clock.wall + 604_800 && report.consentEndsSoon == false)
            rig.clock.sleepThrough(.seconds(600_000))
            #expect(try rig.api.account("demo").get().consentEndsSoon == true)
        }
    }

    // TOKEN-10
    @Test func `no key is fetched before the refresh is reported`() async throws {
        try await Rig.run({ $0.refreshTokens = .kept }, account: { try .discovered($0, scope: "openid mail") }) { rig in
            try await rig.consent(endingAs: .granted)
            let (grant, settings) = (try #require(rig.grant), try #require(rig.keeper.account("demo")?.settings))
            rig.clock.sleepThrough(.seconds(100_000))
            let before = rig.transport.calls.count
            let endpoint = TokenEndpoint(client: rig.client, time: TestTime(clock: rig.clock), catalogue: .complete)
            let outcome = await endpoint.refresh(RefreshOrder(version: 0, grant: grant), settings: settings)
            guard case .granted(let tokens, _) = outcome else { throw Unexpected() }
            #expect(tokens.idToken != nil && rig.transport.count("/jwks") == 1)
            #expect(rig.transport.calls.dropFirst(before).last?.url.hasSuffix("/token") == true)
            guard case .token = await rig.refresh() else { throw Unexpected() }
        }
    }
}
