import CryptoExtras
import FoundationEssentials
import OAuth
import Testing
import Text

/// Keys of all types, generated for the tests.
enum TestKey {
    static let rsa = Secret((try? _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation) ?? "")

    static func make(_ algorithm: SignatureAlgorithm) throws -> SigningKey {
        algorithm.usesRSA ? try SigningKey(pem: rsa, algorithm: algorithm) : SigningKey.make()
    }
}

private struct Words: Codable, Equatable {
    var word: String
}

struct SignatureTests {
    // AUTH-4
    @Test(arguments: SignatureAlgorithm.allCases)
    func `a signature is verified with only the public half of the key`(_ algorithm: SignatureAlgorithm) async throws {
        let key = try TestKey.make(algorithm)
        let token = try await JSONWebSignature.sign(Words(word: "x"), type: "JWT", key: key, keyID: "k")
        let parts = try #require(JSONWebSignature.Parts(token))
        var web = key.webKey
        web.kid = "k"
        #expect(await parts.isSigned(by: JSONWebKeySet([web])))
        #expect(try JSONDecoder().decode(Words.self, from: parts.claims) == Words(word: "x"))
        #expect(await !parts.isSigned(by: JSONWebKeySet([SigningKey.make().webKey])))
        #expect(await !parts.isSigned(by: JSONWebKeySet([])))
        web.kid = nil
        #expect(await parts.isSigned(by: JSONWebKeySet([web])))
        web.kid = "other"
        #expect(await !parts.isSigned(by: JSONWebKeySet([web])))
        (web.kid, web.use) = ("k", "enc")
        #expect(await !parts.isSigned(by: JSONWebKeySet([web])))
    }

