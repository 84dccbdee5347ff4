import Accounts
import Text

/// A table of the configuration before it is written.
package struct AccountDraft: Equatable {
    enum Value: Equatable {
        case text(String)
        case texts([String])
        /// A table with one key.
        case table(String, String)
    }

    let name: String
    /// What the account was set up from; a comment in the file.
    let origin: String
    private(set) var entries: [(key: String, value: Value)] = []

    init(name: String, origin: String) {
        self.name = name
        self.origin = origin
    }

    mutating func set(_ key: String, _ value: Value?) {
        if let value { entries.append((key, value)) }
    }

    mutating func set(_ key: String, _ text: String?) { set(key, text.map(Value.text)) }

    /// The value of a key that is a plain text.
    func text(_ key: String) -> String? {
        guard case .text(let text) = entries.first(where: { $0.key == key })?.value else { return nil }
        return text
    }

    /// The table in TOML.
    var toml: String {
        let lines = entries.map { "\($0.key) = \(Self.toml($0.value))" }
        let comment = "# Added by valetkey setup \(origin.plain)"
        return (["[accounts.\(Self.key(name))]", comment] + lines).joined(separator: "\n") + "\n"
    }

    private static func toml(_ value: Value) -> String {
        switch value {
        case .text(let text): quoted(text)
        case .texts(let texts): "[\(texts.map(quoted).joined(separator: ", "))]"
        case .table(let key, let text): "{ \(key) = \(quoted(text)) }"
        }
    }

    /// A name with a dot needs quotes: it would be two keys.
    private static func key(_ name: String) -> String { name.contains(".") ? quoted(name) : name }

    /// A basic string.
    static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"", "\\": return "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: return String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }

    package static func == (one: Self, other: Self) -> Bool { one.toml == other.toml }
}
