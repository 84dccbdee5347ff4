package import Failures
package import OAuth
package import Synchronization
package import Text

/// An access token as it is served to readers, who share one copy.
package final class ServedToken: Sendable, Equatable {
    package let key: TokenKey
    package let accessToken: Secret
    package let tokenType: String
    package let scope: Scope
    /// nil if unknown: the token is then served until it is refused.
    package let expires: Instant?
    /// Additional members of the server's replies.
    package let extra: [String: ExtraMember]
    /// Increases with every new token of the account.
    package let version: UInt64
    /// The token isn't served with less remaining validity than this, which a reader needs to use it.
    package let margin: Duration
    /// What the readers' interface has made of the token, so that it is made once a token.
    package let shared = Mutex<(any AnyObject & Sendable)?>(nil)

    package init(_ grant: Grant, key: TokenKey, version: UInt64) {
        self.key = key
        accessToken = grant.accessToken
        tokenType = grant.servedType
        scope = grant.scope
        expires = grant.expires?.instant
        extra = grant.extra
        self.version = version
        margin = grant.lifetime.map { min(.seconds(2), $0 / 20) } ?? .zero
    }

    package static func == (one: ServedToken, other: ServedToken) -> Bool {
        one.key == other.key && one.accessToken == other.accessToken && one.tokenType == other.tokenType
            && one.scope == other.scope && one.expires == other.expires && one.extra == other.extra
            && one.version == other.version && one.margin == other.margin
    }

    package func satisfies(_ need: ReaderNeed, at now: Instant) -> Bool {
        version > (need.newerThan ?? 0) && (expires.map { $0 - now > max(margin, need.validity) } ?? true)
    }
}

/// What a reader requires of a token.
package struct ReaderNeed: Sendable, Hashable {
    package var validity: Duration
    /// The version of a token that the reader has and can't use any more.
    package var newerThan: UInt64?

    package init(validity: Duration = .zero, newerThan: UInt64? = nil) {
        self.validity = validity
        self.newerThan = newerThan
    }
}

/// Identifies a waiting reader.
package struct ReaderID: Sendable, Hashable {
    package var number: UInt64

    package init(number: UInt64) {
        self.number = number
    }
}

/// The answer to a reader; each gets one.
package enum ReaderAnswer: Sendable, Equatable {
    case token(ServedToken)
    case consentRequired(Failure?)
    case misconfigured(Failure)
    case unavailable(Failure, retryAfter: Duration)
    /// The account's tokens never live as long as the reader requires.
    case tooShortLived(Duration)
    /// The account has used up its token requests for now.
    case tooManyRequests(retryAfter: Duration)
    case noSuchAccount
    /// The account has no token of this name.
    case noSuchToken
    /// Too many tokens were asked for that the configuration doesn't name.
    case tooManyTokens
}
