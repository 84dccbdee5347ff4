import Configuration
import GrantStore
import Grants
import OAuth
import SocketContract

/// What requests to the Microsoft Advertising API need beside an access token.
struct AdvertisingDesk: Sendable {
    let secrets: SecretReader
    let customers: CustomerStore

    /// The headers around an access token.
    func headers(
        around accessToken: String, of settings: AccountSettings
    ) async -> Result<AdvertisingHeaders, Problem> {
        guard let preset = settings.advertisingPreset else { return .failure(.noAdvertising(settings)) }
        let developerToken: Secret
        do throws(Problem) {
            developerToken = try await self.developerToken(of: settings, preset)
        } catch {
            return .failure(error)
        }
        let choice = await customers.load(account: settings.name)
        return .success(
            AdvertisingHeaders(
                authenticationToken: accessToken, developerToken: developerToken.expose(),
                customerID: choice?.customerID, customerAccountID: choice?.customerAccountID,
                identityProvider: preset.advertisingIdentityProvider))
    }

    func choose(
        _ customer: AdvertisingCustomer, for settings: AccountSettings
    ) async -> Result<AdvertisingCustomer, Problem> {
        guard settings.advertisingPreset != nil else { return .failure(.noAdvertising(settings)) }
        let choice = CustomerStore.Choice(
            customerID: customer.customerID, customerAccountID: customer.customerAccountID)
        do throws(GrantFailure) {
            try await customers.save(choice, account: settings.name)
            return .success(customer)
        } catch {
            return .failure(
                Problem(
                    status: 503, title: "Can't be kept", code: .unavailable, detail: error.detail, hint: error.hint,
                    retryAfter: 10))
        }
    }

    /// The choice was of the user who has logged out.
    func forget(_ account: String) async {
        await customers.erase(account: account)
    }

    private func developerToken(
        of settings: AccountSettings, _ preset: Provider
    ) async throws(Problem) -> Secret {
        guard let source = settings.developerToken else {
            guard let universal = preset.advertisingEnvironment?.universalDeveloperToken else {
                throw Problem(
                    status: 409, title: "Configuration error", code: .configurationError,
                    detail: "[accounts.\(settings.name)] has no developer_token",
                    hint: "a Super Admin gets one at https://developers.ads.microsoft.com/Account; write "
                        + "developer_token = { file = \"…\" }, then run: valetkey reload")
            }
            return universal
        }
        do throws(SecretFault) {
            return try await secrets.read(source)
        } catch {
            throw Problem(
                status: 409, title: "Configuration error", code: .configurationError,
                detail: "the developer token of \(settings.name) can't be read: \(error)", hint: error.hint)
        }
    }
}

extension AccountSettings {
    /// The preset, where it serves the Microsoft Advertising API.
    var advertisingPreset: Provider? {
        self.provider.flatMap(Provider.named).flatMap { $0.servesMicrosoftAdvertising ? $0 : nil }
    }
}

extension Problem {
    fileprivate static func noAdvertising(_ settings: AccountSettings) -> Problem {
        let names = Provider.all.filter { $0.servesMicrosoftAdvertising && $0.successor == nil }.map(\.name)
        return Problem(
            status: 409, title: "No Microsoft Advertising account", code: .configurationError,
            detail: "\(settings.name) has no provider of Microsoft Advertising",
            hint: "in [accounts.\(settings.name)], state one of the providers \(names.joined(separator: ", "))")
    }
}
