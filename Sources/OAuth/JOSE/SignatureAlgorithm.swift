/// The signature algorithms that this client makes and checks, by their names in RFC 7518 section 3.1. All are
/// asymmetric: neither `none` nor an HMAC with a shared secret is supported.
package enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    case rs256 = "RS256"
    case ps256 = "PS256"
    case es256 = "ES256"

    package var usesRSA: Bool { self != .es256 }
}
