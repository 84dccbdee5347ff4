extension TOMLDocument {
    /// The first table header that begins like none, such as `[.a]`. The library takes it for given that there is none
    /// such, and ends the process.
    ///
    /// Every line that begins with a bracket counts: in an array such a line is wrong as well, and no text of a
    /// configuration has lines.
    static func brokenHeader(in text: String) -> TOMLFault? {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            guard let column = brokenColumn(of: line) else { continue }
            return TOMLFault(
                position: Finding.Position(line: index + 1, column: column),
                message: "the table header can't be read: no name begins like that",
                hint: #"a name is of A-Z a-z 0-9 _ and -, or stands in quotes, as in [accounts.NAME]"#)
        }
        return nil
    }

    private static func brokenColumn(of line: Substring) -> Int? {
        var rest = line.drop(while: isBlank)
        guard rest.popFirst() == "[" else { return nil }
        rest = rest.drop(while: isBlank)
        if rest.first == "[" { rest = rest.dropFirst().drop(while: isBlank) }
        guard let first = rest.first else { return line.count + 1 }
        let isName = first.isASCII && (first.isLetter || first.isNumber || "_-\"']".contains(first))
        return isName ? nil : line.count - rest.count + 1
    }

    private static func isBlank(_ character: Character) -> Bool { character.isWhitespace || character == "\u{feff}" }
}
