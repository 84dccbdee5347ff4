/// The name of an authorization server (RFC 8414 section 2), to compare what arrives with.
package struct Issuer: Sendable, Hashable {
    package var name: String
    /// What the server may call itself instead, with `{tenantid}` for any tenant, each time the same: a fact of a preset,
    /// or stated by the account.
    package var template: String?

    package init(_ name: String, template: String? = nil) {
        self.name = name
        self.template = template
    }

    /// Whether a name that came from outside is that of this issuer. The comparison is exact; the template stands for
    /// every tenant.
    package func matches(_ other: String) -> Bool {
        if other == name { return true }
        let parts = template?.split(separator: "{tenantid}", omittingEmptySubsequences: false) ?? []
        guard parts.count > 1, other.hasPrefix(parts[0]) else { return false }
        let tenant = String(other.dropFirst(parts[0].count).prefix { $0.utf8.allSatisfy(Self.isTenantOctet) })
        return !tenant.isEmpty && template?.replacing("{tenantid}", with: tenant) == other
    }

    private static func isTenantOctet(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet) || (0x61...0x7a).contains(octet) || octet == 0x2d
    }
}
