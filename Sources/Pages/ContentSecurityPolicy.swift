import Crypto
import FoundationEssentials

/// What a page may load and do (CSP Level 3): nothing but what is named here.
package struct ContentSecurityPolicy: Sendable {
    /// The page's one style sheet.
    package var sheet: HTML
    /// The page's one script; nil where it has none.
    package var script: HTML?
    /// Where its forms may lead, as source expressions; empty where it has no forms.
    package var formTargets: [String]
    /// Whether images may stand in the page as data URLs.
    package var allowsDataImages: Bool

    package init(sheet: HTML, script: HTML? = nil, formTargets: [String] = [], allowsDataImages: Bool = false) {
        self.sheet = sheet
        self.script = script
        self.formTargets = formTargets
        self.allowsDataImages = allowsDataImages
    }

    /// The header's value.
    package var text: String {
        var directives = [
            "default-src 'none'", "style-src \(Self.source(sheet))", "base-uri 'none'", "frame-ancestors 'none'",
            "form-action \(formTargets.isEmpty ? "'none'" : formTargets.joined(separator: " "))",
        ]
        if allowsDataImages { directives.append("img-src data:") }
        if let script { directives.append("script-src \(Self.source(script))") }
        return directives.joined(separator: "; ")
    }

    private static func source(_ content: HTML) -> String {
        "'sha256-\(Data(SHA256.hash(data: Data(content.markup.utf8))).base64EncodedString())'"
    }
}
