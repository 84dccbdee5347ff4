package import Failures
package import OAuth
package import Text

/// What the state machine asks its shell to do.
package enum GrantAction: Sendable, Equatable {
    /// Use the refresh token at the token endpoint, then report by `refreshEnded`.
    case post(RefreshOrder)
    /// Bring the grant to disk, then report by `saveEnded`.
    case save(Grant, version: UInt64)
    case erase
    /// Tell the authorization server that these tokens have ended, then report by `revokeEnded`.
    case revoke(Grant)
    /// Bring the grant to disk if what lies there is the one whose refresh token it was got with, then report by
    /// `rescueEnded`.
    case rescue(Grant, renewing: Secret)
    /// From now on readers get this token; nil: none.
    case publish(ServedToken?)
    case answer([ReaderID], ReaderAnswer)
    /// For the log and for those who watch.
    case tell(GrantEvent)
}

/// One refresh; `version` tells whether its result is still wanted when it comes.
package struct RefreshOrder: Sendable, Equatable {
    package var version: UInt64
    /// What is renewed.
    package var grant: Grant
}

/// How a refresh ended.
package enum RefreshOutcome: Sendable {
    /// `sent` is when the request went out.
    case granted(IssuedTokens, sent: Moment)
    /// What that means for the grant is decided by the failure's code.
    case failed(Failure)
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
    case consentRequired(Failure?)
    case misconfigured(Failure)
    case unavailable(Failure, retryAfter: Duration)
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
    case refreshFailed(Failure, retryIn: Duration, validFor: Duration)
    case consentRequired(Failure)
    case misconfigured(Failure)
    case saveFailed(Failure, retryIn: Duration)
    case savedAtLast
    case eraseFailed(Failure)
    /// No disk took the grant, and it isn't in memory any more.
    case lost(Failure)
    case loggedOut
    /// Of what a renewal brought after the logout.
    case lateGrantRevoked
    case revocationFailed(Failure)
    /// A result came for a grant that isn't the current one any more.
    case staleResult
}
