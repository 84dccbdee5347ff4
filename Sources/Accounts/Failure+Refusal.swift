package import Failures
package import FoundationEssentials
package import OAuth

extension Failure {
    /// A request of this account was refused by the authorization server. `reading` is a vendor's more precise
    /// interpretation of the error, which takes precedence over the table of failure codes.
    package init(
        _ error: OAuthError, account: String, reading: VendorReading? = nil, retryAfter: Duration? = nil, at: Date
    ) {
        let code = reading?.code ?? error.code
        let least = reading?.pause ?? (code == .throttled ? Self.throttled : nil)
        self.init(
            code, said: code == .unlistedError ? error.word : nil, "the authorization server says \(error)",
            hint: reading?.remedy, account: account, retryAfter: [least, retryAfter].compactMap { $0 }.max(), at: at)
        knownMeaning = reading?.meaning
        isLasting = reading?.meaning == .configuration
        refusesTarget = reading?.refusesTarget ?? false
        claims = error.claims
    }

    /// The least time to wait after throttling: servers also count requests that are repeated too early.
    private static let throttled = Duration.seconds(60)

    /// The id_token that came with the tokens is rejected.
    package init(_ fault: IdentityFault, account: String, at: Date) {
        let clock = "check this machine's clock, then run: valetkey login \(account)"
        self.init(
            .idTokenNotBelieved, "the id_token isn't believed: \(fault)", hint: fault.isOfClock ? clock : nil,
            account: account, at: at)
        if case .tenant = fault {
            hint =
                "sign in with an account of that tenant, or correct tenant in [accounts.\(account)]: "
                + "valetkey login \(account)"
        }
    }

    /// The authorization server issued no refresh token, so the access token can't be replaced without a new consent.
    package static func noRefreshToken(_ account: String, at: Date) -> Failure {
        Failure(
            .noRefreshToken, "the authorization server gave no refresh token: the access token can't be refreshed",
            account: account, at: at)
    }
}
