import Synchronization

/// Holds the current access tokens for readers. Reading takes only a short lock: no suspension, no disk, no network.
package final class TokenBoard: Sendable {
    private struct State {
        var tokens: [TokenKey: ServedToken] = [:]
        /// The tokens that nobody has read by `readToken` since they were published.
        var unread: Set<TokenKey> = []
        var follower: (@Sendable (TokenKey) -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    package func token(of key: TokenKey) -> ServedToken? {
        state.withLock { $0.tokens[key] }
    }

    /// The token, and whether this is the first time that it is read since it was published.
    func readToken(of key: TokenKey) -> (token: ServedToken?, isFirst: Bool) {
        state.withLock { ($0.tokens[key], $0.unread.remove(key) != nil) }
    }

    /// Sets the function that is called after each publication. It is called under the keeper's lock, so it must be quick
    /// and must not call the keeper.
    package func follow(_ follower: @escaping @Sendable (TokenKey) -> Void) {
        state.withLock { $0.follower = follower }
    }

    func publish(_ token: ServedToken?, of key: TokenKey) {
        let follower = state.withLock { state in
            state.tokens[key] = token
            if case .scoped = key.token {
                if token == nil { state.unread.remove(key) } else { state.unread.insert(key) }
            }
            return state.follower
        }
        follower?(key)
    }
}
