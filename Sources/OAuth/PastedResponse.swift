package import Text

/// An authorization response as a user pastes it.
package enum PastedResponse: Sendable, Hashable {
    /// Of the whole redirected URL, or of its query.
    case fields([FormField])
    /// A bare code, for which the user vouches in the place of `state`.
    case code(Secret)

    /// nil where nothing is there. Blanks and line breaks come of copying.
    package init?(_ text: String) {
        let text = text.filter { !$0.isWhitespace }
        guard !text.isEmpty else { return nil }
        let query = text.contains("?") ? text.drop { $0 != "?" }.dropFirst().prefix { $0 != "#" } : text[...]
        let isBareCode = !text.contains("://") && !query.contains("=")
        self = isBareCode ? .code(Secret(text)) : .fields(FormEncoding.decode(query) ?? [])
    }
}