    @Test func `a changed claim or signature is detected`() async throws {
        let key = SigningKey.make()
        let keys = JSONWebKeySet([key.webKey])
        let token = try await JSONWebSignature.sign(Words(word: "x"), type: "JWT", key: key)
        let pieces = token.expose().split(separator: ".")
        let other = Base64URL.encode(Array(#"{"word":"y"}"#.utf8))
        for forged in ["\(pieces[0]).\(other).\(pieces[2])", "\(pieces[0]).\(pieces[1]).\(pieces[2].dropLast(4))AAAA"] {
            #expect(await JSONWebSignature.Parts(Secret(forged))?.isSigned(by: keys) == false)
        }
    }

    @Test(arguments: [#"{"alg":"none"}"#, #"{"alg":"HS256"}"#, #"{"alg":"ES256","crit":["x"]}"#, #"{"alg":"es256"}"#])
    func `an unsigned token, a shared secret or an unknown extension is rejected`(_ header: String) async throws {
        let key = SigningKey.make()
        let token = try await JSONWebSignature.sign(Words(word: "x"), type: "JWT", key: key)
        let good = token.expose().split(separator: ".")
        let forged = "\(Base64URL.encode(Array(header.utf8))).\(good[1]).\(good[2])"
        let keys = JSONWebKeySet([key.webKey])
        #expect(await JSONWebSignature.Parts(Secret(forged))?.isSigned(by: keys) == false)
    }

    @Test(arguments: ["", "a.b", "..", "a.b.c.d", "é.é.é", "e30.e30."])
    func `a text that isn't a signed token has no parts`(_ text: String) {
        #expect(JSONWebSignature.Parts(Secret(text)) == nil)
    }

    @Test func `unreadable keys in a key set are skipped`() async throws {
        let key = SigningKey.make()
        let good = String(decoding: try JSONEncoder().encode(key.webKey), as: UTF8.self)
        let document =
            #"{"keys":[{"kty":"oct","k":"AA"},17,{"kty":"EC","crv":"P-256","x":"AA"},{"n":1},{"kty":"RSA"},\#(good)]}"#
        let set = try #require(JSONWebKeySet(Data(document.utf8)))
        let token = try await JSONWebSignature.sign(Words(word: "x"), type: "JWT", key: key)
        #expect(set.keys.count == 4)
        #expect(await JSONWebSignature.Parts(token)?.isSigned(by: set) == true)
        #expect(JSONWebKeySet(Data("{}".utf8)) == nil)
    }

    // KEEP-2
    @Test func `printing a key doesn't reveal it`() throws {
        let key = SigningKey.make()
        let stored = try #require(key.stored?.expose())
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!"\(key) \(String(reflecting: key)) \(dumped)".contains(stored))
        #expect(try SigningKey(stored: Secret(stored)).webKey == key.webKey)
    }

    @Test func `a key of a type that doesn't fit the algorithm is refused`() {
        #expect(throws: SigningFault.wrongKind) { try SigningKey(pem: TestKey.rsa, algorithm: .es256) }
        #expect(throws: SigningFault.notAKey) { try SigningKey(pem: Secret("-----BEGIN CERTIFICATE-----")) }
    }
}

struct ProofTests {
    private struct Header: Decodable {
        var alg: String
        var typ: String
        var jwk: JSONWebKey
    }

    private struct Claims: Decodable {
        var jti: String
        var htm: String
        var htu: String
        var iat: Int
        var nonce: String?
        var ath: String?
    }

    private func proof(
        _ key: SigningKey, url: String = "https://api.example/x?y=z#f", nonce: String? = nil, token: Secret? = nil
    ) async throws -> (parts: JSONWebSignature.Parts, header: Header, claims: Claims) {
        var random = SystemRandomNumberGenerator()
        let proof = try await PossessionProof.make(
            method: "GET", url: url, key: key, nonce: nonce, accessToken: token,
            now: Date(timeIntervalSince1970: 1_800_000_000.9), using: &random)
        let parts = try #require(JSONWebSignature.Parts(proof))
        let header = try #require(proof.expose().split(separator: ".").first.flatMap(Base64URL.decode))
        return (
            parts, try JSONDecoder().decode(Header.self, from: header),
            try JSONDecoder().decode(Claims.self, from: parts.claims)
        )
    }

    // DPOP-1
    @Test func `a proof names the request, contains the public key, and is signed with that key`() async throws {
        let key = SigningKey.make()
        let (parts, header, claims) = try await proof(key)
        #expect(header.typ == "dpop+jwt" && header.alg == "ES256")
        #expect(header.jwk == key.webKey)
        #expect(await parts.isSigned(by: JSONWebKeySet([key.webKey])))
        #expect((claims.htm, claims.htu) == ("GET", "https://api.example/x"))
        #expect(claims.iat == 1_800_000_000)
        #expect(claims.nonce == nil && claims.ath == nil)
        #expect(try await proof(key).claims.jti != claims.jti)
    }

    // DPOP-1, DPOP-3, with the digest of RFC 9449 section 7.1
    @Test func `a proof repeats the nonce and is bound to the access token`() async throws {
        let token = Secret("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU")
        let claims = try await proof(SigningKey.make(), nonce: "n", token: token).claims
        #expect(claims.nonce == "n")
        #expect(claims.ath == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo")
    }

    // TOKEN-5, DPOP-1
    @Test func `a bound token is handed out only if there is a key`() {
        #expect(IssuedTokens.isUsable(type: "DPoP", withKey: true))
        #expect(!IssuedTokens.isUsable(type: "DPoP", withKey: false))
        #expect(!IssuedTokens.isUsable(type: "mac", withKey: true))
    }
}

struct IdentityTokenTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func check(_ claims: String, nonce: String? = "n") throws(IdentityFault) -> Identity {
        let head = Base64URL.encode(Array(#"{"alg":"ES256"}"#.utf8))
        let token = Secret("\(head).\(Base64URL.encode(Array(claims.utf8))).AAAA")
        return try IdentityToken(token).check(
            issuer: Issuer("https://as.example"), clientID: "me", nonce: nonce.map(Secret.init), now: Self.now)
    }

    // OIDC-1
    @Test(
        arguments: [
            (
                #""iss":"https://evil.example","sub":"s","aud":"me","exp":1800000300,"iat":1800000000,"nonce":"n""#,
                .issuer
            ),
            (
                #""iss":"https://as.example","sub":"s","aud":"you","exp":1800000300,"iat":1800000000,"nonce":"n""#,
                .audience
            ),
            (
                #""iss":"https://as.example","sub":"s","aud":["me","you"],"azp":"you","exp":1800000300,"iat":1800000000,"nonce":"n""#,
                .party
            ),
            (
                #""iss":"https://as.example","sub":"s","aud":"me","azp":"you","exp":1800000300,"iat":1800000000,"nonce":"n""#,
                .party
            ),
            (
                #""iss":"https://as.example","sub":"s","aud":"me","exp":1799999000,"iat":1799998000,"nonce":"n""#,
                .expired(since: .seconds(1000))
            ),
            (
                #""iss":"https://as.example","sub":"s","aud":"me","exp":1800009000,"iat":1800008000,"nonce":"n""#,
                .fromTheFuture(by: .seconds(8000))
            ),
            (#""iss":"https://as.example","sub":"s","aud":"me","exp":1800000300,"iat":1800000000,"nonce":"m""#, .nonce),
            (#""iss":"https://as.example","sub":"s","aud":"me","exp":1800000300,"iat":1800000000"#, .nonce),
            (#""iss":"https://as.example","aud":"me","exp":1800000300,"iat":1800000000,"nonce":"n""#, .claimMissing),
            (#""iss":"https://as.example","sub":"s","aud":"me","iat":1800000000,"nonce":"n""#, .claimMissing),
            (#""iss":"https://as.example","sub":"s","aud":"me","exp":1800000300,"nonce":"n""#, .claimMissing),
        ] as [(String, IdentityFault)])
    func `each invalid claim makes the id_token invalid`(_ claims: String, _ fault: IdentityFault) {
        #expect(throws: fault) { try check("{\(claims)}") }
    }

    // OIDC-1
    @Test func `a valid id_token gives the identity of its user`() throws {
        let claims =
            #"{"iss":"https://as.example","sub":"s","aud":["you","me"],"azp":"me","exp":1800000300.5,"iat":1800000000,"nonce":"n"}"#
        let identity = try check(claims)
        #expect(identity == Identity(issuer: "https://as.example", subject: "s", audience: ["you", "me"]))
    }

    // C1, OIDC-3
    @Test func `several audiences are no error without azp`() throws {
        let claims =
            #"{"iss":"https://as.example","sub":"s","aud":["you","me"],"exp":1800000300,"iat":1800000000,"nonce":"n"}"#
        #expect(try check(claims).audience == ["you", "me"])
    }

    // C2
    @Test func `a wrong clock is distinguished from an invalid token, and the difference is stated`() {
        #expect(
            "\(IdentityFault.fromTheFuture(by: .seconds(300)))".contains("5m in the future by this machine's clock"))
        #expect("\(IdentityFault.expired(since: .seconds(3720)))".contains("1h2m ago by this machine's clock"))
        #expect(IdentityFault.fromTheFuture(by: .zero).isOfClock && IdentityFault.expired(since: .zero).isOfClock)
        #expect(!IdentityFault.issuer.isOfClock && !IdentityFault.signature.isOfClock)
    }

    private static let mine = "11111111-2222-3333-4444-555555555555"
    private static let other = "99999999-2222-3333-4444-555555555555"

    private func issuer(_ tenant: String) -> Issuer {
        Issuer("https://login.example/\(tenant)/v2.0", template: "https://login.example/{tenantid}/v2.0")
    }

    // D11
    @Test func `an id_token of a tenant other than the configured one is rejected, naming both`() throws {
        let claims = { (tenant: String) in
            #"{"iss":"https://login.example/\#(tenant)/v2.0","sub":"s","aud":"me","exp":1800000300,"iat":1800000000}"#
        }
        func check(_ token: String, _ issuer: Issuer) throws(IdentityFault) {
            let head = Base64URL.encode(Array(#"{"alg":"ES256"}"#.utf8))
            let token = Secret("\(head).\(Base64URL.encode(Array(claims(token).utf8))).AAAA")
            _ = try IdentityToken(token).check(issuer: issuer, clientID: "me", nonce: nil, now: Self.now)
        }
        let fault = IdentityFault.tenant(Self.other, configured: Self.mine)
        #expect(throws: fault) { try check(Self.other, issuer(Self.mine)) }
        #expect("\(fault)".contains(Self.mine) && "\(fault)".contains(Self.other))
        for configured in [Self.mine, Self.mine.uppercased(), "common", "organizations", "contoso.example"] {
            try check(Self.mine, issuer(configured))
        }
        #expect(throws: IdentityFault.issuer) { try check("a/b", issuer("common")) }
        #expect(!issuer(Self.mine).matches("https://login.example/\(Self.other)/v2.0"))
        #expect(!issuer("common").matches("https://login.example/ABC/v2.0"))
    }

    // OIDC-2
    @Test(
        arguments: [
            (
                #""preferred_username":"anna@a.example","email":"anna@b.example","name":"Anna""#,
                ["anna@a.example", "anna@b.example", "Anna"]
            ),
            (#""email":"anna@b.example","upn":"anna@b.example","name":"""#, ["anna@b.example"]),
            (#""name":"A\u001b[2Jnna""#, ["A [2Jnna"]), (#""email":7,"preferred_username":null"#, nil),
        ] as [(String, [String]?)])
    func `the user's names are those in the token, cleaned for display`(_ claims: String, _ names: [String]?) throws {
        let identity = try check(
            #"{"iss":"https://as.example","sub":"s","aud":"me","exp":1800000300,"iat":1800000000,"nonce":"n",\#(claims)}"#
        )
        #expect(identity.names == names)
        #expect(identity.user == names?.first ?? "s")
        for name in names ?? [] { #expect(identity.isCalled(name.uppercased())) }
        #expect(identity.isCalled("s") && !identity.isCalled("S") && !identity.isCalled("berta@a.example"))
        #expect(identity.person == Identity(issuer: "https://as.example", subject: "s", audience: ["me"]))
    }

    @Test func `two identities with the same issuer, subject and audience are equal, in any order`() {
        let one = Identity(issuer: "i", subject: "s", audience: ["a", "b"])
        #expect(one.isSame(as: Identity(issuer: "i", subject: "s", audience: ["b", "a"])))
        for other in [
            Identity(issuer: "j", subject: "s", audience: ["a", "b"]),
            Identity(issuer: "i", subject: "t", audience: ["a", "b"]),
            Identity(issuer: "i", subject: "s", audience: ["a"]),
        ] { #expect(!one.isSame(as: other)) }
    }
}
