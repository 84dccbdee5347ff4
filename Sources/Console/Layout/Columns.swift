import Text

/// Formats a table: each column is as wide as its widest cell, and the head is dimmed. Where the terminal is too narrow
/// for it, each row becomes a paragraph.
package struct Columns {
    /// A row of the table and the notes below it.
    package struct Row {
        package var cells: [String]
        /// The cells' colours, by column index.
        package var colours: [Int: Colour]
        package var notes: [Note]

        package init(_ cells: [String], colours: [Int: Colour] = [:], notes: [Note] = []) {
            self.cells = cells
            self.colours = colours
            self.notes = notes
        }
    }

    /// A paragraph below a row, wrapped at the terminal's width.
    package struct Note: ExpressibleByStringInterpolation, Equatable {
        package var text: String
        package var colour: Colour?

        package init(_ text: String, _ colour: Colour? = nil) {
            self.text = text
            self.colour = colour
        }

        package init(stringLiteral value: String) {
            self.init(value)
        }
    }

    package let screen: Terminal
    package let head: [String]

    package init(screen: Terminal, head: [String]) {
        self.screen = screen
        self.head = head
    }

    package func lines(_ rows: [Row]) -> [String] {
        guard fits(rows) else { return rows.flatMap(paragraph) }
        let widths = widths(rows)
        let top = screen.paint(line(Row(head), widths), .dim)
        return [top] + rows.flatMap { [line($0, widths)] + notes($0) }
    }

    /// Whether each row, without its notes, is at most as wide as the terminal.
    package func fits(_ rows: [Row]) -> Bool {
        guard let columns = screen.columns else { return true }
        return widths(rows).reduce(0, +) + 2 * max(0, head.count - 1) <= columns
    }

    private func widths(_ rows: [Row]) -> [Int] {
        head.indices.map { column in ([head] + rows.map(\.cells)).map { $0[column].cells }.max() ?? 0 }
    }

    private func line(_ row: Row, _ widths: [Int]) -> String {
        let last = row.cells.lastIndex { !$0.isEmpty } ?? 0
        return zip(row.cells, widths).enumerated().prefix(last + 1).map { column, cell in
            let blanks = column == last ? 0 : cell.1 - cell.0.cells
            let text = row.colours[column].map { screen.paint(cell.0, $0) } ?? cell.0
            return text + String(repeating: " ", count: blanks)
        }.joined(separator: "  ")
    }

    private func notes(_ row: Row) -> [String] {
        row.notes.flatMap { note in
            Wrapping.lines(
                note.text, width: screen.columns, first: "  \(screen.glyphs.branch) ", further: "    "
            ).map { line in note.colour.map { screen.paint(line, $0) } ?? line }
        }
    }

    /// The first cell, and the others with the names of their columns below it.
    private func paragraph(_ row: Row) -> [String] {
        // A column without a head holds a mark, which stands beside the name.
        let names = head.first == "" ? 2 : 1
        let pairs = zip(head, row.cells).enumerated().dropFirst(names).filter { !["", "-"].contains($1.1) }
        let facts = pairs.map { column, pair in
            let value = row.colours[column].map { screen.paint(pair.1, $0) } ?? pair.1
            return "\(pair.0.lowercased()): \(value)"
        }
        let below = facts.flatMap { Wrapping.lines($0, width: screen.columns, first: "  ", further: "    ") }
        return [screen.paint(row.cells.prefix(names).joined(separator: " "), .bold)] + below + notes(row)
    }
}
