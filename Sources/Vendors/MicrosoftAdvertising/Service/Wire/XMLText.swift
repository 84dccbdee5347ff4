/// Characters in XML 1.0 (sections 2.2 and 4.6).
enum XMLText {
    /// The character that a reference stands for, whose `name` is between `&` and `;`; nil if it isn't predefined or no
    /// character of XML.
    static func character(of name: String) -> Character? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "apos": return "'"
        case "quot": return "\""
        default:
            guard name.first == "#" else { return nil }
            let isHexadecimal = name.dropFirst().first == "x"
            let digits = name.dropFirst(isHexadecimal ? 2 : 1)
            guard digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                let scalar = UInt32(digits, radix: isHexadecimal ? 16 : 10).flatMap(Unicode.Scalar.init),
                isAllowed(scalar)
            else { return nil }
            return Character(scalar)
        }
    }

    /// The text with references for the characters that have a meaning in XML; nil if a character isn't allowed in XML.
    static func escaped(_ text: String) -> String? {
        guard text.unicodeScalars.allSatisfy(isAllowed) else { return nil }
        return text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&apos;"
            // Another form of it would be read as a line feed.
            case "\r": escaped += "&#xd;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xa, 0xd, 0x20...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: true
        default: false
        }
    }
}
