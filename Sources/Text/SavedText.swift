/// Handles text as editors save it and people copy it.
extension String {
    /// The text without leading and trailing blanks, including invisible ones.
    package var unblanked: String {
        let isBlank = { (scalar: Unicode.Scalar) in
            scalar.properties.isWhitespace || ["\u{feff}", "\u{200b}", "\u{2060}"].contains(scalar)
        }
        let scalars = unicodeScalars.drop(while: isBlank)
        guard let last = scalars.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(scalars[...last])
    }

    /// Whether the text is enclosed in quotes.
    package var isQuoted: Bool {
        let pairs: [(Character, Character)] = [
            ("\"", "\""), ("'", "'"), ("`", "`"), ("“", "”"), ("„", "“"), ("«", "»"),
        ]
        return count > 1 && pairs.contains { first == $0.0 && last == $0.1 }
    }
}
