package import APIContract
package import Accounts
import Failures
package import MicrosoftAdvertisingContract
import MicrosoftAdvertisingPresets
package import Secrets
import Text

/// Provides what requests to the Microsoft Advertising API need besides an access token.
package struct AdvertisingDesk: Sendable {
    let secrets: SecretReader
    let customers: CustomerStore

    package init(secrets: SecretReader, customers: CustomerStore) {
        self.secrets = secrets
        self.customers = customers
    }

    /// Returns the headers with this access token, for the customer in `wish`, else for the chosen one.
    package func headers(
        around accessToken: String, of settings: AccountSettings, for wish: CustomerWish? = nil
    ) async -> Result<AdvertisingHeaders, Problem> {
        guard let preset = AdvertisingPreset.of(settings) else { return .failure(.noAdvertising(settings)) }
        let developerToken: Secret
        do throws(Problem) {
            developerToken = try await self.developerToken(of: settings, preset)
        } catch {
            return .failure(error)
        }
        var headers = AdvertisingHeaders(
            authenticationToken: accessToken, developerToken: developerToken.expose(),
            identityProvider: preset.identityProvider)
        if let wish {
            (headers.customerID, headers.customerAccountID) = (wish.customerID, wish.customerAccountID)
        } else if let choice = await customers.load(account: settings.name) {
            (headers.customerID, headers.customerAccountID) = (choice.customerID, choice.customerAccountID)
        }
        return .success(headers)
    }

    package func choose(
        _ customer: AdvertisingCustomer, for settings: AccountSettings
    ) async -> Result<AdvertisingCustomer, Problem> {
        guard AdvertisingPreset.of(settings) != nil else { return .failure(.noAdvertising(settings)) }
        let choice = CustomerStore.Choice(
            customerID: customer.customerID, customerAccountID: customer.customerAccountID)
        do throws(Failure) {
            try await customers.save(choice, account: settings.name)
            return .success(customer)
        } catch {
            return .failure(
                Problem(
                    .temporarilyUnavailable, error.detail, hint: error.hint,
                    retryAfter: 10))
        }
    }

    /// Deletes the customer that was chosen by the user, who has logged out.
    package func forget(_ account: String) async {
        await customers.erase(account: account)
    }

    private func developerToken(
        of settings: AccountSettings, _ preset: AdvertisingPreset
    ) async throws(Problem) -> Secret {
        guard let source = settings.vendorSecrets[MicrosoftAdvertising.developerTokenKey] else {
            guard let universal = preset.environment.universalDeveloperToken else {
                throw Problem(
                    .configurationError,
                    "[accounts.\(settings.name)] has no developer_token",
                    hint: "\(MicrosoftAdvertising.tokenPlace); write "
                        + "developer_token = { file = \"…\" }, then run: valetkey reload")
            }
            return universal
        }
        let token: Secret
        do throws(SecretFault) {
            token = try await secrets.read(source)
        } catch {
            throw Problem(
                .configurationError,
                "the developer token of \(settings.name) can't be read: \(error)", hint: error.hint)
        }
        if let objection = MicrosoftAdvertising.objection(to: token) {
            throw Problem(
                .configurationError, "the developer token of \(settings.name) \(objection)",
                hint: MicrosoftAdvertising.cleanToken)
        }
        return token
    }
}

extension Problem {
    fileprivate static func noAdvertising(_ settings: AccountSettings) -> Problem {
        let names = AdvertisingPreset.all.filter { $0.provider.successor == nil }.map(\.provider.name)
        return Problem(
            .configurationError,
            "\(settings.name) has no provider of Microsoft Advertising",
            hint: "in [accounts.\(settings.name)], state one of the providers \(names.joined(separator: ", "))")
    }
}
