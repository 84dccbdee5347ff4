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

    /// Whether the text has a quote at one end, or a blank inside: it may have been copied with too much or too little.
    package var isSoiled: Bool {
        let quotes = "\"'`“”„«»"
        return contains(where: \.isWhitespace) || first.map(quotes.contains) == true
            || last.map(quotes.contains) == true
    }

    /// Whether the text is or contains a placeholder, as examples have it in place of a value: `<your token>`,
    /// `YOUR_SECRET`, `TokenGoesHere`.
    package var isExample: Bool {
        let small = lowercased()
        if ["goeshere", "placeholder", "your_", "your-", "your "].contains(where: small.contains) { return true }
        let nouns = ["your", "token", "secret", "key", "id", "value", "password", "client", "here"]
        return small.matches(of: #/<([a-z _.-]+)>/#).contains { match in
            nouns.contains { match.1.contains($0) }
        }
    }
}

extension Sequence<UInt8> {
    /// Whether the octets are UTF-16, as some editors and shells save text: with a byte order mark, or with every other
    /// octet zero.
    package var isUTF16: Bool {
        let octets = Array(self)
        guard octets.count > 1 else { return false }
        if octets.starts(with: [0xff, 0xfe]) || octets.starts(with: [0xfe, 0xff]) { return true }
        return [0, 1].contains { start in
            stride(from: start, to: octets.count, by: 2).allSatisfy { octets[$0] == 0 }
        }
    }
}
