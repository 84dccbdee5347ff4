/// The words of an error text, in lower case, as `SpokenMeaning` compares them.
struct SpokenWords {
    private(set) var words: [String] = []
    /// Whether a word begins a clause: it is the first one, or follows a punctuation mark.
    private(set) var opensClause: [Bool] = []

    private static let limit = 4096

    /// Splits at everything that isn't a letter, and at capitals within a word, as in `RefreshTokenExpired`.
    init(_ text: String) {
        var word = ""
        var (isLower, opens) = (false, true)
        func isMark(_ scalar: Unicode.Scalar) -> Bool {
            !(scalar.properties.isWhitespace && scalar != "\n") && !"_-'’".unicodeScalars.contains(scalar)
        }
        for scalar in text.unicodeScalars.prefix(Self.limit) {
            let isLetter = scalar.properties.isAlphabetic
            if !isLetter || (isLower && scalar.properties.isUppercase) {
                add(&word, &opens)
                if !isLetter, isMark(scalar), !scalar.isDigit { opens = true }
            }
            if isLetter { word.unicodeScalars.append(scalar) }
            isLower = scalar.properties.isLowercase
        }
        add(&word, &opens)
    }

    private mutating func add(_ word: inout String, _ opens: inout Bool) {
        guard !word.isEmpty else { return }
        words.append(word.lowercased())
        opensClause.append(opens)
        (word, opens) = ("", false)
    }

    var indices: Range<Int> { words.indices }

    /// The word at a place; an empty one outside the text.
    subscript(_ place: Int) -> String { words.indices.contains(place) ? words[place] : "" }

    /// Whether these words stand here in this order.
    func has(_ phrase: [String], at place: Int) -> Bool {
        words[min(max(place, 0), words.count)...].starts(with: phrase) && place >= 0
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { (0x30...0x39).contains(value) }
}
