package import Text

/// An authorization response as a user pastes it: a bare code, or an address, its query or its fragment. It may be in
/// quotes or brackets, have text around it, be escaped for HTML or for a URL, or be broken over several lines.
///
/// A line break may or may not belong to the address, so there can be several readings; `state` tells which one is the
/// right one.
package struct PastedResponse: Sendable, Hashable {
    /// The form fields of each possible reading, the likeliest first.
    package let readings: [[FormField]]
    /// A bare authorization code. It comes without `state`, so only the user vouches that it belongs to the pending
    /// request.
    package let code: Secret?
    /// The text if it is a single word that can't be a code, such as a request for help.
    package let word: String?
    /// Whether the text is the address of one of the browser's own pages, such as an error page.
    package let isBrowserPage: Bool

    /// Returns nil if the text is empty.
    package init?(_ text: String) {
        let words = PastedWords(text)
        guard let first = words.first else { return nil }
        isBrowserPage = Self.browserPages.contains { first.lowercased().hasPrefix($0) }
        let candidates = words.candidates { word in Self.marks.contains { word.contains($0) } }
        readings = candidates.flatMap { Self.readings(of: $0, depth: 2) }
        let bare = candidates.isEmpty && !isBrowserPage && words.isOneWord ? Self.bareCode(words.joined) : nil
        let isWord = bare.map(Self.isWord) ?? false
        code = isWord ? nil : bare.map { Secret($0) }
        word = isWord ? bare : nil
    }

    private static let browserPages = ["about:", "chrome:", "chrome-error:", "edge:", "edge-error:"]
    /// A word that contains one of these is a response or the start of one.
    private static let marks = ["://", "code=", "error=", "state=", "state%3d", "state%3D"]

    /// The fields in the query and the fragment of an address, and in any address nested in their values.
    private static func readings(of text: String, depth: Int) -> [[FormField]] {
        let text = stripped(text)
        let address = text.prefix { $0 != "?" && $0 != "#" }
        let isQuery = !address.contains("://") && address.contains("=")
        let rest = isQuery ? "?\(text)" : text[address.endIndex...]
        let query = rest.first == "?" ? rest.dropFirst().prefix { $0 != "#" } : ""
        let fragment = rest.drop { $0 != "#" }.dropFirst()
        // Some pages keep a path and query of their own in the fragment.
        let parts = [query, fragment.contains("?") ? fragment.drop { $0 != "?" }.dropFirst() : fragment]
        let readings = parts.compactMap { FormEncoding.decode($0) }.filter { !$0.isEmpty }
        guard depth > 1 else { return readings }
        // Browsers' error pages and some mail programs put the address into a parameter of their own address.
        let wrapped = readings.joined().map(\.value).filter { $0.contains("://") && $0.contains("=") }
        return readings + wrapped.flatMap { Self.readings(of: $0, depth: depth - 1) }
    }

    /// The text from the URL's scheme on, without surrounding quotes or brackets.
    private static func stripped(_ text: String) -> Substring {
        var text = text[...]
        if let scheme = text.firstRange(of: "http://") ?? text.firstRange(of: "https://") {
            text = text[scheme.lowerBound...]
        }
        text = text.drop { quotes.contains($0) }
        while let last = text.last, quotes.contains(last) { text.removeLast() }
        return text
    }

    private static let quotes = "\"'`´“”„‘’‚«»‹›<>()[]{}"

    /// Returns the code, percent-decoded, if the whole text is one; else nil.
    private static func bareCode(_ text: String) -> String? {
        var text = stripped(text)
        if text.hasSuffix("#_=_") { text.removeLast(4) }
        let isPrintable = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        // A code may end in base64 padding, and a plus sign in it is literal.
        var body = text
        while body.last == "=" { body.removeLast() }
        guard !body.isEmpty, isPrintable, !body.contains("=") else { return nil }
        let escaped = text.replacing("+", with: "%2B").replacing("=", with: "%3D").replacing("&", with: "%26")
        let code = FormEncoding.decode(escaped)?.first?.name ?? String(text)
        return code.contains("://") ? nil : code
    }

    /// Codes have at least 128 bits of chance (RFC 6749 section 10.10), so a short text without a digit is a word that
    /// a person typed, and so is a number of few digits.
    private static func isWord(_ text: String) -> Bool {
        let isWordlike = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || "_-'.,:;!?".unicodeScalars.contains($0)
        }
        return isWordlike
            ? text.utf8.count < shortestCode : text.utf8.count < 5 && text.utf8.allSatisfy { $0 < 0x3a && $0 > 0x2f }
    }

    /// The length below which a text of letters only isn't a code.
    private static let shortestCode = 32
}
