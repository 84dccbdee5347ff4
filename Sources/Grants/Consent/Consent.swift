package import Failures
package import OAuth

/// What is known of a consent at a moment. One that is over holds no secret; while it is pending `authorizationURL`
/// holds `state` and `openURL` leads to it: neither is for logs.
package struct Consent: Sendable, Equatable {
    /// How the user consents.
    package enum Flow: String, Sendable, CaseIterable {
        /// The browser is redirected to a listener on this machine (RFC 8252 section 7.3).
        case loopback
        /// The user pastes the URL that the browser was redirected to, or the code.
        case paste
        /// The device authorization grant (RFC 8628).
        case device
        /// Nobody consents: the client asks for itself (RFC 6749 section 4.4).
        case clientCredentials = "client_credentials"
    }

    package enum State: Sendable, CaseIterable {
        /// What the user needs is being made ready.
        case preparing
        /// The user has not answered yet.
        case pending
        /// The user has answered; tokens are being fetched and the grant is being stored.
        case redeeming
        case granted
        /// The user or the authorization server said no.
        case refused
        /// The user has not answered in time.
        case expired
        case cancelled
        /// The user has answered, and no grant came of it.
        case failed

        package var isOver: Bool {
            switch self {
            case .preparing, .pending, .redeeming: false
            case .granted, .refused, .expired, .cancelled, .failed: true
            }
        }
    }

    package var account: String
    /// Names this consent; a later one of the same account has another.
    package var id: String
    package var flow: Flow
    package var state: State
    /// When it expires; in `preparing` not known for certain yet.
    package var expires: Moment
    /// A short URL on this machine that forwards to the authorization server. Only while the consent is pending.
    package var openURL: String?
    /// Only while the consent is pending; nil also while the next pushed request is fetched.
    package var authorizationURL: String?
    package var redirectURI: String?
    /// What the user of a device needs. Only while the consent is pending.
    package var device: DeviceInstructions?
    /// What was granted, once it was.
    package var grant: GrantSummary?
    /// Why it ended as it did; beside a grant a warning.
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

/// What the user of a device is shown (RFC 8628 section 3.3).
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

/// A grant without its tokens.
package struct GrantSummary: Sendable, Equatable {
    package var scope: Scope
    package var missingScope: Scope
    /// nil where nobody knows.
    package var tokenExpires: Instant?
    /// Who consented, where the authorization server has told.
    package var identity: Identity?

    init(_ grant: Grant) {
        scope = grant.scope
        missingScope = grant.missingScope
        tokenExpires = grant.expires?.instant
        identity = grant.identity
    }
}
