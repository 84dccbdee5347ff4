/// Finds where a key stands in a TOML text.
///
/// The library has positions only of syntax errors. But the text up to the end of a line is a document of its own where a
/// statement ends there, so the first such document that has the key ends with the statement that states it.
struct PositionFinder {
    private let text: String
    /// The end of each line, behind its line break.
    private let ends: [String.Index]
    /// Octets that may still be parsed. Past that a finding goes without a place, rather than a check without an end.
    private var budget = 16 << 20

    init(text: String) {
        self.text = text
        var ends = text.utf8.indices.filter { text.utf8[$0] == UInt8(ascii: "\n") }.map(text.utf8.index(after:))
        if ends.last != text.endIndex { ends.append(text.endIndex) }
        self.ends = ends
    }

    mutating func position(of path: [String]) -> Finding.Position? {
        guard !path.isEmpty, depth(of: path, lines: ends.count) == path.count else { return nil }
        // `before` ends the last statement known not to state the key, `known` how much of the path stands there.
        var (before, known) = (0, 0)
        var bound = ends.count
        while bound - before > 1 {
            let middle = before + (bound - before) / 2
            var (probe, reached) = (middle, depth(of: path, lines: middle))
            while reached == nil, probe + 1 < bound {
                probe += 1
                reached = depth(of: path, lines: probe)
            }
            guard budget > 0 else { return nil }
            if let reached, reached < path.count {
                (before, known) = (probe, reached)
            } else {
                bound = middle
            }
        }
        return place(of: path.dropFirst(known), from: before)
    }

    /// How much of the path the first lines hold; nil where they are no document, as within a statement.
    private mutating func depth(of path: [String], lines: Int) -> Int? {
        let prefix = lines == 0 ? "" : String(text[..<ends[lines - 1]])
        budget -= prefix.utf8.count
        guard budget > 0, let document = try? TOMLDocument(prefix) else { return nil }
        var (node, depth) = (TOMLNode.table(document.root), 0)
        for key in path {
            guard case .table(let branch) = node, let next = branch[key] else { break }
            (node, depth) = (next, depth + 1)
        }
        return depth
    }

    private func place(of keys: ArraySlice<String>, from line: Int) -> Finding.Position {
        let start = line == 0 ? text.startIndex : ends[line - 1]
        let content = text[start..<ends[line]]
        var (rest, found) = (content, Substring?.none)
        for key in keys {
            guard let range = Self.range(of: key, in: rest) else { break }
            (found, rest) = (rest[range], rest[range.upperBound...])
        }
        let first = content.firstIndex { !$0.isWhitespace } ?? content.startIndex
        let column = content.unicodeScalars.distance(from: content.startIndex, to: found?.startIndex ?? first)
        return Finding.Position(line: line + 1, column: column + 1)
    }

    /// Where the key's text stands as a key: not within a longer one, and before `=`, `.` or `]`.
    private static func range(of key: String, in text: Substring) -> Range<Substring.Index>? {
        var rest = text
        while !rest.isEmpty, let range = rest.firstRange(of: key) {
            let before = text[..<range.lowerBound].last
            let after = text[range.upperBound...].drop { $0 == "\"" || $0 == "'" || $0 == " " || $0 == "\t" }
            let isWhole = before.map { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") } ?? true
            if isWhole, let next = after.first, "=.]".contains(next) { return range }
            // Not behind the match: an empty key, as in `[""]`, would stand there again.
            rest = text[range.lowerBound...].dropFirst()
        }
        return nil
    }
}
