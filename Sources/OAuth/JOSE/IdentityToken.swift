package import FoundationEssentials
package import Text

/// Of whom an id_token speaks, to whom, and who says it (OpenID Connect Core section 2).
package struct Identity: Sendable, Hashable, Codable {
    package var issuer: String
    package var subject: String
    package var audience: [String]
    /// What the user is called, best known first; nil where the token has only the subject. Any of them may change.
    package var names: [String]?

    package init(issuer: String, subject: String, audience: [String], names: [String]? = nil) {
        self.issuer = issuer
        self.subject = subject
        self.audience = audience
        self.names = names
    }

    /// The user as people know them, else by the subject: untrusted text, fit to be shown.
    package var user: String { names?.first ?? UntrustedText.clean(subject, limit: 100) }

    /// Whether a person is called so, in small letters or capitals.
    package func isCalled(_ name: String) -> Bool {
        subject == name || (names ?? []).contains { $0.lowercased() == name.lowercased() }
    }

    /// The user, client and server only, to compare by.
    package var person: Identity { Identity(issuer: issuer, subject: subject, audience: audience.sorted()) }

    /// Whether a refresh speaks of the same user, client and server (section 12.2).
    package func isSame(as other: Identity) -> Bool {
        issuer == other.issuer && subject == other.subject && Set(audience) == Set(other.audience)
    }
}

/// An id_token and its check (OpenID Connect Core section 3.1.3.7).
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

    /// Text that is made fit to be shown; nil where the claim is something else or empty.
    private struct Name: Decodable {
        var text: String?

        init(from decoder: any Decoder) throws {
            let text = try? decoder.singleValueContainer().decode(String.self)
            self.text = text.map { UntrustedText.clean($0, limit: 100) }.flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    /// One text or an array of them, which may be empty: jwt-kit's own claim would end the process then.
    private struct Audience: Decodable {
        var names: [String]

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            names = try (try? value.decode(String.self)).map { [$0] } ?? value.decode([String].self)
        }
    }

    /// What a clock may be off by.
    private static let leeway = 120.0

    private let parts: JSONWebSignature.Parts
    private let claims: Claims

    package init(_ token: Secret) throws(IdentityFault) {
        guard let parts = JSONWebSignature.Parts(token) else { throw .notAToken }
        guard let claims = try? JSONDecoder().decode(Claims.self, from: parts.claims) else { throw .claimMissing }
        (self.parts, self.claims) = (parts, claims)
    }

    /// Whether one of these keys has signed it.
    package func isSigned(by keys: JSONWebKeySet) async -> Bool { await parts.isSigned(by: keys) }

    /// Whether the client's secret has signed it.
    package func isSigned(by secret: Secret) async -> Bool { await parts.isSigned(by: secret) }

    /// Whether it is the client's secret that signs it (OpenID Connect Core section 10.1).
    package var isSymmetric: Bool { parts.isSymmetric }

    /// Judges the claims. `issuer` is nil where the configuration names none. `nonce` is what the request had, nil on a
    /// refresh, whose token may leave it out; `now` is nil where the clock must not decide over a grant.
    package func check(
        issuer: Issuer?, clientID client: String, nonce: Secret?, now: Date?
    ) throws(IdentityFault) -> Identity {
        if let issuer {
            if let other = issuer.otherTenant(in: claims.iss) { throw .tenant(other, configured: issuer.tenant ?? "") }
            guard issuer.matches(claims.iss) else { throw .issuer }
        }
        guard claims.aud.names.contains(client) else { throw .audience }
        // Several audiences alone are no fault (errata set 2).
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

/// Why an id_token isn't believed.
package enum IdentityFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notAToken
    case claimMissing
    case issuer
    /// Of another tenant than the one that the configuration names.
    case tenant(String, configured: String)
    case audience
    case party
    case expired(since: Duration)
    case fromTheFuture(by: Duration)
    case nonce
    case signature
    case secret
    case otherUser

    /// Whether the two clocks disagree.
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
