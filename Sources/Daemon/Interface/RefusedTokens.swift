import Grants
import Synchronization

/// When the last refresh of each account began that a server's refusal, or a missing id_token, has caused. A server that
/// refuses every token, or sends no id_token, must not cause a refresh for each request of a program.
final class RefusedTokens: Sendable {
    /// The least time between two such refreshes of an account.
    static let floor = Duration.seconds(30)

    private let refreshes = Mutex<[String: Instant]>([:])

    /// Notes a refresh and returns nil, or returns how long to wait for the next one.
    func take(_ account: String, at now: Instant) -> Duration? {
        refreshes.withLock { refreshes in
            refreshes = refreshes.filter { now - $0.value < Self.floor }
            if let last = refreshes[account] { return Self.floor - (now - last) }
            refreshes[account] = now
            return nil
        }
    }
}
