package import FoundationEssentials
import Text

/// A failure, with a message and a remedy for a person. It never contains a secret.
package struct Failure: Error, Sendable, Hashable {
    /// The code that decides what happens.
    package var code: FailureCode
    /// The authorization server's own error code if it isn't a known one. Untrusted; it decides nothing.
    package var said: String?
    /// The message, in lower case and without a full stop.
    package var detail: String
    /// The next step for a person.
    package var hint: String?
    /// How long to wait before another try; nil if unknown.
    package var retryAfter: Duration?
    /// Whether the server has certainly not processed the request, so that a code in it is still unused.
    package var isUnprocessed = false
    package var at: Date
    /// The `claims` parameter for the next consent, as JSON (OpenID Connect Core section 5.5). Not shown to people.
    package var claims: String?
    /// The meaning, if the authorization server stated it more precisely than by the code; nil uses the table's.
    package var knownMeaning: FailureMeaning?
    /// Whether only a person can remove the cause, so that another try without one is of no use.
    package var isLasting = false
    /// Whether the server has stated that it refuses only what the token was requested for.
    package var refusesTarget = false

    /// `hint` overrides the remedy in the table.
    package init(
        _ code: FailureCode, said: String? = nil, _ detail: String, hint: String? = nil, account: String? = nil,
        retryAfter: Duration? = nil, at: Date
    ) {
        self.code = code
        self.said = said
        self.detail = detail
        self.hint = hint ?? account.flatMap { code.remedy(account: $0) }
        self.retryAfter = retryAfter
        self.at = at
    }

    package var meaning: FailureMeaning { knownMeaning ?? code.meaning }

    /// Whether the failure is about the scope or the resource of one access token. The grant and its other access tokens
    /// aren't affected.
    package var isOfTarget: Bool {
        switch code {
        case .invalidScope, .invalidTarget, .invalidResource, .refusedScope: true
        default: refusesTarget
        }
    }

    /// The code for logs and for the API.
    package var word: String { said ?? code.rawValue }
}
