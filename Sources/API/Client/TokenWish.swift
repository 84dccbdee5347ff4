import APIContract

/// Which access token a caller wants, and how fresh.
package struct TokenWish: Sendable, Hashable {
    package var account: String
    /// The name of one of the account's further tokens.
    package var token: String?
    /// The scope of a token that isn't configured.
    package var scope: String?
    /// The resource of a token that isn't configured.
    package var resource: String?
    /// Seconds that the token must still be valid.
    package var minTTL: Int?
    package var isFresh: Bool

    package init(
        _ account: String, token: String? = nil, scope: String? = nil, resource: String? = nil, minTTL: Int? = nil,
        isFresh: Bool = false
    ) {
        self.account = account
        self.token = token
        self.scope = scope
        self.resource = resource
        self.minTTL = minTTL
        self.isFresh = isFresh
    }

    /// Parses `ACCOUNT` or `ACCOUNT/TOKEN`, as people type it.
    package init(parsing text: String) {
        let slash = text.utf8.firstIndex(of: UInt8(ascii: "/"))
        self.init(
            String(text[..<(slash ?? text.endIndex)]), token: slash.map { String(text[text.utf8.index(after: $0)...]) })
    }

    /// The path and query of the request.
    func target(wait: Int, at place: String = "token") -> String {
        var target = "/\(place)/\(SocketClient.segment(account))"
        if let token { target += "/\(SocketClient.segment(token))" }
        var mark = "?"
        func ask(_ parameter: String) {
            target += mark + parameter
            mark = "&"
        }
        // A path without a query is found without taking it apart.
        if wait != TokenAnswer.usualWait { ask("wait=\(wait)") }
        if let minTTL { ask("min_ttl=\(minTTL)") }
        if isFresh { ask("fresh=true") }
        if let scope { ask("scope=\(SocketClient.segment(scope))") }
        if let resource { ask("resource=\(SocketClient.segment(resource))") }
        return target
    }
}
