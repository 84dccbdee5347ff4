/// The width of text on a terminal, in cells.
extension StringProtocol {
    /// The number of cells that the text takes: two for East Asian wide characters and emoji, none for combining marks
    /// and for this program's own colour codes.
    package var cells: Int {
        withoutColour.reduce(0) { $0 + $1.cells }
    }

    /// The longest beginning that takes at most `width` cells.
    package func prefix(cells width: Int) -> String {
        var (text, left) = ("", width)
        for character in self {
            left -= character.cells
            guard left >= 0 else { break }
            text.append(character)
        }
        return text
    }

    /// The longest end that takes at most `width` cells.
    package func suffix(cells width: Int) -> String {
        var (text, left) = ([Character](), width)
        for character in reversed() {
            left -= character.cells
            guard left >= 0 else { break }
            text.append(character)
        }
        return String(text.reversed())
    }

    /// The text without colour codes. Only this program's own text has them: `plain` removes escape characters.
    private var withoutColour: [Character] {
        guard utf8.contains(0x1b) else { return Array(self) }
        var (kept, isCode) = ([Character](), false)
        for character in self {
            if character == "\u{1b}" { isCode = true }
            if !isCode { kept.append(character) }
            if character == "m" { isCode = false }
        }
        return kept
    }
}

extension Character {
    /// The cells of one character with all its combining marks.
    fileprivate var cells: Int {
        guard let first = unicodeScalars.first else { return 0 }
        if first.isASCII, unicodeScalars.count == 1 { return first.value < 0x20 || first.value == 0x7f ? 0 : 1 }
        // The variation selector that asks for an emoji, and flags, which are two letters.
        let isEmoji = unicodeScalars.dropFirst().contains { $0.value == 0xfe0f } || first.isRegionalIndicator
        return isEmoji ? 2 : first.cells
    }
}

extension Unicode.Scalar {
    fileprivate var isRegionalIndicator: Bool { (0x1f1e6...0x1f1ff).contains(value) }

    fileprivate var cells: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        // A vowel or a final consonant of a Hangul syllable is drawn into the cells of its first one.
        if (0x1160...0x11ff).contains(value) { return 0 }
        return properties.isEmojiPresentation || Self.wide.contains { $0.contains(value) } ? 2 : 1
    }

    /// What has the width W or F in UAX #11, and isn't an emoji.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0xa4cf,
        0xa960...0xa97c, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff01...0xff60,
        0xffe0...0xffe6, 0x16fe0...0x18cff, 0x1aff0...0x1b2ff, 0x1f200...0x1f265, 0x20000...0x3fffd,
    ]
}
