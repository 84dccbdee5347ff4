package import Failures
package import OAuth

/// One refresh; `version` tells whether its result is still wanted when it comes.
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
    /// `sent` is when the request went out.
    case granted(IssuedTokens, sent: Moment)
    /// What that means for the grant is decided by the failure's code.
    case failed(Failure)
}
