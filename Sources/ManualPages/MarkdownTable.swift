/// The tables of a page of the documentation that explain keys: their first cell names one or more keys as code.
struct MarkdownTable {
    /// The keys, as in the first cell, and what the other cells say.
    struct Row: Equatable {
        var keys: [String]
        /// The values that the keys are shown with, such as `pkce = false`.
        var terms: [String]
        var text: String
    }

    var heading: String
    var rows: [Row]

    /// The tables whose first column is headed by a word that begins with "key", each with the heading above it.
    static func all(in page: String) -> [MarkdownTable] {
        var tables: [MarkdownTable] = []
        var heading = ""
        var isInTable = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
            guard line.hasPrefix("|") else {
                isInTable = false
                continue
            }
            let cells = line.split(separator: "|").map { $0.trimmingBlanks }
            if !isInTable, cells.first?.hasPrefix("key") == true {
                tables.append(MarkdownTable(heading: heading, rows: []))
                isInTable = true
            } else if isInTable, !line.hasPrefix("|---"), let row = Row(cells) {
                tables[tables.count - 1].rows.append(row)
            }
        }
        return tables
    }
}

extension MarkdownTable.Row {
    fileprivate init?(_ cells: [String]) {
        guard let first = cells.first, cells.count > 1 else { return nil }
        let parts = first.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        terms = parts.filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
        keys = terms.map { String($0.prefix { $0 != " " }) }
        text = cells[1].sentence
        if cells.count > 2 { text += " Needed by: \(cells[2])." }
    }
}

extension StringProtocol {
    fileprivate var trimmingBlanks: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    fileprivate var sentence: String {
        let text = prefix(1).uppercased() + dropFirst()
        return text.hasSuffix(".") ? text : text + "."
    }
}
