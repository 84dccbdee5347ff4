package import FoundationEssentials
import Text

/// Something that went wrong, with words and a remedy for a person. It never holds a secret.
package struct Failure: Error, Sendable, Hashable {
    /// What is decided by.
    package var code: FailureCode
    /// The authorization server's own word, where it is none that we know. Untrusted; nothing is decided by it.
    package var said: String?
    /// Lower case, without a full stop.
    package var detail: String
    /// What to do next.
    package var hint: String?
    /// Before this has passed another try makes no sense; nil where nobody says so.
    package var retryAfter: Duration?
    /// Whether the server has certainly not acted on the request: a code in it is still unused.
    package var isUnprocessed = false
    package var at: Date
    /// The `claims` parameter for the next consent, as JSON (OpenID Connect Core section 5.5). Not shown to people.
    package var claims: String?
    /// The meaning, if the authorization server stated it more precisely than by the code; nil uses the table's.
    package var knownMeaning: FailureMeaning?

    /// `hint` is what is better advice than the table's own.
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

    /// The word for logs and for the wire.
    package var word: String { said ?? code.rawValue }
}
