/// The value of a `WWW-Authenticate` header (RFC 9110 section 11.6.1).
package struct AuthenticationChallenge: Sendable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The URL of the protected resource's metadata (RFC 9728 section 5.1).
    package var resourceMetadata: String? { parameter("resource_metadata") }

    /// The first parameter of this name, of whatever scheme. Names are compared without case.
    func parameter(_ name: String) -> String? {
        var rest = text[...]
        var word = ""
        while let character = rest.popFirst() {
            switch character {
            case "=":
                let value = Self.takeValue(&rest)
                if word.lowercased() == name { return value }
                word = ""
            case ",", " ", "\t": word = ""
            default: word.append(character)
            }
        }
        return nil
    }

    /// Removes a token or a quoted string from the start, and returns its value.
    private static func takeValue(_ rest: inout Substring) -> String {
        guard rest.first == "\"" else {
            let value = rest.prefix { $0 != "," && $0 != " " && $0 != "\t" }
            rest = rest[value.endIndex...]
            return String(value)
        }
        rest.removeFirst()
        var value = ""
        while let character = rest.popFirst(), character != "\"" {
            guard character == "\\" else {
                value.append(character)
                continue
            }
            if let escaped = rest.popFirst() { value.append(escaped) }
        }
        return value
    }
}
