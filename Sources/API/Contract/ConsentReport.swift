package import FoundationEssentials

/// How a user may consent.
package enum ConsentFlow: String, Codable, Sendable, CaseIterable {
    /// The browser is redirected to a listener on this machine (RFC 8252 section 7.3).
    case loopback
    /// The user pastes the redirected URL or the code.
    case paste
    /// The device authorization grant (RFC 8628).
    case device
    /// Nobody consents: the client asks for itself (RFC 6749 section 4.4).
    case clientCredentials = "client_credentials"
}

/// The body of `POST /accounts/{account}/consent`; every member may be absent.
package struct ConsentRequest: Codable, Sendable, Equatable {
    package var flow: ConsentFlow?
    /// A JSON object, as text: what the authorization server is to certify (OpenID Connect Core section 5.5).
    package var claims: String?
    /// How the user is to sign in, the preferred way first, with spaces between (RFC 9470 section 4).
    package var acrValues: String?
    /// How many seconds ago the user may have signed in at most.
    package var maxAge: Int?

    package init(flow: ConsentFlow? = nil, claims: String? = nil, acrValues: String? = nil, maxAge: Int? = nil) {
        self.flow = flow
        self.claims = claims
        self.acrValues = acrValues
        self.maxAge = maxAge
    }

    /// Whether its members are what they say.
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

/// What a consent is doing, and what the user must open.
package struct ConsentReport: Codable, Sendable, Equatable {
    package var account: String
    /// Names this consent; a later one of the same account has another.
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
    /// What was granted, once it was.
    package var scope: [String]?
    package var missingScope: [String]?
    package var tokenExpiresIn: Int?
    /// Who consented, where the authorization server has told.
    package var user: String?
    /// Other accounts that the same user has consented for.
    package var sameUserAs: [String]?
    package var error: FailureReport?

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
    /// Waiting for the user.
    case pending
    /// The user consented; the code is being redeemed and the grant stored.
    case redeeming
    /// The grant is stored.
    case granted
    /// The user or the authorization server said no.
    case refused
    /// The user didn't answer in time.
    case expired
    case cancelled
    /// The code could not be redeemed.
    case failed

    /// Whether nothing more will come.
    package var isOver: Bool { self != .pending && self != .redeeming }
}

/// The body of `POST /accounts/{account}/consent/redirect`.
package struct PastedRedirect: Codable, Sendable, Equatable {
    /// The whole redirected URL, or the bare code.
    package var redirect: String

    package init(redirect: String) {
        self.redirect = redirect
    }
}
