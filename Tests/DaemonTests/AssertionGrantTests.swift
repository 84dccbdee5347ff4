import Accounts
import AuthorizationServer
import CryptoExtras
import Failures
import FoundationEssentials
import Grants
import OAuth
import Scratch
import Testing
import Text

@testable import Daemon

/// Tests clients that request tokens with a signed assertion (RFC 7523 section 2.1).
@Suite(.timeLimit(.minutes(5))) struct AssertionGrantTests {
    private static func run(
        client: String, id: String, quirks: ServerQuirks, claims: [FormField], isServiceAccount: Bool = false,
        _ body: (Rig) async throws -> Void
    ) async throws {
        let pem = try _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation
        let folder = try ScratchFolder()
        let members = ["client_email": client, "private_key": pem, "private_key_id": "key-1"]
        let json = String(decoding: try JSONEncoder().encode(members), as: UTF8.self)
        let path = try folder.place(isServiceAccount ? json : pem, as: "key")
        var web = try SigningKey(pem: Secret(pem)).webKey
        web.kid = "key-1"
        let keys = JSONWebKeySet([web])
        try await Rig.run(
            { settings in
                settings.clients.append(RegisteredClient(id: client, keys: keys))
                settings.quirks = quirks
            },
            account: { server in
                var account = try AccountSettings.discovered(server, client: Client(id: id, key: ClientKey(path: path)))
                account.flow = .clientCredentials
                account.asksByAssertion = true
                account.traits.assertionClaims = claims
                return account
            }, body)
    }

    // C9, JWTB-1
    @Test(
        arguments: [
            ("https://login.salesforce.com", "anna@example.com"), ("account-d.docusign.com", "6f1c-user"),
        ])
    func `a key signs a new assertion for a user at each refresh`(_ audience: String, _ user: String) async throws {
        let quirks = ServerQuirks {
            $0.assertionAudience = audience
            $0.givesRefreshTokens = false
        }
        let claims = [FormField("aud", audience), FormField("sub", user)]
        try await Self.run(client: "app", id: "app", quirks: quirks, claims: claims) { rig in
            guard case .token(let token) = await rig.refresh() else { throw Unexpected() }
            #expect(rig.grant?.refreshToken == nil && rig.grant?.isOwn == true)
            rig.clock.advance(by: .seconds(3599))
            guard case .token(let next) = await rig.refresh() else { throw Unexpected() }
            #expect(next.accessToken != token.accessToken)
            let grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"
            let assertions = rig.server.activity.tokenRequests(grantType).compactMap { $0.parameters["assertion"] }
            #expect(Set(assertions).count == 2)
            #expect(rig.lastTokenRequest?.parameters["client_id"] == nil)
        }
    }

    // C9
    @Test func `a service account's file gives client and key, and its assertion has no subject`() async throws {
        let quirks = ServerQuirks { $0.wantsScopeInAssertion = true }
        try await Self.run(
            client: "robot@project.example", id: "", quirks: quirks, claims: [], isServiceAccount: true
        ) { rig in
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(rig.grant?.scope == Scope(["mail"]))
            #expect(rig.lastTokenRequest?.parameters["scope"] == nil)
        }
    }

    // C9
    @Test func `an audience that the server doesn't accept is a configuration error`() async throws {
        let quirks = ServerQuirks { $0.assertionAudience = "https://login.salesforce.com" }
        try await Self.run(client: "app", id: "app", quirks: quirks, claims: []) { rig in
            guard case .misconfigured(let failure) = await rig.refresh() else { throw Unexpected() }
            #expect(failure.detail.contains("audience"))
        }
    }

    // C9, KEEP-2
    @Test(arguments: [(#"{"type":"authorized_user"}"#, "client_email"), ("no key", "private key")])
    func `an unusable key file is reported by its path, without its content`(_ text: String, _ reason: String)
        async throws
    {
        let folder = try ScratchFolder()
        let path = try folder.place(text, as: "key")
        try await Rig.run(account: { server in
            var account = try AccountSettings.discovered(server, client: Client(id: "app", key: ClientKey(path: path)))
            account.flow = .clientCredentials
            account.asksByAssertion = true
            return account
        }) { rig in
            guard case .misconfigured(let failure) = await rig.refresh() else { throw Unexpected() }
            #expect(failure.code == .clientKey && failure.detail.contains(path) && failure.detail.contains(reason))
            #expect(!failure.detail.contains(text) && failure.hint?.contains("client_key") == true)
            #expect(rig.server.activity.tokenRequests().isEmpty)
        }
    }

    // C8
    @Test func `a missing file of certificate authorities is a configuration error`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            var settings = try #require(rig.keeper.account("demo")?.settings)
            settings.traits.certificateAuthority = "/nowhere/ca.pem"
            _ = await rig.keeper.configure(["demo": settings])
            guard case .misconfigured(let failure) = await rig.refresh() else { throw Unexpected() }
            #expect(failure.code == .certificateAuthority && failure.detail.contains("/nowhere/ca.pem"))
            #expect(failure.hint?.contains("certificate_authority of [accounts.demo]") == true)
        }
    }
}
