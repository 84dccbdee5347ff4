import APIServer
import Grants
import OAuth
import Synchronization
import Text

extension HandedToken {
    init(_ token: ServedToken, now: Instant) {
        self.init(token.content, validity: token.expires.map { $0 - now })
    }
}

extension ServedToken {
    /// What readers get of it, made for the first of them.
    fileprivate var content: TokenContent {
        shared.withLock { shared in
            if let known = shared as? TokenContent { return known }
            let made = TokenContent(
                accessToken: accessToken.expose(), tokenType: tokenType, scope: scope.tokens, extra: extra)
            shared = made
            return made
        }
    }
}
