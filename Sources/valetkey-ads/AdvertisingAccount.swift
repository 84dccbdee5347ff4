import CommandKit
import Dispatch
import HTTPTransport
import MicrosoftAdvertising
import OAuth
import SocketClient
import SocketContract

/// One account as the daemon knows it, and its credentials as the daemon gives them. The client blocks, so it is kept
/// off the cooperative pool.
struct AdvertisingAccount: CredentialSource {
    let name: String
    let preset: Provider
    let environment: AdvertisingEnvironment
    /// The scope of the token in hand.
    let scope: [String]
    private let client: SocketClient

    private static let queue = DispatchQueue(label: "valetkey.ads.socket")

    init(_ name: String, _ client: SocketClient) async throws(CommandFailure) {
        let report = try await Self.ask(client) { client throws(ClientFailure) in try client.account(name) }
        let preset = report.provider.flatMap(Provider.named)
        guard let preset, let environment = preset.advertisingEnvironment else {
            throw CommandFailure(
                "\(name) has no provider of Microsoft Advertising",
                hint: "state provider = \"microsoft-advertising\" in [accounts.\(name)], then run: valetkey reload",
                code: Exit.configuration)
        }
        self.name = name
        self.preset = preset
        self.environment = environment
        scope = report.scope
        self.client = client
    }

    func headers() async throws(CommandFailure) -> AdvertisingHeaders {
        try await Self.ask(client) { [name] client throws(ClientFailure) in try client.advertisingHeaders(name) }
    }

    func credentials() async throws -> ServiceCredentials {
        let headers = try await headers()
        return ServiceCredentials(
            accessToken: Secret(headers.authenticationToken), developerToken: Secret(headers.developerToken),
            identityProvider: headers.identityProvider)
    }

    func renew() async throws {
        _ = try await Self.ask(client) { [name] client throws(ClientFailure) in try client.refresh(name) }
    }

    func choose(_ account: AdvertiserAccount) async throws(CommandFailure) {
        let customer = AdvertisingCustomer(customerID: account.customerID, customerAccountID: account.id)
        _ = try await Self.ask(client) { [name] client throws(ClientFailure) in
            try client.chooseCustomer(name, customer)
        }
    }

    var remedy: FaultRemedy {
        FaultRemedy(
            account: name, environment: environment, scope: scope, wantedScope: preset.advertisingScope,
            isGoogle: preset.advertisingIdentityProvider == "Google")
    }

    private static func ask<Value: Sendable>(
        _ client: SocketClient, _ question: @escaping @Sendable (SocketClient) throws(ClientFailure) -> Value
    ) async throws(CommandFailure) -> Value {
        let result = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(
                    returning: Result { () throws(ClientFailure) in try question(client) })
            }
        }
        switch result {
        case .success(let value): return value
        case .failure(let failure): throw CommandFailure(failure)
        }
    }
}
