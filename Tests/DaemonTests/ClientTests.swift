import APIContract
import Accounts
import AuthorizationServer
import Crypto
import CryptoExtras
import Failures
import FoundationEssentials
import Glibc
import Grants
import HTTPTransport
import OAuth
import Scratch
import TestStores
import Testing
import Text

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct ClientTests {
    private static let secret = SecretSource.literal(Secret("looking-glass"))

    // AUTH-1, AUTH-3
    @Test(arguments: [ClientAuthentication.clientSecretBasic, .clientSecretPost])
    func `the client secret is sent by the configured method`(_ method: ClientAuthentication) async throws {
        let client = Client(id: "deskc", secret: Self.secret, authentication: method)
        try await Rig.run(account: { try .discovered($0, client: client) }) { rig in
            try await rig.consent(endingAs: .granted)
            #expect(rig.lastTokenRequest?.authentication == method)
        }
    }

    // META-3
    @Test func `the metadata chooses the authentication method where none is configured`() async throws {
        let client = Client(
            id: "deskc", secret: Self.secret, authentication: .clientSecretBasic, choosesMethod: true)
        try await Rig.run(account: { try .discovered($0, client: client) }) { rig in
            let document = """
                {"issuer":"\(rig.server.issuer)","authorization_endpoint":"\(rig.server.authorizationEndpoint)",
                "token_endpoint":"\(rig.server.tokenEndpoint)",
                "token_endpoint_auth_methods_supported":["client_secret_post"]}
                """
            rig.transport.answer(
                "/.well-known/oauth-authorization-server", .init(status: 200, body: Array(document.utf8)))
            try await rig.consent(endingAs: .granted)
            #expect(rig.lastTokenRequest?.authentication == .clientSecretPost)
        }
    }

    // AUTH-4
    @Test(arguments: SignatureAlgorithm.allCases)
    func `a key in a file signs a new assertion for each request`(_ algorithm: SignatureAlgorithm) async throws {
        try await KeyFile.with(algorithm) { path, key in
            var web = key.webKey
            web.kid = "one"
            let keys = JSONWebKeySet([web])
            let client = Client(
                id: "signer", key: ClientKey(path: path, id: "one", algorithm: algorithm),
                authentication: .privateKeyJWT)
            try await Rig.run(
                { settings in
                    settings.clients.append(
                        RegisteredClient(id: "signer", keys: keys, redirectURIs: ["http://127.0.0.1/"]))
                }, account: { try .discovered($0, client: client) }
            ) { rig in
                try await rig.consent(endingAs: .granted)
                guard case .token = await rig.refresh() else { throw Unexpected() }
                let assertions = rig.server.activity.tokenRequests().compactMap { $0.parameters["client_assertion"] }
                #expect(Set(assertions).count == 2)
            }
        }
    }

    // AUTH-4, KEEP-1
    @Test func `a key that others may read is not used`() async throws {
        try await KeyFile.with(.es256, mode: 0o644) { path, _ in
            let client = Client(id: "desk", key: ClientKey(path: path), authentication: .privateKeyJWT)
            try await Rig.run(account: { try .discovered($0, client: client) }) { rig in
                let end = try await rig.consent()
                #expect(end.state == .failed)
                #expect(end.error?.meansCode == .clientKey)
                #expect(rig.server.activity.tokenRequests().isEmpty)
            }
        }
    }

    /// A mishap of a secret, which happens before the secret is read.
    enum Mishap: CaseIterable {
        case fileIsMissing, fileIsOpenToOthers, noSuchCommand, commandFails

        var isPassing: Bool { self == .commandFails }

        func source(_ path: String) throws -> SecretSource {
            switch self {
            case .fileIsMissing: return .file(path)
            case .fileIsOpenToOthers:
                try Data("looking-glass".utf8).write(to: URL(filePath: path))
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
                return .file(path)
            case .noSuchCommand: return .command([path])
            case .commandFails: return .command(["false"])
            }
        }
    }

    // REFRESH-6, REFRESH-8
    @Test(arguments: Mishap.allCases)
    func `a missing or unsafe secret is a configuration error, and a failing command isn't`(
        _ mishap: Mishap
    ) async throws {
        let path = FileManager.default.temporaryDirectory.path + "/secret-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let good = Client(id: "deskc", secret: Self.secret, authentication: .clientSecretBasic)
        var bad = good
        bad.secret = try mishap.source(path)
        try await Rig.run(account: { try .discovered($0, client: good) }) { rig in
            _ = try await rig.consent()
            let before = try #require(rig.keeper.account("demo")?.settings)
            var settings = before
            settings.client = bad
            _ = await rig.keeper.configure(["demo": settings])
            switch await rig.keeper.refreshNow("demo", wait: .milliseconds(1)) {
            case .misconfigured(let failure):
                #expect(!mishap.isPassing && failure.code == .clientSecret)
                #expect(failure.hint?.hasSuffix("then run: valetkey reload") == true)
            case .unavailable(let failure, _): #expect(mishap.isPassing && failure.code == .secretUnavailable)
            default: throw Unexpected()
            }
            #expect(rig.server.activity.refreshes.isEmpty && rig.token != nil)
            _ = await rig.keeper.configure(["demo": before])
            guard case .token = await rig.refresh() else { throw Unexpected() }
        }
    }

    // REFRESH-8
    @Test func `a consent that can't begin without its secret is a configuration error`() async throws {
        let client = Client(id: "deskc", secret: .file("/nowhere/secret"), authentication: .clientSecretBasic)
        let account = { (server: AuthorizationServer) throws -> AccountSettings in
            var account = try AccountSettings.discovered(server, client: client)
            account.flow = .device
            return account
        }
        try await Rig.run(account: account) { rig in
            let result = await rig.api.startConsent("demo", ConsentRequest())
            guard case .failure(let problem) = result else { throw Unexpected() }
            #expect(problem.status == 409 && problem.code == .configurationError)
            #expect(problem.detail.contains("/nowhere/secret"))
        }
    }

    // CC-1
    @Test func `a client that acts for itself refreshes by a new request, and has no refresh token`() async throws {
        let account = { (server: AuthorizationServer) throws -> AccountSettings in
            var account = try AccountSettings.discovered(
                server, client: Client(id: "deskc", secret: Self.secret, authentication: .clientSecretBasic))
            account.flow = .clientCredentials
            return account
        }
        try await Rig.run(account: account) { rig in
            let first = await rig.refresh()
            guard case .token(let token) = first else { throw Unexpected() }
            #expect(rig.grant?.refreshToken == nil && rig.grant?.isOwn == true)
            rig.clock.advance(by: .seconds(3599))
            guard case .token(let next) = await rig.refresh() else { throw Unexpected() }
            #expect(next.accessToken != token.accessToken)
            #expect(rig.server.activity.tokenRequests("client_credentials").count == 2)
            #expect(rig.store["demo"]?.grant.accessToken == next.accessToken)
            // A refusal doesn't ask for a user's consent.
            rig.server.fail(.invalidGrant)
            guard case .misconfigured = await rig.refresh() else { throw Unexpected() }
        }
    }

    // CC-1
    @Test func `a login of a client that acts for itself needs no user, and refuses a browser's flow`() async throws {
        let account = { (server: AuthorizationServer) throws -> AccountSettings in
            var account = try AccountSettings.discovered(
                server, client: Client(id: "deskc", secret: Self.secret, authentication: .clientSecretBasic))
            account.flow = .clientCredentials
            return account
        }
        try await Rig.run(account: account) { rig in
            guard case .failure(let problem) = await rig.api.startConsent("demo", ConsentRequest(flow: .paste)) else {
                throw Unexpected()
            }
            #expect(problem.code == .consentConflict)
            let started = try await rig.api.startConsent("demo", ConsentRequest()).get()
            #expect(started.authorizationURL == nil && started.userCode == nil)
            try await rig.end(as: .granted)
            #expect(rig.token != nil)
        }
    }
}

/// Writes a private key to a file for the body.
enum KeyFile {
    static func with(
        _ algorithm: SignatureAlgorithm, mode: mode_t = 0o600, _ body: (String, SigningKey) async throws -> Void
    ) async throws {
        let pem =
            algorithm.usesRSA
            ? try _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation
            : P256.Signing.PrivateKey().pemRepresentation
        let folder = try ScratchFolder()
        try folder.write(pem.utf8, as: "key.pem", mode: mode)
        try await body(folder.file("key.pem"), SigningKey(pem: Secret(pem), algorithm: algorithm))
    }
}
