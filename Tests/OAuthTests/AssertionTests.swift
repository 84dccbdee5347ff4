import FoundationEssentials
import Testing
import Text

@testable import OAuth

struct AssertionTests {
    private struct Header: Decodable {
        var alg: String
        var kid: String?
        var x5t: String?
        var x5tS256: String?

        enum CodingKeys: String, CodingKey {
            case alg, kid, x5t
            case x5tS256 = "x5t#S256"
        }
    }

    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func part<Part: Decodable>(_ index: Int, of token: Secret, as type: Part.Type) throws -> Part {
        let parts = token.expose().split(separator: ".")
        return try JSONDecoder().decode(type, from: try #require(Base64URL.decode(parts[index])))
    }

    /// The base64 of the octets `cert` instead of a certificate: only its digests matter here.
    private static let certificate = Secret("-----BEGIN CERTIFICATE-----\nY2VydA==\n-----END CERTIFICATE-----\n")
    private static let sha1 = "zRtQaZY9mHj5Lxz753-JEs3Vsu0"
    private static let sha256 = "BimEMugGayniIjvMI6qVBLVq5Qj6vzQ1UIhpucMZDiI"

    private func header(
        _ algorithm: SignatureAlgorithm, _ thumbprints: CertificateThumbprints, certificate: Secret? = certificate
    ) -> [String: String] {
        certificate.map { thumbprints.header(of: $0, algorithm: algorithm) } ?? [:]
    }

    // D4, JWTB-2
    @Test func `the header of an assertion has both digests of the certificate, or only the one for its algorithm`() {
        for algorithm in SignatureAlgorithm.allCases {
            #expect(Set(header(algorithm, .both).keys) == ["x5t", "x5t#S256"])
        }
        #expect(header(.rs256, .byAlgorithm).keys.sorted() == ["x5t"])
        #expect(header(.ps256, .byAlgorithm).keys.sorted() == ["x5t#S256"])
        #expect(header(.es256, .byAlgorithm).keys.sorted() == ["x5t#S256"])
        #expect(header(.rs256, .both) == ["x5t": Self.sha1, "x5t#S256": Self.sha256])
        #expect(header(.rs256, .both, certificate: Secret("no certificate")).isEmpty)
    }

    // JWTB-2
    @Test func `a client assertion has nbf beside the other times, and the given headers`() async throws {
        struct Claims: Decodable {
            var iss: String
            var iat: Int
            var nbf: Int
            var exp: Int
        }
        var random = SystemRandomNumberGenerator()
        let token = try await ClientAssertion.make(
            clientID: "desk", audience: try EndpointURL("https://as.example/token"), key: .make(), keyID: "7",
            certificate: Self.certificate, now: Self.now, using: &random)
        let claims = try part(1, of: token, as: Claims.self)
        #expect(claims.nbf == 1_800_000_000 && claims.iat == claims.nbf && claims.exp == claims.nbf + 120)
        let header = try part(0, of: token, as: Header.self)
        #expect(header.kid == "7" && header.x5t == Self.sha1 && header.x5tS256 == Self.sha256)
    }

    // JWTB-1
    @Test func `a grant assertion has the given claims, its times and an id of its own`() async throws {
        struct Claims: Decodable {
            var iss: String
            var sub: String
            var aud: String
            var iat: Int
            var exp: Int
            var jti: String
        }
        var random = SystemRandomNumberGenerator()
        let stated = [
            FormField("iss", "app"), FormField("sub", "anna"), FormField("aud", "https://as.example"),
            FormField("exp", "never"),
        ]
        var names: Set<String> = []
        for _ in 0..<2 {
            let token = try await GrantAssertion.make(stated, key: .make(), keyID: "k", now: Self.now, using: &random)
            let claims = try part(1, of: token, as: Claims.self)
            #expect(claims.iss == "app" && claims.sub == "anna" && claims.aud == "https://as.example")
            #expect(claims.iat == 1_800_000_000 && claims.exp == 1_800_000_120)
            names.insert(claims.jti)
            #expect(try part(0, of: token, as: Header.self).kid == "k")
        }
        #expect(names.count == 2)
    }

    // C9
    @Test func `a key file is PEM, or the JSON of a service account, which names the client and the key`() throws {
        let pem = TestKey.rsa.expose()
        let plain = try AssertionKey(file: Secret(pem), id: "mine")
        #expect(plain.serviceAccount == nil && plain.id == "mine")
        let members = [
            "type": "service_account", "client_email": "a@b.example", "private_key": pem, "private_key_id": "9",
        ]
        let json = String(decoding: try JSONEncoder().encode(members), as: UTF8.self)
        let account = try AssertionKey(file: Secret("\n \(json)"))
        #expect(account.serviceAccount == "a@b.example" && account.id == "9")
        #expect(try AssertionKey(file: Secret(json), id: "mine").id == "mine")
        #expect(throws: SigningFault.notAServiceAccount) {
            try AssertionKey(file: Secret(#"{"type":"authorized_user"}"#))
        }
        #expect(throws: SigningFault.notAKey) { try AssertionKey(file: Secret("no key")) }
    }
}
