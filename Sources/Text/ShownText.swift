/// Makes text of unknown origin safe to show.
extension StringProtocol {
    /// Whether the text is free of control characters.
    package var isPrintable: Bool {
        // The whole category Cc of Unicode.
        unicodeScalars.allSatisfy { !(0...0x1f).contains($0.value) && !(0x7f...0x9f).contains($0.value) }
    }

    /// The text shortened to 64 characters and without unprintable ones, for a message that quotes a name.
    package var shown: String { String(String.UnicodeScalarView(unicodeScalars.filter(\.isShowable).prefix(64))) }

    package var quoted: String { "\"\(shown)\"" }

    /// The text for one line of a terminal or a log: characters that could control the terminal become spaces.
    package var plain: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.isShowable ? $0 : " " }))
    }
}

extension Unicode.Scalar {
    /// Whether the character is neither a control character nor one that changes how its neighbours look.
    package var isShowable: Bool {
        // Nearly all text is ASCII, and the tables of Unicode are slow.
        if isASCII { return (0x20..<0x7F).contains(value) }
        return switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
