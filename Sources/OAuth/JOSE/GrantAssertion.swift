package import FoundationEssentials
package import Text

/// The signed assertion with which a client gets a token without a user at a browser (RFC 7523 section 2.1). Each is
/// used for one request.
package enum GrantAssertion {
    /// `claims` says who asks for what; the times and the assertion's id are added here.
    package static func make(
        _ claims: [FormField], key: SigningKey, keyID: String?, now: Date,
        using random: inout some RandomNumberGenerator
    ) async throws(SigningFault) -> Secret {
        var all = Dictionary(claims.map { ($0.name, Claim.text($0.value)) }) { first, _ in first }
        all["iat"] = .number(Int(now.timeIntervalSince1970))
        all["exp"] = .number(Int(now.timeIntervalSince1970 + ClientAssertion.lifetime))
        all["jti"] = .text(RandomText.make(octets: 16, using: &random).expose())
        return try await JSONWebSignature.sign(all, type: "JWT", key: key, keyID: keyID)
    }

    private enum Claim: Codable {
        case text(String)
        case number(Int)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Int.self) {
                self = .number(number)
            } else {
                self = .text(try value.decode(String.self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .text(let text): try value.encode(text)
            case .number(let number): try value.encode(number)
            }
        }
    }
}

/// A key file that signs grant assertions: PEM, or the JSON file of a service account, which also names the client and
/// the key.
package struct AssertionKey: Sendable {
    private struct ServiceAccount: Decodable {
        var clientEmail: String
        var privateKey: String
        var privateKeyID: String?

        enum CodingKeys: String, CodingKey {
            case clientEmail = "client_email"
            case privateKey = "private_key"
            case privateKeyID = "private_key_id"
        }
    }

    package let key: SigningKey
    package let id: String?
    /// The client that a service account's file names; nil for PEM.
    package let serviceAccount: String?

    /// `id` takes precedence over the key's id in the file.
    package init(file: Secret, id: String? = nil, algorithm: SignatureAlgorithm? = nil) throws(SigningFault) {
        let text = file.expose()
        guard text.utf8.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else {
            key = try SigningKey(pem: file, algorithm: algorithm)
            self.id = id
            serviceAccount = nil
            return
        }
        guard let account = try? JSONDecoder().decode(ServiceAccount.self, from: Data(text.utf8)) else {
            throw .notAServiceAccount
        }
        key = try SigningKey(pem: Secret(account.privateKey), algorithm: algorithm)
        self.id = id ?? account.privateKeyID
        serviceAccount = account.clientEmail
    }
}
