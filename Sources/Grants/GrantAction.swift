package import OAuth

/// What the state machine asks its shell to do.
package enum GrantAction: Sendable, Equatable {
    /// Use the refresh token at the token endpoint, then report by `refreshEnded`.
    case post(RefreshOrder)
    /// Bring the grant to disk, then report by `saveEnded`.
    case save(Grant, version: UInt64)
    case erase
    /// From now on readers get this token; nil: none.
    case publish(ServedToken?)
    case answer([ReaderID], ReaderAnswer)
    /// For the log and for those who watch.
    case tell(GrantEvent)
}

/// One refresh; `version` tells whether its result is still wanted when it comes.
package struct RefreshOrder: Sendable, Equatable {
    package var version: UInt64
    /// nil where the client asks for itself.
    package var refreshToken: Secret?
    package var scope: Scope
    /// The key that the tokens are bound to.
    package var proofKey: Secret?
    /// Of whom an id_token must speak.
    package var identity: Identity?
}

/// How a refresh ended.
package enum RefreshOutcome: Sendable {
    /// `sent` is when the request went out.
    case granted(IssuedTokens, sent: Moment)
    case refused(OAuthError, retryAfter: Duration?)
    /// No reply that decides anything: network, TLS, time-out, 5xx, a body cut short.
    case failed(code: String, detail: String, hint: String?, retryAfter: Duration?)
}

/// Names a reader that waits.
package struct ReaderID: Sendable, Hashable {
    package var number: UInt64

    package init(number: UInt64) {
        self.number = number
    }
}

package enum ReaderAnswer: Sendable, Equatable {
    case token(ServedToken)
    case consentRequired(GrantFailure?)
    case misconfigured(GrantFailure)
    case unavailable(GrantFailure, retryAfter: Duration)
    /// Tokens of this account never live as long as was asked.
    case tooShortLived(Duration)
    /// The account has used up its token requests for now.
    case tooManyRequests(retryAfter: Duration)
    case noSuchAccount
}

/// A change worth a line.
package enum GrantEvent: Sendable, Equatable {
    case consented(expiresIn: Duration, scope: Scope, missingScope: Scope)
    case refreshed(expiresIn: Duration, rotated: Bool)
    case refreshFailed(GrantFailure, retryIn: Duration, validFor: Duration)
    case consentRequired(GrantFailure)
    case misconfigured(GrantFailure)
    case saveFailed(GrantFailure, retryIn: Duration)
    case savedAtLast
    case eraseFailed(GrantFailure)
    case loggedOut
    /// A result came for a grant that isn't the current one any more.
    case staleResult
}
