import Text

/// All syntax errors of a document. The parser stops at the first one, so each line with an error is replaced by one
/// without, and the document is read again.
enum SyntaxFaults {
    /// The number of errors after which reading on helps nobody.
    private static let most = 10

    /// `first` is the error with which the document was refused.
    static func all(in text: String, first: TOMLFault) -> [TOMLFault] {
        var faults = [first]
        // As scalars: a line break with a carriage return is one character.
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        while let last = faults.last, faults.count < most, isOfItsLine(last), last.position.line <= lines.count {
            let place = last.position.line - 1
            // What follows a header belongs to its table, and must not get into the one before.
            let isHeader = lines[place].drop { $0 == " " || $0 == "\t" }.hasPrefix("[")
            lines[place] = isHeader ? "[_\(faults.count)]" : ""
            do throws(TOMLFault) {
                _ = try TOMLDocument(lines.joined(separator: "\n"))
                return faults
            } catch {
                guard error.position.line > last.position.line else { return faults }
                faults.append(error)
            }
        }
        return faults
    }

    /// Whether the error ends with its line: an open bracket, or an open text of several lines, makes everything after it
    /// look wrong.
    private static func isOfItsLine(_ fault: TOMLFault) -> Bool {
        !["array", "inline table", "end-of-file", "a [ is closed", "nested"].contains { fault.message.contains($0) }
    }
}
