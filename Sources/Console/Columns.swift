/// Formats a table: each column is as wide as its widest cell, and the head is dimmed.
package struct Columns {
    /// A row of the table and the note lines below it.
    package struct Row {
        package var cells: [String]
        /// The cells' colours, by column index.
        package var colours: [Int: Colour]
        package var notes: [String]

        package init(_ cells: [String], colours: [Int: Colour] = [:], notes: [String] = []) {
            self.cells = cells
            self.colours = colours
            self.notes = notes
        }
    }

    package let screen: Terminal
    package let head: [String]

    package init(screen: Terminal, head: [String]) {
        self.screen = screen
        self.head = head
    }

    package func lines(_ rows: [Row]) -> [String] {
        let widths = head.indices.map { column in ([head] + rows.map(\.cells)).map { $0[column].count }.max() ?? 0 }
        let top = screen.paint(line(Row(head), widths), .dim)
        return [top] + rows.flatMap { [line($0, widths)] + $0.notes }
    }

    /// Padding is computed without the colour codes, which have no width.
    private func line(_ row: Row, _ widths: [Int]) -> String {
        let padded = zip(row.cells, widths).enumerated().map { column, cell in
            let text = cell.0 + String(repeating: " ", count: cell.1 - cell.0.count)
            return row.colours[column].map { screen.paint(text, $0) } ?? text
        }
        var line = padded.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }
}
