/// A set of scope tokens in the order in which they were written (RFC 6749 section 3.3).
package struct Scope: Sendable, Hashable, CustomStringConvertible {
    package let tokens: [String]

    package init(_ tokens: [String]) {
        var seen: Set<String> = []
        self.tokens = tokens.filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    /// Takes the space-separated form; commas separate too, as some servers write it.
    package init(parsing text: String) {
        self.init(text.split { $0 == " " || $0 == "," }.map(String.init))
    }

    package var isEmpty: Bool { tokens.isEmpty }

    /// Space-separated, as it goes over the wire.
    package var description: String { tokens.joined(separator: " ") }

    package func contains(_ token: String) -> Bool { tokens.contains(token) }

    /// What of this scope isn't in `granted`. A wider or reordered grant lacks nothing.
    ///
    /// `offline_access` and the OpenID Connect scopes ask for things other than access: servers leave them out of the
    /// reply although they were granted.
    package func missing(from granted: Scope) -> Scope {
        Scope(tokens.filter { !granted.contains($0) && !Self.notReported.contains($0) })
    }

    /// Whether all of it is of the kind that servers leave out of their replies.
    package var isUnreported: Bool { tokens.allSatisfy(Self.notReported.contains) }

    private static let notReported: Set<String> = ["offline_access", "openid", "profile", "email"]
}
