import OAuth
import Text

/// Text that goes into HTML.
enum Markup {
    static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    static func hidden(_ fields: [FormField]) -> String {
        fields.map { "<input type=\"hidden\" name=\"\(escape($0.name))\" value=\"\(escape($0.value))\">" }
            .joined(separator: "\n")
    }

    /// The origin of a URI as a source expression of a content security policy, or only the scheme where it is an
    /// application's own. nil where the text could add something else to the policy.
    static func origin(_ uri: String) -> String? {
        guard let colon = uri.firstIndex(of: ":") else { return nil }
        let scheme = uri[..<colon]
        let rest = uri[uri.index(after: colon)...]
        let origin =
            rest.hasPrefix("//")
            ? "\(scheme)://\(rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" })" : "\(scheme):"
        let isPlain = origin.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ";") }
        return isPlain && !origin.contains(",") && !origin.contains("'") ? origin : nil
    }
}
