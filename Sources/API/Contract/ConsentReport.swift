package import FoundationEssentials

/// The flow by which a user consents.
package enum ConsentFlow: String, Codable, Sendable, CaseIterable {
    /// The browser is redirected to a listener on this machine (RFC 8252 section 7.3).
    case loopback
    /// The user pastes the redirected URL or the code.
    case paste
    /// The device authorization grant (RFC 8628).
    case device
    /// The client acts for itself and nobody consents (RFC 6749 section 4.4).
    case clientCredentials = "client_credentials"
}

/// The body of `POST /accounts/{account}/consent`; every member is optional.
package struct ConsentRequest: Codable, Sendable, Equatable {
    package var flow: ConsentFlow?
    /// The `claims` parameter (OpenID Connect Core section 5.5): a JSON object, as text.
    package var claims: String?
    /// The requested authentication contexts, space-separated in order of preference (RFC 9470 section 4).
    package var acrValues: String?
    /// The maximum number of seconds since the user's last login.
    package var maxAge: Int?

    package init(flow: ConsentFlow? = nil, claims: String? = nil, acrValues: String? = nil, maxAge: Int? = nil) {
        self.flow = flow
        self.claims = claims
        self.acrValues = acrValues
        self.maxAge = maxAge
    }

    /// Whether the members have valid values.
    package var isWellFormed: Bool {
        struct Members: Decodable {
            struct Key: CodingKey {
                let stringValue: String
                var intValue: Int? { nil }
                init(stringValue: String) { self.stringValue = stringValue }
                init?(intValue: Int) { nil }
            }

            init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Key.self) }
        }
        let isObject = claims.map { (try? JSONDecoder().decode(Members.self, from: Data($0.utf8))) != nil } ?? true
        let isPrintable = acrValues.map { !$0.isEmpty && $0.utf8.allSatisfy { (0x20...0x7e).contains($0) } } ?? true
        return isObject && isPrintable && (maxAge ?? 0) >= 0
    }
}

/// The state of a consent and the URLs or code that the user needs.
package struct ConsentReport: Codable, Sendable, Equatable {
    package var account: String
    /// Identifies this consent among all consents, also later ones of the same account.
    package var id: String
    package var flow: ConsentFlow
    package var state: ConsentState
    /// A short URL on this machine that forwards to `authorizationURL`.
    package var openURL: String?
    package var authorizationURL: String?
    package var redirectURI: String?
    package var userCode: String?
    package var verificationURI: String?
    package var verificationURIComplete: String?
    package var expiresAt: Date
    /// Seconds until the consent expires.
    package var expiresIn: Int
    /// The granted scope; nil before that.
    package var scope: [String]?
    package var missingScope: [String]?
    package var tokenExpiresIn: Int?
    /// The user who consented, if the authorization server sent an id_token.
    package var user: String?
    /// Other accounts for which the same user has consented.
    package var sameUserAs: [String]?
    package var error: FailureReport?
    /// Only in the answer to a start: true if another caller had started this consent already.
    package var joined: Bool?

    package init(
        account: String, id: String, flow: ConsentFlow, state: ConsentState, openURL: String? = nil,
        authorizationURL: String? = nil, redirectURI: String? = nil, userCode: String? = nil,
        verificationURI: String? = nil, verificationURIComplete: String? = nil, expiresAt: Date, expiresIn: Int,
        scope: [String]? = nil, missingScope: [String]? = nil, tokenExpiresIn: Int? = nil, error: FailureReport? = nil
    ) {
        self.account = account
        self.id = id
        self.flow = flow
        self.state = state
        self.openURL = openURL
        self.authorizationURL = authorizationURL
        self.redirectURI = redirectURI
        self.userCode = userCode
        self.verificationURI = verificationURI
        self.verificationURIComplete = verificationURIComplete
        self.expiresAt = expiresAt
        self.expiresIn = expiresIn
        self.scope = scope
        self.missingScope = missingScope
        self.tokenExpiresIn = tokenExpiresIn
        self.error = error
    }
}

package enum ConsentState: String, Codable, Sendable, CaseIterable {
    /// The daemon waits for the user.
    case pending
    /// The user has consented; the code is being redeemed and the grant stored.
    case redeeming
    /// The grant is stored.
    case granted
    /// The user or the authorization server refused.
    case refused
    /// The user didn't answer in time.
    case expired
    case cancelled
    /// The user answered, but no grant was obtained.
    case failed

    /// Whether the consent has ended, so that its state won't change any more.
    package var isOver: Bool { self != .pending && self != .redeeming }
}

/// The body of `POST /accounts/{account}/consent/redirect`.
package struct PastedRedirect: Codable, Sendable, Equatable {
    /// The whole URL that the browser was redirected to, or only the code.
    package var redirect: String
    /// False: a bare code isn't taken, but answered with `bare_code`, so that the user can be asked first.
    package var takesCode: Bool?

    package init(redirect: String, takesCode: Bool? = nil) {
        self.redirect = redirect
        self.takesCode = takesCode
    }
}
