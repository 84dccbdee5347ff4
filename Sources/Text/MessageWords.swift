extension String {
    /// The words of a message, without the punctuation of prose, JSON and XML around them. Dots, hyphens and equals
    /// signs inside a word stay, so that a part of a token or of an address isn't taken for a word.
    package var messageWords: [String] {
        split { $0.isWhitespace || Self.separators.contains($0) }.map { word in
            var word = word
            while let last = word.last, Self.ends.contains(last) { word.removeLast() }
            while let first = word.first, Self.ends.contains(first) { word.removeFirst() }
            return String(word)
        }.filter { !$0.isEmpty }
    }

    private static let separators = "\"'`´“”„‘’‚«»‹›()[]{}<>,;:|"
    private static let ends = ".!?/\\*_-"
}
