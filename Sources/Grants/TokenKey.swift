package import OAuth

/// Identifies one access token: the account whose grant it comes from, and which of that grant's tokens it is.
package struct TokenKey: Sendable, Hashable {
    package enum Token: Sendable, Hashable {
        /// The token that the account's own settings describe.
        case main
        /// A token that the configuration names below the account.
        indirect case named(String)
        /// A token that was requested for a scope and resources (RFC 6749 section 3.3, RFC 8707 section 2).
        indirect case scoped(Scope, resource: [String])
    }

    package let account: String
    package let token: Token

    package init(account: String, token: Token = .main) {
        self.account = account
        self.token = token
    }
}
