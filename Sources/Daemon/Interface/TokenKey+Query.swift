import APIServer
import Grants
import OAuth

extension TokenKey {
    /// The token that a request asks for; nil if its scope or its resource is malformed.
    init?(_ query: TokenQuery) {
        guard query.token != nil || query.scope != nil || query.resource != nil else {
            self.init(account: query.account)
            return
        }
        if let name = query.token {
            self.init(account: query.account, token: .named(name))
            return
        }
        // One order, so that equal scopes are the same token.
        let scope = query.scope.map { Scope(strictly: $0)?.sorted }
        if let scope, scope == nil { return nil }
        if let resource = query.resource, !ResourceIndicator.isValid(resource) { return nil }
        self.init(
            account: query.account,
            token: .scoped((scope ?? nil) ?? Scope([]), resource: query.resource.map { [$0] } ?? []))
    }

    /// The token as messages name it, such as `mail/graph`.
    var shown: String {
        if case .named(let name) = token { "\(account)/\(name)" } else { account }
    }
}
