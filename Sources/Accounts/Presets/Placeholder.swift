/// A variable part of a preset's addresses: `{region}` is replaced by the value of the account's key `region`.
package struct Placeholder: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Part of a host name or of a path: letters, digits, dots, hyphens and underscores.
        case name
        /// A host, optionally with a port; a leading `https://` and a trailing slash are removed.
        case host
        /// An https URL without a query; a trailing slash is removed.
        case url
        /// One of a few words, each with the text that replaces the placeholder.
        case choice([Choice])
    }

    package struct Choice: Sendable, Hashable {
        package var word: String
        package var text: String

        package init(_ word: String, _ text: String) {
            self.word = word
            self.text = text
        }
    }

    package var name: String
    package var kind: Kind
    /// The default value; nil if the account must state one.
    package var usual: String?
    /// For people: what value to configure.
    package var hint: String

    package init(_ name: String, _ kind: Kind = .name, usual: String? = nil, hint: String) {
        self.name = name
        self.kind = kind
        self.usual = usual
        self.hint = hint
    }

    /// Returns the text that replaces the placeholder for a configured value; nil if the value is invalid.
    package func text(for value: String) -> String? {
        switch kind {
        case .name: return Self.isName(value) ? value : nil
        case .host:
            let bare = Self.withoutSlash(
                value.hasPrefix(Self.scheme) ? String(value.dropFirst(Self.scheme.count)) : value)
            let parts = bare.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let isPortGood = parts.count == 1 || UInt16(parts[1]).map { $0 > 0 } == true
            return Self.isName(String(parts[0])) && isPortGood ? bare : nil
        case .url:
            let bare = Self.withoutSlash(value)
            return bare.hasPrefix(Self.scheme) && bare.count > Self.scheme.count && !bare.contains("?") ? bare : nil
        case .choice(let choices): return choices.first { $0.word == value }?.text
        }
    }

    private static let scheme = "https://"

    private static func withoutSlash(_ text: String) -> String { text.hasSuffix("/") ? String(text.dropLast()) : text }

    /// A leading dot is refused, because `.` and `..` would change the path.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && text.utf8.allSatisfy(isNameOctet)
    }

    private static func isNameOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
