import APIContract
import Accounts
import AuthorizationServer
import Failures
import FoundationEssentials
import Grants
import HTTPTransport
import OAuth
import Scratch
import TestStores
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct DiscoveryTests {
    private static let metadata = "/.well-known/oauth-authorization-server"
    private static let openID = "/.well-known/openid-configuration"

    // META-1, META-3
    @Test func `an issuer is enough for a consent and its refreshes, with one request of the metadata`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(rig.transport.count(Self.metadata) == 1)
            #expect(rig.store["demo"]?.binding == GrantBinding(clientID: "desk", server: rig.server.issuer))
        }
    }

    // META-1
    @Test func `the metadata of OpenID Connect is used where there is none of OAuth`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.transport.answer(Self.metadata, HTTPReply(status: 404, body: []))
            try await rig.consent(endingAs: .granted)
            #expect(rig.transport.count(Self.openID) == 1)
        }
    }

    // META-3
    @Test func `metadata is used as long as the server allows, and then requested again`() async throws {
        try await Rig.run({ $0.metadataLife = 120 }, account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            rig.clock.advance(by: .seconds(119))
            _ = await rig.refresh()
            #expect(rig.transport.count(Self.metadata) == 1)
            rig.clock.advance(by: .seconds(2))
            _ = await rig.refresh()
            #expect(rig.transport.count(Self.metadata) == 2)
        }
    }

    @Test func `old metadata is used where no new metadata can be fetched`() async throws {
        try await Rig.run({ $0.metadataLife = 60 }, account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            rig.clock.advance(by: .seconds(100))
            rig.transport.fail(Self.metadata)
            guard case .token = await rig.refresh() else { throw Unexpected() }
        }
    }

    // META-3
    @Test func `an endpoint that fails has the metadata fetched again`() async throws {
        try await Rig.run({ $0.metadataLife = 3600 }, account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            rig.clock.advance(by: .seconds(61))
            rig.transport.fail("/token")
            _ = await rig.keeper.refreshNow("demo", wait: .zero)
            #expect(rig.transport.count(Self.metadata) == 1)
            _ = await rig.refresh()
            #expect(rig.transport.count(Self.metadata) == 2)
            #expect(rig.token != nil)
        }
    }

    @Test func `a server that can't be reached doesn't prevent the start, and is asked again`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.transport.fail(Self.metadata)
            guard case .failure(let problem) = await rig.api.startConsent("demo", ConsentRequest(flow: .paste)) else {
                throw Unexpected()
            }
            #expect(problem.status == 503)
            #expect(problem.detail.contains(rig.server.issuer) && problem.detail.contains("nobody is there"))
            #expect(rig.transport.count(Self.openID) == 0)
            try await rig.consent(endingAs: .granted)
        }
    }

    // META-2, MIXUP-1
    @Test func `metadata of another issuer is not used`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let foreign = #"{"issuer":"https://evil.example","token_endpoint":"https://evil.example/t"}"#
            for place in [Self.metadata, Self.openID] {
                rig.transport.answer(place, HTTPReply(status: 200, body: Array(foreign.utf8)))
            }
            guard case .failure(let problem) = await rig.api.startConsent("demo", ConsentRequest(flow: .paste)) else {
                throw Unexpected()
            }
            #expect(problem.status == 409 && problem.code == .configurationError)
            #expect(problem.detail.contains("it is about another issuer, https://evil.example"))
            #expect(problem.hint?.contains("set issuer = \"https://evil.example\" in [accounts.demo]") == true)
            #expect(!rig.transport.calls.contains { $0.url.contains("evil.example") })
        }
    }

    // D5
    @Test func `metadata with a configured URL is requested there and nowhere else`() async throws {
        try await Rig.run(account: { server in
            var account = try AccountSettings.discovered(server)
            account.traits.metadataURL = try EndpointURL(server.issuer + Self.openID)
            return account
        }) { rig in
            rig.transport.answer(Self.openID, HTTPReply(status: 404, body: []))
            guard case .failure(let problem) = await rig.api.startConsent("demo", ConsentRequest(flow: .paste)) else {
                throw Unexpected()
            }
            #expect(problem.detail.contains("metadata of \(rig.server.issuer)"))
            rig.transport.answer(Self.openID, nil)
            try await rig.consent(endingAs: .granted)
            #expect(rig.transport.count(Self.openID) == 2 && rig.transport.count(Self.metadata) == 0)
        }
    }

    // C8
    @Test func `every request of an account trusts its configured certificate authorities`() async throws {
        let folder = try ScratchFolder()
        let path = try folder.place("authorities", as: "ca.pem")
        try await Rig.run(account: { server in
            var account = try AccountSettings.discovered(server)
            account.traits.certificateAuthority = path
            return account
        }) { rig in
            try await rig.consent(endingAs: .granted)
            _ = await rig.refresh()
            _ = await rig.api.logout("demo")
            #expect(rig.transport.count("/revoke") > 0 && rig.transport.count("/token") == 2)
            #expect(rig.transport.calls.allSatisfy { $0.authorities == path })
        }
    }

    /// An account with an issuer and with configured endpoints, which doesn't need the metadata.
    private static func stated(_ server: AuthorizationServer) throws -> AccountSettings {
        var account = try AccountSettings.discovered(server)
        account.endpoints = Endpoints(
            authorization: try EndpointURL(server.authorizationEndpoint),
            token: try EndpointURL(server.tokenEndpoint))
        return account
    }

    // META-3
    @Test func `configured endpoints take precedence, and are used even where the metadata can't be fetched`()
        async throws
    {
        try await Rig.run(account: Self.stated) { rig in
            rig.transport.fail(Self.metadata)
            try await rig.consent(endingAs: .granted)
            #expect(rig.store["demo"]?.binding.server == rig.server.tokenEndpoint)
        }
    }

    @Test func `a server without metadata isn't asked for it repeatedly`() async throws {
        try await Rig.run(account: Self.stated) { rig in
            for place in [Self.metadata, Self.openID] { rig.transport.answer(place, HTTPReply(status: 404, body: [])) }
            for _ in 0..<2 { try await rig.consent(endingAs: .granted) }
            _ = await rig.refresh()
            #expect(rig.transport.count(Self.metadata) == 1)
        }
    }

    // ISS-2
    @Test func `an error without the promised iss is reported with the server's words`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            let state = try #require(started.authorizationURL?.firstMatch(of: /state=([^&]+)/)?.1)
            _ = await rig.api.takeRedirect(
                "demo", PastedRedirect(redirect: "http://127.0.0.1/?error=invalid_scope&state=\(state)"))
            let end = try await rig.end()
            #expect(end.error?.detail.hasSuffix("although the server promises it; it says invalid_scope") == true)
            #expect(end.error?.hint?.contains("valetkey login demo") == true)
        }
    }

    // ISS-1, ISS-2, MIXUP-1
    @Test(arguments: ["", "&iss=https%3A%2F%2Fevil.example"])
    func `a response without the promised iss, or with another one, redeems nothing`(_ issuer: String) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            let state = try #require(started.authorizationURL?.firstMatch(of: /state=([^&]+)/)?.1)
            _ = await rig.api.takeRedirect(
                "demo", PastedRedirect(redirect: "http://127.0.0.1/?code=c&state=\(state)\(issuer)"))
            let end = try await rig.end()
            #expect(end.state == .failed)
            #expect(end.error?.meansCode == .wrongIssuer)
            #expect(rig.server.activity.tokenRequests().isEmpty)
        }
    }
}

struct Unexpected: Error {}
