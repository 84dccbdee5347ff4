package import Failures
package import FoundationEssentials
package import OAuth

extension Failure {
    /// The authorization server's refusal of a request for this account. `reading` is what a vendor knows better than
    /// the table.
    package init(
        _ error: OAuthError, account: String, reading: VendorReading? = nil, retryAfter: Duration? = nil, at: Date
    ) {
        self.init(
            error.code, said: error.word == error.code.rawValue ? nil : error.word,
            "the authorization server says \(error)", hint: reading?.remedy, account: account,
            retryAfter: [reading?.pause, retryAfter].compactMap { $0 }.max(), at: at)
        knownMeaning = reading?.meaning
    }

    /// The tokens came with an id_token that isn't believed.
    package init(_ fault: IdentityFault, account: String, at: Date) {
        self.init(.idTokenNotBelieved, "the id_token isn't believed: \(fault)", account: account, at: at)
    }

    /// The authorization server gave no refresh token: the access token is the last one without a new consent.
    package static func noRefreshToken(_ account: String, at: Date) -> Failure {
        Failure(
            .noRefreshToken, "the authorization server gave no refresh token: the access token can't be refreshed",
            account: account, at: at)
    }
}
