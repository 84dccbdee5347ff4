/// Where the key of the stored grants is kept.
package enum KeyKind: String, Sendable, Hashable, CaseIterable {
    /// A file apart from the grants.
    case file
    /// A credential that systemd passes to the unit.
    case credential
    /// A file that is sealed with a passphrase, which a person types after each start.
    case passphrase
    /// The desktop's keyring.
    case secretService = "secret-service"
}
