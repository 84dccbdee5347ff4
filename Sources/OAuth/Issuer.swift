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
    /// every tenant, unless the issuer's own name has the id of one.
    package func matches(_ other: String) -> Bool {
        if other == name { return true }
        guard let tenant = tenant(in: other), tenant == tenant.lowercased() else { return false }
        return otherTenant(in: other) == nil
    }

    /// The tenant that this issuer's own name has in the template's place.
    package var tenant: String? { tenant(in: name) }

    /// The tenant that a name from outside has, where this issuer's is another one. What isn't an id may be an alias of
    /// any tenant.
    package func otherTenant(in other: String) -> String? {
        guard let mine = tenant, Self.isID(mine), let other = tenant(in: other) else { return nil }
        return other.lowercased() == mine.lowercased() ? nil : other
    }

    private func tenant(in other: String) -> String? {
        let parts = template?.split(separator: "{tenantid}", omittingEmptySubsequences: false) ?? []
        guard parts.count > 1, other.hasPrefix(parts[0]) else { return nil }
        let tenant = String(other.dropFirst(parts[0].count).prefix { $0.utf8.allSatisfy(Self.isTenantOctet) })
        return !tenant.isEmpty && template?.replacing("{tenantid}", with: tenant) == other ? tenant : nil
    }

    private static func isTenantOctet(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet) || (0x61...0x7a).contains(octet | 0x20) || octet == 0x2d
    }

    /// Whether it has the form of RFC 9562 section 4.
    private static func isID(_ tenant: String) -> Bool {
        let groups = tenant.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }
}
