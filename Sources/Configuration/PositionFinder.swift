/// Finds the position of a key in a TOML text.
///
/// The library reports positions of syntax errors only. But the text up to the end of a line is a valid document if a
/// statement ends there. The shortest such document that contains the key therefore ends with the statement that sets
/// it.
struct PositionFinder {
    private let text: String
    /// The index after the line break of each line.
    private let ends: [String.Index]
    /// The number of octets that may still be parsed. Once it is used up, findings have no position, so that the check
    /// always ends.
    private var budget = 16 << 20

    init(text: String) {
        self.text = text
        var ends = text.utf8.indices.filter { text.utf8[$0] == UInt8(ascii: "\n") }.map(text.utf8.index(after:))
        if ends.last != text.endIndex { ends.append(text.endIndex) }
        self.ends = ends
    }

    /// Keys inside an array aren't found: the position is that of the array's own key. nil where the first key of the
    /// path isn't there.
    mutating func position(of path: [String]) -> Finding.Position? {
        guard let stated = depth(of: path, lines: ends.count), stated > 0 else { return nil }
        let path = Array(path.prefix(stated))
        // Up to line `before` the key isn't set, but the first `known` keys of its path exist.
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

    /// Returns how many keys of the path exist in the first `lines` lines; nil if these aren't a valid document,
    /// because they end within a statement.
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

    /// The range of the key where it is used as a key: not as part of a longer one, and followed by `=`, `.` or `]`.
    private static func range(of key: String, in text: Substring) -> Range<Substring.Index>? {
        var rest = text
        while !rest.isEmpty, let range = rest.firstRange(of: key) {
            let before = text[..<range.lowerBound].last
            let after = text[range.upperBound...].drop { $0 == "\"" || $0 == "'" || $0 == " " || $0 == "\t" }
            let isWhole = before.map { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") } ?? true
            if isWhole, let next = after.first, "=.]".contains(next) { return range }
            // The search continues one character further, not after the match: an empty key, as in `[""]`, would match
            // there forever.
            rest = text[range.lowerBound...].dropFirst()
        }
        return nil
    }
}
