import APIContract
import Accounts
import AuthorizationServer
import Crypto
import Failures
import FoundationEssentials
import Grants
import HTTPTransport
import OAuth
import TestStores
import Testing
import Text

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct PossessionTests {
    private static func account(_ server: AuthorizationServer) throws -> AccountSettings {
        var account = try AccountSettings.discovered(server)
        account.provesPossession = true
        return account
    }

    private func proofs(_ rig: Rig) -> [String] {
        rig.transport.calls.compactMap { call in call.headers.first { $0.name == "DPoP" }?.value }
    }

    // DPOP-1, DPOP-2
    @Test func `a grant has one key for all its refreshes, sealed with it, and a new proof for each request`()
        async throws
    {
        try await Rig.run(account: Self.account) { rig in
            try await rig.consent(endingAs: .granted)
            #expect(rig.token?.tokenType == "DPoP")
            let key = try #require(rig.grant?.proofKey)
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(rig.grant?.proofKey == key && rig.store["demo"]?.grant.proofKey == key)
            #expect(proofs(rig).count == 2 && Set(proofs(rig)).count == 2)
        }
    }

    // DPOP-3
    @Test func `a nonce that the server requires is sent at once, and the newest one from then on`() async throws {
        try await Rig.run({ $0.proofNonce = "first" }, account: Self.account) { rig in
            try await rig.consent(endingAs: .granted)
            #expect(rig.server.activity.tokenRequests().map(\.error) == ["use_dpop_nonce", nil])
            rig.server.reconfigure { $0.proofNonce = "second" }
            guard case .token = await rig.refresh() else { throw Unexpected() }
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(
                rig.server.activity.refreshes.map(\.error) == ["use_dpop_nonce", nil, nil])
            #expect(Set(proofs(rig)).count == proofs(rig).count)
        }
    }

    // DPOP-3
    @Test func `a server that always asks for another nonce is tried twice, not forever`() async throws {
        try await Rig.run(account: Self.account) { rig in
            rig.server.failAlways(.error("use_dpop_nonce"))
            try await rig.consent(endingAs: .failed)
            #expect(rig.server.activity.tokenRequests().count <= 2)
        }
    }

    // DPOP-1
    @Test func `the API signs a proof that the resource accepts, bound to the token`() async throws {
        try await Rig.run(account: Self.account) { rig in
            _ = try await rig.consent()
            let answer = try await rig.api.proof("demo", ProofRequest(method: "GET", url: rig.server.resource)).get()
            #expect(answer.isBound)
            let token = try #require(rig.token?.accessToken.expose())
            func get(_ headers: [(name: String, value: String)]) async throws -> Int {
                try await rig.transport.send(HTTPCall(.get, rig.server.resource, headers: headers)).get().status
            }
            let proven = [("Authorization", "DPoP \(token)"), ("DPoP", answer.proof)]
            // A proof is valid for one request, and the token isn't accepted without one.
            let statuses = [
                try await get(proven), try await get(proven), try await get([("Authorization", "Bearer \(token)")]),
            ]
            #expect(statuses == [200, 401, 401])
        }
    }

    @Test(arguments: [
        ("get", "https://a.example/"), ("GET", "ftp://a.example/"), ("", "https://a.example/"), ("GET /", "x"),
    ])
    func `no proof is made for an invalid method or URL`(_ method: String, _ url: String) async throws {
        try await Rig.run(account: Self.account) { rig in
            _ = try await rig.consent()
            guard case .failure(let problem) = await rig.api.proof("demo", ProofRequest(method: method, url: url))
            else {
                throw Unexpected()
            }
            #expect(problem.code == .malformedRequest)
        }
    }

    @Test func `a grant without a key has no proofs, and the caller is told what to do`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            guard
                case .failure(let problem) = await rig.api.proof(
                    "demo", ProofRequest(method: "GET", url: "https://a.example"))
            else { throw Unexpected() }
            #expect(problem.code == .noProofKey)
            #expect(problem.hint?.contains("dpop = true") == true)
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct IdentityTests {
    private static func account(_ server: AuthorizationServer) throws -> AccountSettings {
        try .discovered(server, scope: "openid mail")
    }

    // OIDC-1, OIDC-2
    @Test func `an id_token is checked, its subject is stored, and the next one must have the same subject`()
        async throws
    {
        try await Rig.run(account: Self.account) { rig in
            try await rig.consent(endingAs: .granted)
            let expected = Identity(issuer: rig.server.issuer, subject: "alice", audience: ["desk"])
            #expect(rig.store["demo"]?.grant.identity == expected)
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(rig.grant?.identity == expected)
            #expect(rig.transport.count("/jwks") == 1)
        }
    }

    // OIDC-1
    @Test func `an unknown key is looked for once more in the server's keys`() async throws {
        try await Rig.run(account: Self.account) { rig in
            _ = try await rig.consent()
            rig.server.reconfigure { $0.signingKey = ServerKey(id: "second") }
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(rig.transport.count("/jwks") == 2)
        }
    }

    // OIDC-1
    @Test func `tokens whose id_token has a wrong signature are refused`() async throws {
        try await Rig.run(account: Self.account) { rig in
            let keys = try JSONEncoder().encode(["keys": [ServerKey(id: "first").webKey]])
            rig.transport.answer("/jwks", HTTPReply(status: 200, body: Array(keys)))
            let end = try await rig.consent()
            #expect(end.state == .failed)
            #expect(end.error?.meansCode == .idTokenNotBelieved)
            #expect(end.error?.detail == "the id_token isn't believed: none of the server's keys has signed it")
            #expect(rig.token == nil && rig.store["demo"] == nil)
        }
    }

    private struct Claims: Codable {
        var iss: String
        var sub: String
        var aud = "desk"
        var exp: Int
        var iat: Int
    }

    // OIDC-2
    @Test func `tokens of another user are not served, although the server has signed their id_token`() async throws {
        let key = ServerKey(id: "first")
        try await Rig.run({ $0.signingKey = key }, account: Self.account) { rig in
            try await rig.consent(endingAs: .granted)
            let before = try #require(rig.token?.accessToken)
            let now = Int(rig.clock.wall.timeIntervalSince1970)
            let claims = Claims(iss: rig.server.issuer, sub: "mallory", exp: now + 300, iat: now)
            let idToken = try key.sign(claims)
            let reply = #"{"access_token":"foreign","token_type":"Bearer","id_token":"\#(idToken)"}"#
            rig.transport.answer("/token", HTTPReply(status: 200, body: Array(reply.utf8)))
            _ = await rig.keeper.refreshNow("demo", wait: .zero)
            let report = try await reported(rig)
            #expect(report.lastError?.meansCode == .unusableToken)
            #expect(rig.token?.accessToken == before && rig.store["demo"]?.grant.accessToken == before)
        }
    }

    // OIDC-1, OIDC-2
    @Test(arguments: ["a looking-glass of thirty-two oct", "a looking-glass of another client"])
    func `an id_token signed with a secret is accepted only if it is the client's secret`(_ signer: String) async throws
    {
        let secret = Secret("a looking-glass of thirty-two oct")
        let client = Client(id: "secretive", secret: .literal(secret), authentication: .clientSecretPost)
        try await Rig.run(
            {
                $0.clients.append(
                    RegisteredClient(id: "secretive", secret: secret, redirectURIs: ["http://127.0.0.1/"]))
            }, account: { try .discovered($0, client: client, scope: "openid mail") }
        ) { rig in
            try await rig.consent(endingAs: .granted)
            let now = Int(rig.clock.wall.timeIntervalSince1970)
            let claims = Claims(iss: rig.server.issuer, sub: "alice", aud: "secretive", exp: now + 300, iat: now)
            let message = try [Data(#"{"alg":"HS256"}"#.utf8), JSONEncoder().encode(claims)]
                .map { Base64URL.encode($0) }.joined(separator: ".")
            let code = HMAC<SHA256>.authenticationCode(
                for: Data(message.utf8), using: SymmetricKey(data: Data(signer.utf8)))
            let reply = #"{"access_token":"signed","id_token":"\#(message).\#(Base64URL.encode(code))"}"#
            rig.transport.answer("/token", HTTPReply(status: 200, body: Array(reply.utf8)))
            _ = await rig.keeper.refreshNow("demo", wait: .zero)
            let report = try await reported(rig)
            let isBelieved = Secret(signer) == secret
            #expect(report.lastError?.code == (isBelieved ? nil : "unusable_token"))
            #expect((rig.token?.accessToken == Secret("signed")) == isBelieved)
        }
    }

    // OIDC-1
    @Test func `a secret that is too short for the signature is reported as the reason`() async throws {
        let client = Client(id: "short", secret: .literal(Secret("short")), authentication: .clientSecretPost)
        try await Rig.run(
            {
                $0.clients.append(
                    RegisteredClient(id: "short", secret: Secret("short"), redirectURIs: ["http://127.0.0.1/"]))
            }, account: { try .discovered($0, client: client, scope: "openid mail") }
        ) { rig in
            let now = Int(rig.clock.wall.timeIntervalSince1970)
            let claims = Claims(iss: rig.server.issuer, sub: "alice", aud: "short", exp: now + 300, iat: now)
            let message = try [Data(#"{"alg":"HS256"}"#.utf8), JSONEncoder().encode(claims)]
                .map { Base64URL.encode($0) }.joined(separator: ".")
            let reply = #"{"access_token":"signed","id_token":"\#(message).c2ln"}"#
            rig.transport.answer("/token", HTTPReply(status: 200, body: Array(reply.utf8)))
            let end = try await rig.consent()
            #expect(end.error?.detail.contains("shorter than RFC 7518 allows") == true)
            #expect(end.error?.hint?.hasPrefix("check issuer, client_id and client_secret of [accounts.demo]") == true)
        }
    }

    /// The state of the account once its refresh has ended.
    private func reported(_ rig: Rig) async throws -> AccountReport {
        while true {
            let report = try rig.api.account("demo").get()
            if report.state != .refreshing { return report }
            await Task.yield()
        }
    }
}
