/// Text in the language of manual pages, mdoc(7).
enum Roff {
    /// A paragraph as lines: a sentence begins a line, and no line is much longer than a terminal is wide.
    static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            let ends = line.hasSuffix(".") || line.hasSuffix("?")
            if !line.isEmpty, line.count + word.count > 78 || (ends && word.first?.isUppercase == true) {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map(textLine)
    }

    /// A whole line of text, which must not begin a macro.
    static func textLine(_ line: String) -> String {
        let escaped = inline(line)
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }

    /// A line of an example, as it is.
    static func literal(_ line: String) -> String {
        let escaped = escape(line)
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }

    /// An argument of a macro, in quotes.
    static func argument(_ text: String) -> String {
        "\"" + escape(text).replacing("\"", with: "\"\"") + "\""
    }

    /// Text with `code` in bold, as Markdown has it.
    private static func inline(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            index.isMultiple(of: 2) ? escape(String(part)) : "\\fB\(escape(String(part)))\\fP"
        }.joined()
    }

    private static func escape(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "~": escaped += "\\(ti"
            case "^": escaped += "\\(ha"
            case "`": escaped += "\\(ga"
            case let scalar where scalar.value > 126:
                escaped += "\\[u\(String(scalar.value, radix: 16, uppercase: true).padded)]"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}

extension String {
    /// At least four digits.
    fileprivate var padded: String { String(repeating: "0", count: max(0, 4 - count)) + self }
}
