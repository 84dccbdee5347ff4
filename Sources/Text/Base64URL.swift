package import FoundationEssentials

/// Base64 for URLs, without padding (RFC 4648 section 5).
package enum Base64URL {
    package static func encode(_ octets: some Sequence<UInt8>) -> String {
        let text = Data(octets).base64EncodedString()
        return String(
            text.compactMap { character in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            })
    }

    /// nil where the text holds a character outside that alphabet.
    package static func decode(_ text: some StringProtocol) -> Data? {
        var standard = ""
        for character in text {
            switch character {
            case "-": standard.append("+")
            case "_": standard.append("/")
            case "+", "/", "=": return nil
            default: standard.append(character)
            }
        }
        standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        return Data(base64Encoded: standard)
    }
}
