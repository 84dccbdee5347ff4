/// A table whose columns are as wide as their widest cell, with a dimmed head.
package struct Columns {
    package let screen: Terminal
    package let head: [String]

    package init(screen: Terminal, head: [String]) {
        self.screen = screen
        self.head = head
    }

    package func lines(_ rows: [[String]]) -> [String] {
        let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
        return [screen.paint(Self.row(head, widths), .dim)] + rows.map { Self.row($0, widths) }
    }

    private static func row(_ cells: [String], _ widths: [Int]) -> String {
        var line = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }
}
