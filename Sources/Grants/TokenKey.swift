package import OAuth

/// Names one access token: the account whose grant it comes from and, below it, which of that grant's tokens.
package struct TokenKey: Sendable, Hashable {
    package enum Token: Sendable, Hashable {
        /// The one that the account's own settings describe.
        case main
        /// One that the configuration names below the account.
        indirect case named(String)
        /// One that was asked for by what it is good for (RFC 6749 section 3.3, RFC 8707 section 2).
        indirect case scoped(Scope, resource: [String])
    }

    package let account: String
    package let token: Token

    package init(account: String, token: Token = .main) {
        self.account = account
        self.token = token
    }
}
