import APIClient
import APIContract
import Console

/// What the demonstration asks of its daemon.
struct DaemonClient: Sendable {
    private let client: SocketClient

    init(path: String) {
        client = SocketClient(path: path)
    }

    /// Asks until the daemon answers. False where it doesn't within `limit`.
    func waitUntilReady(within limit: Duration) async throws -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while clock.now < end {
            let health = try? await client.ask { client throws(ClientFailure) in try client.health() }
            if health?.status == "ok" { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// Connects to the account's events, and returns once the daemon has answered. Blocks the thread.
    func subscribe() throws(ClientFailure) -> EventSubscription {
        try EventSubscription(client, account: DemoAccount.name, stop: -1)
    }

    func startConsent() async throws -> ConsentReport {
        try await call { client throws(ClientFailure) in
            try client.startConsent(DemoAccount.name, ConsentRequest(flow: .loopback))
        }
    }

    /// The consent's state, a second later at the latest.
    func consent() async throws -> ConsentReport {
        try await call { client throws(ClientFailure) in try client.consent(DemoAccount.name, wait: 1) }
    }

    func account() async throws -> AccountReport {
        try await call { client throws(ClientFailure) in try client.account(DemoAccount.name) }
    }

    func token() async throws -> TokenAnswer {
        try await call { client throws(ClientFailure) in try client.tokenAnswer(TokenWish(DemoAccount.name), wait: 5) }
    }

    private func call<Value: Sendable>(
        _ question: @escaping @Sendable (SocketClient) throws(ClientFailure) -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        do throws(ClientFailure) {
            return try await client.ask(question)
        } catch {
            throw DemoFailure.daemon(CommandFailure(error).message)
        }
    }
}
