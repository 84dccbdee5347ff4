package import Accounts
package import Failures
import OAuth

extension ProviderCatalogue {
    /// The failure to report where the vendor's API is known to refuse the token's scope; nil where it isn't.
    package func refusedScope(_ grant: Grant, of settings: AccountSettings) -> Failure? {
        refusal(of: grant.scope, by: settings).map {
            Failure(.refusedScope, $0.detail, hint: $0.hint, at: grant.issued.wall)
        }
    }
}
