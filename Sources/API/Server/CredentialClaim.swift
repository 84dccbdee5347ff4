import Text

/// What a service manager says where it fetches a credential for a unit (`LoadCredential=`, systemd.exec(5)): it
/// connects from the abstract address `\0RANDOM/unit/UNIT/CREDENTIAL`, sends nothing, and expects the bare content.
///
/// Any program can choose such an address, so it is a claim as those of `CallerClaims` are: the user of the connection
/// decides.
package struct CredentialClaim: Sendable, Hashable {
    package var unit: String
    package var credential: String

    package init(unit: String, credential: String) {
        self.unit = unit
        self.credential = credential
    }

    /// `address` is what follows the family in the socket address; nil for any other address.
    init?(address: [UInt8]) {
        guard address.first == 0 else { return nil }
        let parts = address.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1].elementsEqual("unit".utf8), !parts[2].isEmpty, !parts[3].isEmpty else {
            return nil
        }
        unit = UntrustedText.clean(String(decoding: parts[2], as: UTF8.self), limit: 120)
        credential = UntrustedText.clean(String(decoding: parts[3], as: UTF8.self), limit: 120)
    }
}
