import APIContract
import AuthorizationServer
import Failures
import FoundationEssentials
import Grants
import HTTPTransport
import OAuth
import TestStores
import Testing
import Text

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct RefreshTests {
    // REFRESH-1
    @Test func `a rotated refresh token replaces the old one, on disk as well`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            let first = try #require(rig.grant?.refreshToken)
            _ = await rig.refresh()
            let second = try #require(rig.grant?.refreshToken)
            #expect(second != first && rig.store["demo"]?.grant.refreshToken == second)
            _ = await rig.refresh()
            #expect(rig.lastTokenRequest?.parameters["refresh_token"] == second)
        }
    }

    // REFRESH-2
    @Test func `the old refresh token stays where the reply has no new one`() async throws {
        try await Rig.run({ $0.refreshTokens = .kept }, account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            let first = try #require(rig.grant?.refreshToken)
            for _ in 0..<2 {
                guard case .token = await rig.refresh() else { throw Unexpected() }
                #expect(rig.grant?.refreshToken == first)
            }
        }
    }

    // REFRESH-3, TOKEN-7
    @Test func `a refresh asks for the granted scope, not for the requested one`() async throws {
        try await Rig.run(account: { try .discovered($0, scope: "mail calendar") }) { rig in
            _ = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            rig.transport.answer(
                "/token",
                HTTPReply(
                    status: 200,
                    body: Array(#"{"access_token":"a","token_type":"bearer","refresh_token":"r","scope":"mail"}"#.utf8))
            )
            _ = await rig.api.takeRedirect("demo", PastedRedirect(redirect: "code-1"))
            let end = try await rig.end()
            #expect(end.scope == ["mail"] && end.missingScope == ["calendar"])
            rig.transport.answer("/token", nil)
            _ = await rig.keeper.refreshNow("demo", wait: .zero)
            try await rig.server.wait { !$0.refreshes.isEmpty }
            #expect(rig.lastTokenRequest?.parameters["scope"] == Secret("mail"))
        }
    }

    // REFRESH-8
    @Test(arguments: [
        "invalid_client", "unauthorized_client", "invalid_scope", "invalid_target", "unsupported_grant_type",
        "incorrect_client_credentials", "invalid_request",
    ])
    func `a refused client keeps its grant, says what to correct, and isn't asked again`(_ code: String) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            let refreshToken = rig.grant?.refreshToken
            rig.server.failAlways(.error(code))
            guard case .misconfigured(let failure) = await rig.refresh() else { throw Unexpected() }
            #expect(failure.word == code && failure.hint?.contains("[accounts.demo]") == true)
            #expect(rig.grant?.refreshToken == refreshToken)
            let asked = rig.server.activity.refreshes.count
            rig.clock.advance(by: .seconds(600))
            rig.keeper.wake()
            // A refresh would be under way from this moment on, even before its request is sent.
            #expect(try rig.api.account("demo").get().state == .configurationError)
            let next = try #require(rig.keeper.account("demo")?.machine.nextRefresh)
            #expect(next - rig.time.now().instant == .seconds(3000))
            rig.clock.advance(by: .seconds(3000))
            rig.keeper.wake()
            #expect(try rig.api.account("demo").get().state == .refreshing)
            try await rig.server.wait { $0.refreshes.count == asked + 1 }
        }
    }

    // REFRESH-6
    @Test func `a refusal without an OAuth error is tried again, with a hint on what to check`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            rig.server.failAlways(.status(401, retryAfter: 600))
            guard case .unavailable(let failure, _) = await rig.refresh() else { throw Unexpected() }
            #expect(failure.hint?.hasPrefix("check token_endpoint, client_id and client_authentication") == true)
        }
    }

    // READ-1
    @Test func `a token that has expired on arrival is the server's fault, not the reader's`() {
        let problem = Problem.unread(.tooShortLived(.zero), account: "demo")
        #expect(problem?.status == 503 && problem?.code == .temporarilyUnavailable)
        #expect(problem?.detail.contains("expires_in") == true)
    }

    // TLS-2
    @Test(arguments: [301, 302, 303, 307, 308])
    func `a token request doesn't follow redirects`(_ status: Int) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            rig.server.fail(.status(status))
            let before = rig.transport.calls.count
            _ = await rig.keeper.refreshNow("demo", wait: .zero)
            try await rig.server.wait { $0.refreshes.count == 1 }
            #expect(rig.transport.calls.count == before + 1)
        }
    }

    // KEEP-3, READ-3
    @Test func `no answer of the API has a refresh token, and only the answer for a token has the token`()
        async throws
    {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let consent = try await rig.consent()
            let refreshToken = try #require(rig.grant?.refreshToken?.expose())
            let accessToken = try #require(rig.token?.accessToken.expose())
            let answers: [any Encodable] = [
                consent, rig.api.accounts(), try rig.api.account("demo").get(), rig.api.health(),
                try await rig.api.refresh("demo", wait: 30).get(), try await rig.api.logout("demo").get(),
            ]
            for answer in answers {
                let text = String(decoding: try ContractJSON.encode(answer), as: UTF8.self)
                #expect(!text.contains(refreshToken) && !text.contains(accessToken))
            }
            #expect(!rig.transport.calls.contains { $0.url.contains(accessToken) || $0.url.contains(refreshToken) })
        }
    }

    // OLD-1
    @Test func `neither an implicit nor a password grant is ever requested`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            #expect(started.authorizationURL?.contains("response_type=code&") == true)
            _ = try await rig.consent()
            _ = await rig.refresh()
            #expect(
                rig.server.activity.tokenRequests().map(\.grantType) == ["authorization_code", "refresh_token"])
        }
    }
}
