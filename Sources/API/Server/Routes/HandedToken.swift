import HTTPListener
import Synchronization
package import Text

/// An access token for a reader.
package struct HandedToken: Sendable, Equatable {
    /// What all readers of the token are given.
    package let content: TokenContent
    /// nil if the token's lifetime is unknown.
    package let validity: Duration?

    package init(_ content: TokenContent, validity: Duration?) {
        self.content = content
        self.validity = validity
    }

    package var accessToken: String { content.accessToken }
    package var tokenType: String { content.tokenType }
    package var scope: [String] { content.scope }
    package var extra: [String: ExtraMember] { content.extra }
}

/// What doesn't change as long as an access token is served. It is made once a token, and its readers share it.
package final class TokenContent: Sendable, Equatable {
    package let accessToken: String
    package let tokenType: String
    package let scope: [String]
    package let extra: [String: ExtraMember]
    private let rendered = Mutex<RenderedAnswer?>(nil)

    package init(accessToken: String, tokenType: String, scope: [String], extra: [String: ExtraMember] = [:]) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.scope = scope
        self.extra = extra
    }

    package static func == (one: TokenContent, other: TokenContent) -> Bool {
        one.accessToken == other.accessToken && one.tokenType == other.tokenType && one.scope == other.scope
            && one.extra == other.extra
    }

    /// The answer of just the token, made when it is first asked for.
    var plainText: RenderedAnswer {
        rendered.withLock { rendered in
            if let rendered { return rendered }
            let answer = RenderedAnswer(.plainText(accessToken))
            rendered = answer
            return answer
        }
    }
}
