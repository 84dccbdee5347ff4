/// How a server's replies deviate from the standards, as a preset or an account states it.
package struct ReplyTraits: Sendable, Hashable {
    /// The lifetime of an access token whose reply states none; nil if unknown.
    package var tokenLifetime: TokenLifetime?
    /// If true, access tokens of any type are treated as bearer tokens (RFC 6750).
    package var takesAnyType: Bool
    /// Whether a refresh without `scope` fails or returns a narrower scope; then `scope` is never left out.
    package var needsScope: Bool
    /// The limit on token requests for one grant.
    package var allowance: RequestAllowance
    /// Whether the newest id_token is kept with the grant, so that it can be read.
    package var keepsIDToken: Bool

    package init(
        tokenLifetime: TokenLifetime? = nil, takesAnyType: Bool = false, needsScope: Bool = false,
        allowance: RequestAllowance = .standard, keepsIDToken: Bool = false
    ) {
        self.tokenLifetime = tokenLifetime
        self.takesAnyType = takesAnyType
        self.needsScope = needsScope
        self.allowance = allowance
        self.keepsIDToken = keepsIDToken
    }

    package static let standard = ReplyTraits()
}

/// The lifetime of access tokens whose replies don't state one.
package enum TokenLifetime: Sendable, Hashable {
    case limited(Duration)
    /// The token doesn't expire: it is served until it is refused, and not refreshed on a schedule.
    case unlimited
}

/// A limit on the token requests that one grant may cause, as a token bucket: `burst` requests at once, then one more
/// after each `refill`.
package struct RequestAllowance: Sendable, Hashable {
    package var burst: Int
    package var refill: Duration

    package init(burst: Int, refill: Duration) {
        self.burst = burst
        self.refill = refill
    }

    /// At most 750 requests in any hour.
    package static let standard = RequestAllowance(burst: 30, refill: .seconds(5))
}
