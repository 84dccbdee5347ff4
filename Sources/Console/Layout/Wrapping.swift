import Text

/// Breaks text between words.
package enum Wrapping {
    /// The lines of one paragraph. `first` stands before the first line, and `further`, or as many blanks, before the
    /// others. Without a width there is one line.
    ///
    /// What follows `run: `, or a colon before `valetkey`, is a command: it isn't broken, so that it can be copied. A word that is longer than a line,
    /// such as a URL, isn't broken either.
    package static func lines(_ text: String, width: Int?, first: String = "", further: String? = nil) -> [String] {
        guard let width else { return [first + text] }
        let further = further ?? String(repeating: " ", count: first.cells)
        var lines: [String] = []
        var (line, isEmpty) = (first, true)
        for word in words(of: text) {
            if !isEmpty, line.cells + 1 + word.cells > width {
                lines.append(line)
                (line, isEmpty) = (further, true)
            }
            line += isEmpty ? word : " \(word)"
            isEmpty = false
        }
        return lines + [line]
    }

    private static func words(of text: String) -> [String] {
        let marks = ["run: ", ": valetkey "].compactMap { text.firstRange(of: $0) }
        guard let mark = marks.min(by: { $0.lowerBound < $1.lowerBound }),
            let start = text[mark.lowerBound...].firstIndex(of: " ")
        else { return text.split(separator: " ").map(String.init) }
        let command = text[start...].drop { $0 == " " }
        return text[..<start].split(separator: " ").map(String.init) + (command.isEmpty ? [] : [String(command)])
    }
}
