/// What a server is known to do differently in its replies, or what an account states of it.
package struct ReplyTraits: Sendable, Hashable {
    /// How long an access token lives where the reply doesn't say; nil where nobody knows.
    package var tokenLifetime: TokenLifetime?
    /// True takes an access token of any type as one to bear (RFC 6750).
    package var takesAnyType: Bool
    /// Whether a refresh without `scope` gives less, or fails: then it is never left out.
    package var needsScope: Bool
    /// How often one grant may ask for tokens.
    package var allowance: RequestAllowance

    package init(
        tokenLifetime: TokenLifetime? = nil, takesAnyType: Bool = false, needsScope: Bool = false,
        allowance: RequestAllowance = .standard
    ) {
        self.tokenLifetime = tokenLifetime
        self.takesAnyType = takesAnyType
        self.needsScope = needsScope
        self.allowance = allowance
    }

    package static let standard = ReplyTraits()
}

/// The lifetime of access tokens whose replies don't state one.
package enum TokenLifetime: Sendable, Hashable {
    case limited(Duration)
    /// Served until it is refused, and not refreshed by time.
    case unlimited
}

/// How many token requests one grant may cause: some at once, then one each time the refill's duration has passed.
package struct RequestAllowance: Sendable, Hashable {
    package var burst: Int
    package var refill: Duration

    package init(burst: Int, refill: Duration) {
        self.burst = burst
        self.refill = refill
    }

    /// 750 an hour at the very most.
    package static let standard = RequestAllowance(burst: 30, refill: .seconds(5))
}
