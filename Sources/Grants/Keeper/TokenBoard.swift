import Synchronization

/// Holds the current access tokens for readers. Reading takes only a short lock: no suspension, no disk, no network.
package final class TokenBoard: Sendable {
    private let tokens = Mutex<[TokenKey: ServedToken]>([:])

    package init() {}

    package func token(of key: TokenKey) -> ServedToken? {
        tokens.withLock { $0[key] }
    }

    func publish(_ token: ServedToken?, of key: TokenKey) {
        tokens.withLock { $0[key] = token }
    }
}
