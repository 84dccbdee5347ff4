import Text

/// The words of a pasted text, line by line, without the marks that copying from mail or a terminal adds.
struct PastedWords {
    private let lines: [[String]]

    private static let most = 100

    init(_ text: String) {
        var plain = Self.unescaped(text)
        // An address that was copied as the escaped value inside another address.
        if !plain.contains(where: { "?#=".contains($0) }), plain.lowercased().contains("%3a%2f%2f") {
            plain = plain.removingPercentEscapes ?? plain
        }
        plain.unicodeScalars.removeAll { $0.properties.generalCategory == .format }
        lines = plain.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            line.split(whereSeparator: \.isWhitespace).map(String.init).filter { !$0.allSatisfy(Self.isDecoration) }
        }
    }

    var first: String? { lines.lazy.compactMap(\.first).first }

    /// Whether no line has more than one word: the text may be one word that was broken over lines.
    var isOneWord: Bool { lines.allSatisfy { $0.count <= 1 } }

    var joined: String { lines.joined().joined() }

    /// All candidates for the pasted address or code that begin with a word accepted by `isStart`, the likeliest first.
    func candidates(startingAt isStart: (String) -> Bool) -> [String] {
        let starts = lines.indices.flatMap { line in lines[line].indices.map { (line: line, word: $0) } }
            .filter { isStart(lines[$0.line][$0.word]) }.prefix(Self.most)
        var candidates = starts.flatMap { joined(from: $0.line, $0.word) }
        // As a last resort, everything from the first start on, as if the address contained spaces.
        if let start = starts.first {
            let rest = [lines[start.line][start.word...]] + lines[(start.line + 1)...].map { $0[...] }
            candidates.append(rest.joined().joined())
        }
        return candidates
    }

    /// The word, joined with the following words that may belong to the same address: the next lines as long as each
    /// has only one word, and the first word of the line after those.
    private func joined(from line: Int, _ word: Int) -> [String] {
        var whole = lines[line][word]
        var candidates = [whole]
        guard word == lines[line].indices.last else { return candidates }
        for next in lines[(line + 1)...].prefix(Self.most) {
            guard let first = next.first else { break }
            whole += first
            guard next.count == 1 else { return candidates + [whole] }
            candidates.insert(whole, at: 0)
        }
        return candidates
    }

    private static func unescaped(_ text: String) -> String {
        ["&amp;", "&#38;", "&#x26;", "\\u0026"].reduce(text) { $0.replacing($1, with: "&") }
            .replacing("\\", with: "")
    }

    /// Whether the character may precede a line of quoted mail or of a list.
    private static func isDecoration(_ character: Character) -> Bool { ">|*•-–—".contains(character) }
}

extension String {
    /// The percent-decoded text; nil if an escape is malformed.
    fileprivate var removingPercentEscapes: String? {
        let isReserved: (Character) -> Bool = { "+&=".contains($0) }
        let escaped = map { isReserved($0) ? "%" + String($0.asciiValue ?? 0, radix: 16, uppercase: true) : String($0) }
        return FormEncoding.decode(escaped.joined())?.first?.name
    }
}
