import Synchronization

/// Where readers find the current access tokens: a look takes a lock for a moment, no hop, no disk, no network.
package final class TokenBoard: Sendable {
    private let tokens = Mutex<[String: ServedToken]>([:])

    package init() {}

    package func token(of account: String) -> ServedToken? {
        tokens.withLock { $0[account] }
    }

    func publish(_ token: ServedToken?, of account: String) {
        tokens.withLock { $0[account] = token }
    }
}
