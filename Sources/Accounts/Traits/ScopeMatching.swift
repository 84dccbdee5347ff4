package import OAuth

/// How the scopes that a server reports as granted are compared with the requested ones.
package enum ScopeMatching: String, Sendable, Hashable, CaseIterable {
    /// Exact comparison (RFC 6749 section 3.3).
    case exact
    case ignoreCase = "ignore_case"
    /// As `ignoreCase`; in addition, a scope may have or lack its resource, and `RESOURCE/.default` stands for all that
    /// was granted for the resource.
    case resourcePrefix = "resource_prefix"

    /// Returns the granted scope in the spelling in which it was requested. Scopes that weren't requested remain
    /// unchanged.
    package func granted(_ granted: Scope, asked: Scope) -> Scope {
        if self == .exact { return granted }
        let named = granted.tokens.map { token in
            asked.contains(token) ? token : asked.tokens.first { isSame(token, $0) } ?? token
        }
        let defaults = asked.tokens.filter { wanted in
            named.contains { stands(for: wanted, $0) }
        }
        return Scope(named + defaults)
    }

    private func isSame(_ one: String, _ other: String) -> Bool {
        let (one, other) = (one.lowercased(), other.lowercased())
        if one == other { return true }
        guard self == .resourcePrefix else { return false }
        let (first, second) = (Self.parts(one), Self.parts(other))
        // Scopes of two different resources are never the same.
        guard first.resource == nil || second.resource == nil || first.resource == second.resource else { return false }
        return first.name == second.name && first.name != Self.everything
    }

    /// Whether a granted scope is covered by a requested `RESOURCE/.default`.
    private func stands(for wanted: String, _ granted: String) -> Bool {
        guard self == .resourcePrefix else { return false }
        let (asked, given) = (Self.parts(wanted.lowercased()), Self.parts(granted.lowercased()))
        guard asked.name == Self.everything, !Scope([granted]).isUnreported else { return false }
        return given.resource == nil || given.resource == asked.resource
    }

    private static let everything = ".default"

    /// Splits a scope into the resource's URI or id, which is followed by one slash or two, and the name.
    private static func parts(_ scope: String) -> (resource: Substring?, name: Substring) {
        guard let slash = scope.lastIndex(of: "/") else { return (nil, scope[...]) }
        var resource = scope[..<slash]
        while resource.hasSuffix("/") { resource.removeLast() }
        return (resource, scope[scope.index(after: slash)...])
    }
}
