package import Text

/// An authorization response as a user pastes it: an address, its query or its fragment, in quotes or brackets, with
/// text around it, escaped for HTML or for a URL, or broken over lines; or a bare code.
///
/// Where a line break may or may not belong to the address there are several readings. `state` tells which is meant.
package struct PastedResponse: Sendable, Hashable {
    /// The fields of each, the likeliest first.
    package let readings: [[FormField]]
    /// For which the user vouches in the place of `state`.
    package let code: Secret?
    /// Whether it is the address of a page that the browser makes itself, such as that of an error.
    package let isBrowserPage: Bool

    /// nil where nothing was pasted.
    package init?(_ text: String) {
        let words = PastedWords(text)
        guard let first = words.first else { return nil }
        isBrowserPage = Self.browserPages.contains { first.lowercased().hasPrefix($0) }
        let candidates = words.candidates { word in Self.marks.contains { word.contains($0) } }
        readings = candidates.flatMap { Self.readings(of: $0, depth: 2) }
        let isOneWord = candidates.isEmpty && !isBrowserPage && words.isOneWord
        code = isOneWord ? Self.bareCode(words.joined) : nil
    }

    private static let browserPages = ["about:", "chrome:", "chrome-error:", "edge:", "edge-error:"]
    /// What is in a word that is a response, or begins one.
    private static let marks = ["://", "code=", "error=", "state=", "state%3d", "state%3D"]

    /// What the text says in its query or in its fragment.
    private static func readings(of text: String, depth: Int) -> [[FormField]] {
        let text = stripped(text)
        let address = text.prefix { $0 != "?" && $0 != "#" }
        let isQuery = !address.contains("://") && address.contains("=")
        let rest = isQuery ? "?\(text)" : text[address.endIndex...]
        let query = rest.first == "?" ? rest.dropFirst().prefix { $0 != "#" } : ""
        let fragment = rest.drop { $0 != "#" }.dropFirst()
        // Some pages keep a path of their own in the fragment.
        let parts = [query, fragment.contains("?") ? fragment.drop { $0 != "?" }.dropFirst() : fragment]
        let readings = parts.compactMap { FormEncoding.decode($0) }.filter { !$0.isEmpty }
        guard depth > 1 else { return readings }
        // Browsers' error pages and some mail programs wrap the address into one of their own.
        let wrapped = readings.joined().map(\.value).filter { $0.contains("://") && $0.contains("=") }
        return readings + wrapped.flatMap { Self.readings(of: $0, depth: depth - 1) }
    }

    /// From the scheme on, and without the quotes or brackets around it.
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

    /// One that was copied out of an address is escaped as it was there.
    private static func bareCode(_ text: String) -> Secret? {
        var text = stripped(text)
        if text.hasSuffix("#_=_") { text.removeLast(4) }
        let isPrintable = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        // Characters of base64 may come last, and a plus sign is what it is.
        var body = text
        while body.last == "=" { body.removeLast() }
        guard !body.isEmpty, isPrintable, !body.contains("=") else { return nil }
        let escaped = text.replacing("+", with: "%2B").replacing("=", with: "%3D").replacing("&", with: "%26")
        let code = FormEncoding.decode(escaped)?.first?.name ?? String(text)
        return code.contains("://") ? nil : Secret(code)
    }
}
