package import FoundationEssentials
package import Text

/// The subject, issuer and audience of an id_token (OpenID Connect Core section 2).
package struct Identity: Sendable, Hashable, Codable {
    package var issuer: String
    package var subject: String
    package var audience: [String]
    /// The user's names, best known first; nil if the token contains only the subject. Any of them may change over
    /// time.
    package var names: [String]?

    package init(issuer: String, subject: String, audience: [String], names: [String]? = nil) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.names = names
    }

    /// The user's best known name, else the subject: untrusted text, cleaned for display.
    package var user: String { names?.first ?? UntrustedText.clean(subject, limit: 100) }

    /// Whether one of the user's names is `name`, ignoring case.
    package func isCalled(_ name: String) -> Bool {
        subject == name || (names ?? []).contains { $0.lowercased() == name.lowercased() }
    }

    /// The user, client and server without the names, for comparison.
    package var person: Identity { Identity(issuer: issuer, subject: subject, audience: audience.sorted()) }

    /// Whether a refreshed id_token has the same user, client and server (section 12.2).
    package func isSame(as other: Identity) -> Bool {
        issuer == other.issuer && subject == other.subject && Set(audience) == Set(other.audience)
    }
}

/// A parsed id_token and its validation (OpenID Connect Core section 3.1.3.7).
package struct IdentityToken: Sendable {
    private struct Claims: Decodable {
        var iss: String
        var sub: String
        var aud: Audience
        var azp: String?
        var exp: Double
        var iat: Double
        var nonce: String?
        var preferredUsername: Name?
        var email: Name?
        var upn: Name?
        var name: Name?

        enum CodingKeys: String, CodingKey {
            case iss, sub, aud, azp, exp, iat, nonce, email, upn, name
            case preferredUsername = "preferred_username"
        }

        var names: [String]? {
            var seen: Set<String> = []
            let all = [preferredUsername, email, upn, name].compactMap { $0?.text }.filter { seen.insert($0).inserted }
            return all.isEmpty ? nil : all
        }
    }

    /// A claim's text, cleaned for display; nil if the claim is empty or isn't a string.
    private struct Name: Decodable {
        var text: String?

        init(from decoder: any Decoder) throws {
            let text = try? decoder.singleValueContainer().decode(String.self)
            self.text = text.map { UntrustedText.clean($0, limit: 100) }.flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    /// The `aud` claim: a string or an array of strings, possibly empty. jwt-kit's own claim type would end the process
    /// at an empty array.
    private struct Audience: Decodable {
        var names: [String]

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            names = try (try? value.decode(String.self)).map { [$0] } ?? value.decode([String].self)
        }
    }

    /// How many seconds the clocks may differ by.
    private static let leeway = 120.0

    private let parts: JSONWebSignature.Parts
    private let claims: Claims

    package init(_ token: Secret) throws(IdentityFault) {
        guard let parts = JSONWebSignature.Parts(token) else { throw .notAToken }
        guard let claims = try? JSONDecoder().decode(Claims.self, from: parts.claims) else { throw .claimMissing }
        (self.parts, self.claims) = (parts, claims)
    }

    /// When the token expires (`exp`).
    package var expires: Date { Date(timeIntervalSince1970: claims.exp) }

    /// Whether one of these keys signed the token.
    package func isSigned(by keys: JSONWebKeySet) async -> Bool { await parts.isSigned(by: keys) }

    /// Whether the client's secret signed the token.
    package func isSigned(by secret: Secret) async -> Bool { await parts.isSigned(by: secret) }

    /// Whether the signature is made with the client's secret (OpenID Connect Core section 10.1).
    package var isSymmetric: Bool { parts.isSymmetric }

    /// Checks the claims. `issuer` is nil if the configuration names none. `nonce` is the authorization request's, and
    /// nil on a refresh, whose id_token may leave it out. `now` is nil where a wrong clock must not cost the grant;
    /// then the times aren't checked.
    package func check(
        issuer: Issuer?, clientID client: String, nonce: Secret?, now: Date?
    ) throws(IdentityFault) -> Identity {
        if let issuer {
            if let other = issuer.otherTenant(in: claims.iss) { throw .tenant(other, configured: issuer.tenant ?? "") }
            guard issuer.matches(claims.iss) else { throw .issuer }
        }
        guard claims.aud.names.contains(client) else { throw .audience }
        // Several audiences without `azp` are no error (errata set 2).
        guard claims.azp == nil || claims.azp == client else { throw .party }
        if let time = now?.timeIntervalSince1970 {
            guard claims.iat < time + Self.leeway else { throw .fromTheFuture(by: Self.duration(claims.iat - time)) }
            guard claims.exp > time - Self.leeway else { throw .expired(since: Self.duration(time - claims.exp)) }
        }
        if let nonce, claims.nonce.map({ Secret($0).equalsInConstantTime(nonce) }) != true { throw .nonce }
        return Identity(issuer: claims.iss, subject: claims.sub, audience: claims.aud.names, names: claims.names)
    }

    private static func duration(_ seconds: Double) -> Duration {
        .seconds(Int64(min(max(seconds.rounded(), 0), 1e12)))
    }
}

/// Why an id_token is rejected.
package enum IdentityFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notAToken
    case claimMissing
    case issuer
    /// The token's tenant isn't the configured one.
    case tenant(String, configured: String)
    case audience
    case party
    case expired(since: Duration)
    case fromTheFuture(by: Duration)
    case nonce
    case signature
    case secret
    case otherUser

    /// Whether the rejection means that this machine's and the server's clocks differ.
    package var isOfClock: Bool {
        switch self {
        case .expired, .fromTheFuture: true
        default: false
        }
    }

    package var description: String {
        switch self {
        case .notAToken: "it is no signed token"
        case .claimMissing: "it lacks one of iss, sub, aud, exp and iat"
        case .issuer: "another issuer has made it (iss)"
        case .tenant(let other, let configured):
            "it is of the tenant \(UntrustedText.clean(other, limit: 80)), and the configuration names \(configured)"
        case .audience: "it is for another client (aud)"
        case .party: "it was issued to another client (azp)"
        case .expired(let age): "it expired \(DurationText.format(age)) ago by this machine's clock (exp)"
        case .fromTheFuture(let lead):
            "it was issued \(DurationText.format(lead)) in the future by this machine's clock (iat)"
        case .nonce: "it belongs to another request (nonce)"
        case .signature: "none of the server's keys has signed it"
        case .secret:
            "the client's secret signs it, and ours is another one or none, or shorter than RFC 7518 allows (32 octets)"
        case .otherUser: "it speaks of another user or client than the consent's"
        }
    }
}
