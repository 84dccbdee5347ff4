import Text

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

    /// As a reply has it: one text or a list of them. Commas separate where nothing that was asked for holds one. nil
    /// where it names nothing.
    init?(_ value: ReplyObject.Value, asked: Scope) {
        let texts: [String] =
            switch value {
            case .text(let text): [text]
            case .list(let values): values.compactMap(\.text)
            default: []
            }
        let hasCommas = asked.tokens.contains { $0.contains(",") }
        self.init(
            texts.flatMap { text in
                text.split { $0.isWhitespace || ($0 == "," && !hasCommas) }.map(String.init)
            })
        if isEmpty { return nil }
    }

    /// Without what holds a secret of the request; nil where that leaves nothing.
    func without(_ mask: SecretMask) -> Scope? {
        let kept = Scope(tokens.filter { !mask.finds(in: $0) })
        return kept.isEmpty ? nil : kept
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
        Scope(tokens.filter { !granted.includes($0) && !Self.notReported.contains($0) })
    }

    /// Whether a token is here. One that joins several by commas is, where each of them is.
    private func includes(_ token: String) -> Bool {
        if contains(token) { return true }
        let parts = token.split(separator: ",")
        guard parts.count > 1 else { return false }
        let mine = Set(tokens.flatMap { $0.split(separator: ",") })
        return parts.allSatisfy(mine.contains)
    }

    /// Whether all of it is of the kind that servers leave out of their replies.
    package var isUnreported: Bool { tokens.allSatisfy(Self.notReported.contains) }

    private static let notReported: Set<String> = ["offline_access", "openid", "profile", "email"]
}
