/// The name of an authorization server (RFC 8414 section 2), to compare what arrives with.
package struct Issuer: Sendable, Hashable {
    package var name: String
    /// What the server may call itself instead, with `{tenantid}` for any tenant: a fact of a preset.
    package var template: String?

    package init(_ name: String, template: String? = nil) {
        self.name = name
        self.template = template
    }

    /// Whether a name that came from outside is that of this issuer. The comparison is exact; the template stands for
    /// every tenant.
    package func matches(_ other: String) -> Bool {
        if other == name { return true }
        guard let parts = template?.split(separator: "{tenantid}", maxSplits: 1), parts.count == 2 else { return false }
        guard other.hasPrefix(parts[0]), other.hasSuffix(parts[1]) else { return false }
        let tenant = other.dropFirst(parts[0].count).dropLast(parts[1].count)
        return !tenant.isEmpty && other.count >= parts[0].count + parts[1].count
            && tenant.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x2d }
    }
}
