import APIClient
import APIContract
import Accounts
import Console
import Failures
import HTTPTransport
import MicrosoftAdvertisingClient
import MicrosoftAdvertisingContract
import MicrosoftAdvertisingPresets
import MicrosoftAdvertisingService
import OAuth
import Text

/// An account of the daemon as the source of credentials for the API.
struct AdvertisingAccount: CredentialSource {
    let name: String
    let preset: AdvertisingPreset
    /// The scope of the current token.
    let scope: [String]
    /// The customer that calls are made for, instead of the chosen one.
    var wish: CustomerWish?
    private let client: SocketClient

    init(_ name: String, _ client: SocketClient) async throws(CommandFailure) {
        let report = try await Self.ask(client) { client throws(ClientFailure) in try client.account(name) }
        guard let preset = report.provider.flatMap(AdvertisingPreset.named) else {
            throw CommandFailure(
                .configurationError, "\(name) has no provider of Microsoft Advertising",
                hint: "state provider = \"microsoft-advertising\" in [accounts.\(name)], then run: valetkey reload")
        }
        self.name = name
        self.preset = preset
        scope = report.scope
        self.client = client
    }

    func headers() async throws(CommandFailure) -> AdvertisingHeaders {
        try await Self.ask(client) { [name, wish] client throws(ClientFailure) in
            try client.advertisingHeaders(name, for: wish)
        }
    }

    func credentials() async throws -> ServiceCredentials {
        let headers = try await headers()
        return ServiceCredentials(
            accessToken: Secret(headers.authenticationToken), developerToken: Secret(headers.developerToken),
            identityProvider: headers.identityProvider, customerID: headers.customerID,
            customerAccountID: headers.customerAccountID)
    }

    func refresh() async throws {
        _ = try await Self.ask(client) { [name] client throws(ClientFailure) in try client.refresh(name) }
    }

    func choose(_ account: AdvertiserAccount) async throws(CommandFailure) {
        guard let customerID = account.customerID else { throw account.hasNoCustomer(in: name) }
        let customer = AdvertisingCustomer(customerID: customerID, customerAccountID: account.id)
        _ = try await Self.ask(client) { [name] client throws(ClientFailure) in
            try client.chooseCustomer(name, customer)
        }
    }

    var remedy: FaultRemedy {
        FaultRemedy(
            account: name, environment: preset.environment, scope: scope, wantedScope: preset.scope,
            isGoogle: preset.identityProvider == "Google")
    }

    private static func ask<Value: Sendable>(
        _ client: SocketClient, _ question: @escaping @Sendable (SocketClient) throws(ClientFailure) -> Value
    ) async throws(CommandFailure) -> Value {
        do throws(ClientFailure) {
            return try await client.ask(question)
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension AdvertiserAccount {
    /// The failure for an account without a known customer. `name` is the account of valetkey, for the hint.
    func hasNoCustomer(in name: String) -> CommandFailure {
        CommandFailure(
            .usage, "the service doesn't say which customer the account \(id) belongs to",
            hint: "valetkey ads user \(name) shows the customers: name one with --customer")
    }
}
