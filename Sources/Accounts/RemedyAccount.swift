import OAuth

/// The account that a remedy is worded for: its name and, where its settings are at hand, what it has registered.
package struct RemedyAccount: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let name: String
    /// The redirect URI as configured; nil if the settings aren't known.
    package let redirectURI: String?
    /// Whether the client authenticates itself with a secret or a key.
    package let isConfidential: Bool

    /// An account whose settings aren't known.
    package init(named name: String) {
        self.name = name
        redirectURI = nil
        isConfidential = false
    }

    package init(_ settings: AccountSettings) {
        name = settings.name
        redirectURI = settings.redirectURI.text
        isConfidential = settings.client.secret != nil || settings.client.key != nil
    }

    package init(stringLiteral name: String) {
        self.init(named: name)
    }

    package var description: String { name }
}
