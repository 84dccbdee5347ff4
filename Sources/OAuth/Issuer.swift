/// The issuer identifier of an authorization server (RFC 8414 section 2), for comparison with the issuer that a
/// document or token names.
package struct Issuer: Sendable, Hashable {
    package var name: String
    /// Another name that the server may use for itself, in which `{tenantid}` stands for any tenant, the same one each
    /// time it occurs. A preset or the account states it.
    package var template: String?

    package init(_ name: String, template: String? = nil) {
        self.name = name
        self.template = template
    }

    /// Whether a name received from outside is this issuer's. The comparison is exact. The template matches every
    /// tenant, unless this issuer's own name contains a tenant's id.
    package func matches(_ other: String) -> Bool {
        if other == name { return true }
        guard let tenant = tenant(in: other), tenant == tenant.lowercased() else { return false }
        return otherTenant(in: other) == nil
    }

    /// The tenant in this issuer's own name, at the position of `{tenantid}` in the template.
    package var tenant: String? { tenant(in: name) }

    /// The tenant in a name received from outside, if it differs from this issuer's tenant; else nil. Also nil if this
    /// issuer's tenant isn't an id, because such a name may be an alias of any tenant.
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

    /// Whether the text has the form of a UUID (RFC 9562 section 4).
    private static func isID(_ tenant: String) -> Bool {
        let groups = tenant.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }
}

extension EndpointURL {
    /// The URL of an issuer, which has neither query nor fragment (RFC 8414 section 2); nil if the text is none.
    package init?(issuer text: String) {
        guard let url = try? EndpointURL(text), !text.contains("?") else { return nil }
        self = url
    }
}
