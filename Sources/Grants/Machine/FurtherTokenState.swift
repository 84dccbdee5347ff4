package import Accounts
package import Failures
package import OAuth

/// The state of one further token of a grant. It never contains the token.
package struct FurtherTokenState: Sendable {
    package let token: TokenKey.Token
    package let target: TokenTarget
    /// The granted scope; nil if there is no token.
    package let scope: Scope?
    /// nil if there is no token, or its lifetime is unknown.
    package let expires: Instant?
    package let isPublished: Bool
    /// When it is refreshed next; nil where nothing is planned.
    package let due: Instant?
    /// Why the last refresh failed.
    package let failure: Failure?
    /// Whether another try makes sense only after something has changed.
    package let isRefused: Bool
}
