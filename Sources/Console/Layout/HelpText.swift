import Text

/// The help that ArgumentParser writes, laid out for the width of the terminal.
///
/// It is made for a width at which ArgumentParser breaks no line, and each kind of line is broken here: prose between
/// words, an option's text below its beginning, a usage between its options, and an example not at all.
package struct HelpText {
    /// The width to ask ArgumentParser for.
    package static let unlimited = 10_000

    private static let textColumn = 26
    /// The least room for the text of an option beside its name.
    private static let leastRoom = 24

    private let width: Int

    package init(width: Int) {
        self.width = width
    }

    package func lines(_ help: String) -> [String] {
        help.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line(String($0)) }
    }

    private func line(_ line: String) -> [String] {
        for start in ["USAGE: ", "Usage: "] where line.hasPrefix(start) { return usage(line, start) }
        if line.cells <= width { return [line] }
        guard line.hasPrefix(" ") else { return Wrapping.lines(line, width: width) }
        return option(line) ?? (Self.isExample(line) ? [line] : Wrapping.lines(line, width: width, first: "  "))
    }

    /// An example stands below a line of prose, and begins with two blanks and a command.
    private static func isExample(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        return words.first.map { ["valetkey", "valetkeyd", "curl", "git", "docker", "See"].contains($0) } ?? false
    }

    /// A name with its text beside it, or only the text of a name on the line before.
    private func option(_ line: String) -> [String]? {
        let blanks = line.prefix { $0 == " " }.count
        let isText = blanks >= Self.textColumn
        let split = line.dropFirst(blanks).firstRange(of: "  ")?.lowerBound
        guard isText || split != nil else { return nil }
        let name = isText ? "" : String(line[..<(split ?? line.endIndex)])
        let text = String(isText ? line.dropFirst(blanks) : line[(split ?? line.endIndex)...].drop { $0 == " " })
        guard width - Self.textColumn >= Self.leastRoom else {
            return (name.isEmpty ? [] : [name]) + Wrapping.lines(text, width: width, first: "      ")
        }
        let label = name + String(repeating: " ", count: max(0, Self.textColumn - name.count))
        let further = String(repeating: " ", count: Self.textColumn)
        return Wrapping.lines(text, width: width, first: label, further: further)
    }

    /// The command, and each option whole.
    private func usage(_ line: String, _ start: String) -> [String] {
        var pieces: [String] = []
        var depth = 0
        for word in line.dropFirst(start.count).split(separator: " ") {
            if depth > 0, let last = pieces.popLast() {
                pieces.append("\(last) \(word)")
            } else {
                pieces.append("\(word)")
            }
            depth += word.count { $0 == "[" } - word.count { $0 == "]" }
        }
        let indent = String(repeating: " ", count: start.count + 2)
        var lines: [String] = []
        var current = String(start.dropLast())
        for piece in pieces {
            if current.cells + 1 + piece.cells > width, current.contains(where: { $0 != " " }), current + " " != start {
                lines.append(current)
                current = indent + piece
            } else {
                current += current == indent ? piece : " \(piece)"
            }
        }
        return lines + [current]
    }
}
