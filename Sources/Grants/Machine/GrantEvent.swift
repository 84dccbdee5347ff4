package import Failures
package import OAuth

/// A change of a grant that is worth a line in the log.
package enum GrantEvent: Sendable, Equatable {
    case consented(expiresIn: Duration?, scope: Scope, missingScope: Scope)
    case refreshed(expiresIn: Duration?, rotated: Bool)
    /// A refresh got a further token.
    case tokenRefreshed(TokenKey.Token, expiresIn: Duration?)
    /// A refresh for a further token failed. The grant and the other tokens aren't affected.
    case tokenFailed(TokenKey.Token, Failure, retryIn: Duration)
    case refreshFailed(Failure, retryIn: Duration, validFor: Duration?)
    case consentRequired(Failure)
    /// Another host has found that the grant needs a new consent.
    case refusedElsewhere(Failure)
    /// The server refused repeatedly without a reason, and the access token has expired. Reported once.
    case refusedWithoutReason(Failure)
    case misconfigured(Failure)
    case saveFailed(Failure, retryIn: Duration)
    case savedAtLast
    case eraseFailed(Failure)
    /// A grant was lost: the store has refused it, and it isn't in memory any more.
    case lost(Failure)
    case loggedOut
    /// The grant that a refresh brought after the logout was revoked.
    case lateGrantRevoked
    case revocationFailed(Failure)
    /// The result of a refresh was dropped, because its grant isn't the current one any more.
    case staleResult
    /// Another host that shares the store has refreshed the grant or got a new one.
    case adopted(expiresIn: Duration?)
    /// Another host, whose name is untrusted, has begun a refresh and hasn't published its result. Reported once.
    case claimInDoubt(host: String, takenOverIn: Duration)
    /// This host refreshes although another one, whose name is untrusted, had begun to.
    case claimTakenOver(from: String)
}
