package import Accounts
package import Failures
package import OAuth
package import Text

/// The order for one refresh. By `version` the machine recognizes a result that it no longer wants.
package struct RefreshOrder: Sendable, Equatable {
    package var version: UInt64
    /// The grant as it was when the refresh was ordered.
    package var grant: Grant
    /// The further token that the refresh is for; nil for the account's own one.
    package var further: Further?
    /// The request isn't sent after this, because another host may send it then; nil has no limit.
    package var notAfter: Instant?

    package init(version: UInt64, grant: Grant, further: Further? = nil) {
        self.version = version
        self.grant = grant
        self.further = further
    }

    /// One of the further tokens of a grant.
    package struct Further: Sendable, Equatable {
        package var token: TokenKey.Token
        package var target: TokenTarget

        package init(token: TokenKey.Token, target: TokenTarget) {
            self.token = token
            self.target = target
        }
    }

    /// What is kept of a grant that came too late for its machine: where the refresh was for a further token, only what
    /// concerns the refresh token.
    func rescued(_ refreshed: Grant) -> Grant {
        guard further != nil else { return refreshed }
        return grant.replacingRefreshToken(by: refreshed)
    }
}

/// How a refresh ended.
package enum RefreshOutcome: Sendable {
    /// `sent` is the moment at which the request was sent.
    case granted(IssuedTokens, sent: Moment)
    /// The server replied with a new refresh token, which replaces the one that was used, but without an access token.
    case replaced(refreshToken: Secret, Failure)
    /// The id_token in the order's grant was validated and no refresh was sent; nil if it was rejected.
    case judged(Identity?)
    /// The refresh failed; the failure's meaning decides what happens to the grant.
    case failed(Failure)
}

extension RefreshOutcome {
    /// The grant that replaces `grant`, which was refreshed; nil if the server replied with no new token.
    func grant(after grant: Grant) -> Grant? {
        switch self {
        case .granted(let tokens, let sent): return grant.refreshed(by: tokens, sent: sent)
        case .replaced(let refreshToken, _):
            guard refreshToken != grant.refreshToken else { return nil }
            var grant = grant
            grant.refreshToken = refreshToken
            // The end that was stated for the old one.
            grant.consentEnds = nil
            return grant
        case .judged, .failed: return nil
        }
    }
}
