package import Text

/// A page of the server as a client without a browser reads it: its hidden fields and its links.
package struct FormPage: Sendable {
    private let text: String

    package init(text: String) {
        self.text = text
    }

    package var hiddenFields: [FormField] {
        text.split(separator: "<input type=\"hidden\" name=\"").dropFirst().compactMap { part in
            let pieces = part.split(separator: "\"", maxSplits: 3, omittingEmptySubsequences: false)
            guard pieces.count == 4, pieces[1] == " value=" else { return nil }
            return FormField(Self.unescape(pieces[0]), Self.unescape(pieces[2]))
        }
    }

    package var firstLink: String? {
        text.split(separator: "<a href=\"").dropFirst().first.map { Self.unescape($0.prefix { $0 != "\"" }) }
    }

    private static func unescape(_ text: Substring) -> String {
        [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
            .reduce(String(text)) {
                $0.split(separator: $1.0, omittingEmptySubsequences: false).joined(separator: $1.1)
            }
    }
}
