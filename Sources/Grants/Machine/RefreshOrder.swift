package import Failures
package import OAuth
package import Text

/// The order for one refresh. By `version` the machine recognizes a result that it no longer wants.
package struct RefreshOrder: Sendable, Equatable {
    package var version: UInt64
    /// The grant as it was when the refresh was ordered.
    package var grant: Grant

    package init(version: UInt64, grant: Grant) {
        self.version = version
        self.grant = grant
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
