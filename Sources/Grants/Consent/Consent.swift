package import Failures
package import OAuth

/// The report of a consent at one moment. A consent that is over contains no secret. While it is pending,
/// `authorizationURL` contains `state` and `openURL` forwards to it: log neither.
package struct Consent: Sendable, Equatable {
    /// How the user consents.
    package enum Flow: String, Sendable, CaseIterable {
        /// The browser is redirected to a listener on this machine (RFC 8252 section 7.3).
        case loopback
        /// The user pastes the URL that the browser was redirected to, or the code.
        case paste
        /// The device authorization grant (RFC 8628).
        case device
        /// The client acts for itself and nobody consents (RFC 6749 section 4.4).
        case clientCredentials = "client_credentials"
    }

    package enum State: Sendable, CaseIterable {
        /// The URL or the code for the user is being prepared.
        case preparing
        /// The user has not answered yet.
        case pending
        /// The user has answered; tokens are being fetched and the grant is being stored.
        case redeeming
        case granted
        /// The user or the authorization server refused.
        case refused
        /// The user didn't answer in time.
        case expired
        case cancelled
        /// The user answered, but no grant was obtained.
        case failed

        package var isOver: Bool {
            switch self {
            case .preparing, .pending, .redeeming: false
            case .granted, .refused, .expired, .cancelled, .failed: true
            }
        }
    }

    package var account: String
    /// Identifies this consent among all consents, also later ones of the same account.
    package var id: String
    package var flow: Flow
    package var state: State
    /// When the consent expires; while `preparing` it may still change.
    package var expires: Moment
    /// A short URL on this machine that forwards to the authorization server; nil unless the consent is pending.
    package var openURL: String?
    /// nil unless the consent is pending, and also while the next pushed request is being prepared.
    package var authorizationURL: String?
    package var redirectURI: String?
    /// What to show the user of the device flow; nil unless the consent is pending.
    package var device: DeviceInstructions?
    /// Whether the caller who is told this has joined a consent that another one had started.
    package var isJoined = false
    /// What was granted; nil before that.
    package var grant: GrantSummary?
    /// The reason for the end; together with a grant it is a warning.
    package var failure: Failure?

    init(account: String, id: String, flow: Flow, state: State, expires: Moment, redirectURI: String?) {
        self.account = account
        self.id = id
        self.flow = flow
        self.state = state
        self.expires = expires
        self.redirectURI = redirectURI
    }
}

/// What to show a user who consents on another device (RFC 8628 section 3.3).
package struct DeviceInstructions: Sendable, Equatable {
    package var userCode: String
    package var verificationURI: String
    package var verificationURIComplete: String?

    init(_ device: DeviceAuthorization) {
        userCode = device.userCode
        verificationURI = device.verificationURI.text
        verificationURIComplete = device.verificationURIComplete?.text
    }
}

/// The description of a grant, without its tokens.
package struct GrantSummary: Sendable, Equatable {
    package var scope: Scope
    package var missingScope: Scope
    /// nil if the server didn't state the token's lifetime.
    package var tokenExpires: Instant?
    /// The user who consented, if the authorization server sent an id_token.
    package var identity: Identity?

    init(_ grant: Grant) {
        scope = grant.scope
        missingScope = grant.missingScope
        tokenExpires = grant.expires?.instant
        identity = grant.identity
    }
}
