import APIClient
import APIContract
import Dispatch

/// The socket's client, which blocks, kept off the cooperative pool.
struct DaemonClient: Sendable {
    private let client: SocketClient
    private let queue = DispatchQueue(label: "valetkey.demo.socket")

    init(path: String) {
        client = SocketClient(path: path)
    }

    /// Asks until the daemon answers. False where it doesn't within `limit`.
    func waitUntilReady(within limit: Duration) async throws -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while clock.now < end {
            let isReady = await ask { client in (try? client.health())?.status == "ok" }
            if isReady { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    func startConsent() async throws -> ConsentReport {
        try await call { client throws(ClientFailure) in try client.startConsent(DemoAccount.name, flow: .loopback) }
    }

    /// The consent's state, a second later at the latest.
    func consent() async throws -> ConsentReport {
        try await call { client throws(ClientFailure) in try client.consent(DemoAccount.name, wait: 1) }
    }

    func account() async throws -> AccountReport {
        try await call { client throws(ClientFailure) in try client.account(DemoAccount.name) }
    }

    func token() async throws -> TokenAnswer {
        try await call { client throws(ClientFailure) in try client.tokenAnswer(DemoAccount.name, wait: 5) }
    }

    private func call<Value: Sendable>(
        _ body: @escaping @Sendable (SocketClient) throws(ClientFailure) -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        let result = await ask { client -> Result<Value, ClientFailure> in
            do throws(ClientFailure) {
                return .success(try body(client))
            } catch {
                return .failure(error)
            }
        }
        do {
            return try result.get()
        } catch {
            throw DemoFailure.daemon(Self.words(error))
        }
    }

    private func ask<Value: Sendable>(_ body: @escaping @Sendable (SocketClient) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body(client)) }
        }
    }

    private static func words(_ failure: ClientFailure) -> String {
        switch failure {
        case .notReachable(let path, let reason): "the daemon is not reachable on \(path): \(reason)"
        case .hungUp: "the daemon closed the connection"
        case .timedOut: "the daemon did not answer in time"
        case .interrupted: "stopped"
        case .protocolError(let text): "the daemon's answer is not understood: \(text)"
        case .problem(let problem): "the daemon says: \(problem.detail)"
        }
    }
}
