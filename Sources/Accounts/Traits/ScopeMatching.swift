package import OAuth

/// When a scope that a server says it granted is one that was asked for.
package enum ScopeMatching: String, Sendable, Hashable, CaseIterable {
    /// Letter by letter (RFC 6749 section 3.3).
    case exact
    case ignoreCase = "ignore_case"
    /// Besides, a scope may stand with its resource or without, and `RESOURCE/.default` is all that was granted there.
    case resourcePrefix = "resource_prefix"

    /// What was granted, in the words in which it was asked for. What nobody asked for stays as it is.
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
        // With two resources the texts would have been the same.
        guard first.resource == nil || second.resource == nil || first.resource == second.resource else { return false }
        return first.name == second.name && first.name != Self.everything
    }

    /// Whether one granted scope is of those that `RESOURCE/.default` asks for.
    private func stands(for wanted: String, _ granted: String) -> Bool {
        guard self == .resourcePrefix else { return false }
        let (asked, given) = (Self.parts(wanted.lowercased()), Self.parts(granted.lowercased()))
        guard asked.name == Self.everything, !Scope([granted]).isUnreported else { return false }
        return given.resource == nil || given.resource == asked.resource
    }

    private static let everything = ".default"

    /// A resource's scope begins with the resource's URI, with one slash or two behind it, or with its id.
    private static func parts(_ scope: String) -> (resource: Substring?, name: Substring) {
        guard let slash = scope.lastIndex(of: "/") else { return (nil, scope[...]) }
        var resource = scope[..<slash]
        while resource.hasSuffix("/") { resource.removeLast() }
        return (resource, scope[scope.index(after: slash)...])
    }
}
