package import Accounts
package import Failures
import OAuth

extension ProviderCatalogue {
    /// A token that the vendor's API refuses, told before it does.
    package func refusedScope(_ grant: Grant, of settings: AccountSettings) -> Failure? {
        refusal(of: grant.scope, by: settings).map {
            Failure(.refusedScope, $0.detail, hint: $0.hint, at: grant.issued.wall)
        }
    }
}
