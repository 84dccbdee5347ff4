package import Failures
package import OAuth

/// A change of a grant that is worth a line in the log.
package enum GrantEvent: Sendable, Equatable {
    case consented(expiresIn: Duration, scope: Scope, missingScope: Scope)
    case refreshed(expiresIn: Duration, rotated: Bool)
    case refreshFailed(Failure, retryIn: Duration, validFor: Duration)
    case consentRequired(Failure)
    case misconfigured(Failure)
    case saveFailed(Failure, retryIn: Duration)
    case savedAtLast
    case eraseFailed(Failure)
    /// The store has refused the grant, and it isn't in memory any more.
    case lost(Failure)
    case loggedOut
    /// Of what a refresh brought after the logout.
    case lateGrantRevoked
    case revocationFailed(Failure)
    /// A result came for a grant that isn't the current one any more.
    case staleResult
    /// Another host that shares the store has refreshed the grant or got a new one.
    case adopted(expiresIn: Duration)
}
