extension TOMLDocument {
    /// The first `}` that stands where a `[` is open. The library takes it for given that there is none such, and ends
    /// the process. Strings and comments are passed over; all else about them is the library's.
    static func brokenBracket(in text: String) -> TOMLFault? {
        var open: [Character] = []
        var (line, lineStart) = (1, text.startIndex)
        var rest = text[...]
        while let next = rest.first {
            let passed = passedOver(rest) ?? 1
            switch next {
            case "[", "{": open.append(next)
            case "]", "}":
                if next == "}", open.last == "[" {
                    let column = text.distance(from: lineStart, to: rest.startIndex) + 1
                    return TOMLFault(
                        position: Finding.Position(line: line, column: column),
                        message: "a [ is closed by a }", hint: "close it by a ]")
                }
                _ = open.popLast()
            default: break
            }
            for index in rest.indices.prefix(passed) where rest[index].isNewline {
                line += 1
                lineStart = rest.index(after: index)
            }
            rest = rest.dropFirst(passed)
        }
        return nil
    }

    /// How many characters the string or the comment takes that begins here; nil where none begins.
    private static func passedOver(_ text: Substring) -> Int? {
        if text.first == "#" { return text.prefix { !$0.isNewline }.count }
        guard let quote = text.first, quote == "\"" || quote == "'" else { return nil }
        let isLong = text.hasPrefix(String(repeating: quote, count: 3))
        let end = String(repeating: quote, count: isLong ? 3 : 1)
        var (rest, count) = (text.dropFirst(end.count), end.count)
        while let next = rest.first {
            if rest.hasPrefix(end) { return count + end.count }
            if next.isNewline, !isLong { return count }
            let step = next == "\\" && quote == "\"" ? 2 : 1
            rest = rest.dropFirst(step)
            count += step
        }
        return text.count
    }
}
