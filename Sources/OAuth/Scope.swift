import Text

/// A set of scope tokens in the order in which they were written (RFC 6749 section 3.3).
package struct Scope: Sendable, Hashable, CustomStringConvertible {
    package let tokens: [String]

    package init(_ tokens: [String]) {
        var seen: Set<String> = []
        self.tokens = tokens.filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    /// Parses the space-separated form; commas separate too, because some servers use them.
    package init(parsing text: String) {
        self.init(text.split { $0 == " " || $0 == "," }.map(String.init))
    }

    /// Parses the form that requests have: tokens with one space between them (RFC 6749 section 3.3). Returns nil if it
    /// is malformed.
    package init?(strictly text: String) {
        let tokens = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        self.init(tokens)
        guard tokens.allSatisfy({ !$0.isEmpty }), isWellFormed else { return nil }
    }

    /// Whether the scope has tokens, and only of the characters that a scope may have (RFC 6749 section 3.3).
    package var isWellFormed: Bool {
        !isEmpty
            && tokens.allSatisfy { token in
                token.utf8.allSatisfy { octet in
                    (0x21...0x7e).contains(octet) && octet != UInt8(ascii: "\"") && octet != UInt8(ascii: "\\")
                }
            }
    }

    /// The scope with its tokens in one order, so that equal sets are equal.
    package var sorted: Scope { Scope(tokens.sorted()) }

    /// Parses the scope of a reply: a string or a list of strings. Commas separate unless a requested scope contains
    /// one. Returns nil if it contains no scope.
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

    /// The scope without tokens that contain a secret of the request; nil if nothing is left.
    func without(_ mask: SecretMask) -> Scope? {
        let kept = Scope(tokens.filter { !mask.finds(in: $0) })
        return kept.isEmpty ? nil : kept
    }

    package var isEmpty: Bool { tokens.isEmpty }

    /// The space-separated form that is sent in requests.
    package var description: String { tokens.joined(separator: " ") }

    package func contains(_ token: String) -> Bool { tokens.contains(token) }

    /// The tokens of this scope that aren't in `granted`. A wider or reordered grant lacks nothing.
    ///
    /// `offline_access` and the OpenID Connect scopes aren't about access to a resource: servers leave them out of the
    /// reply even if they were granted.
    package func missing(from granted: Scope) -> Scope {
        Scope(tokens.filter { !granted.includes($0) && !Self.notReported.contains($0) })
    }

    /// Whether the scope contains a token. A token that joins several with commas is contained if each of them is.
    private func includes(_ token: String) -> Bool {
        if contains(token) { return true }
        let parts = token.split(separator: ",")
        guard parts.count > 1 else { return false }
        let mine = Set(tokens.flatMap { $0.split(separator: ",") })
        return parts.allSatisfy(mine.contains)
    }

    /// Whether the scope has only tokens that servers leave out of their replies.
    package var isUnreported: Bool { tokens.allSatisfy(Self.notReported.contains) }

    private static let notReported: Set<String> = ["offline_access", "openid", "profile", "email"]
}
