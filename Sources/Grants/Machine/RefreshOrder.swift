package import Failures
package import OAuth

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
    /// The id_token in the order's grant was validated and no refresh was sent; nil if it was rejected.
    case judged(Identity?)
    /// The refresh failed; the failure's meaning decides what happens to the grant.
    case failed(Failure)
}
