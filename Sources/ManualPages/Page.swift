import FoundationEssentials

/// A manual page.
struct Page {
    let name: String
    let section: Int
    private var lines: [String]

    /// `purpose` is half a sentence, without a full stop.
    init(_ name: String, _ section: Int, purpose: String, date: Date) {
        self.name = name
        self.section = section
        lines = [
            ".\\\" SPDX-License-Identifier: MIT", ".Dd \(PageDate.text(date))", ".Dt \(name.uppercased()) \(section)",
            ".Os", ".Sh NAME", ".Nm \(name)", ".Nd \(purpose)",
        ]
    }

    var fileName: String { "man\(section)/\(name).\(section)" }
    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func heading(_ title: String) { lines.append(".Sh \(title)") }

    mutating func subheading(_ title: String) { lines.append(".Ss \(title)") }

    mutating func line(_ macro: String) { lines.append(macro) }

    /// Paragraphs with an empty line between them; lines that begin with two spaces are examples.
    mutating func paragraphs(_ text: String, isFirst: Bool = true) {
        var isFirst = isFirst
        var paragraph: [Substring] = []
        var example: [Substring] = []
        func put(into page: inout Page) {
            if !paragraph.isEmpty {
                if !isFirst { page.lines.append(".Pp") }
                page.lines += Roff.lines(paragraph.joined(separator: " "))
                isFirst = false
            }
            if !example.isEmpty { page.example(example.map { String($0.dropFirst(2)) }) }
            (paragraph, example) = ([], [])
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("  ") {
                example.append(line)
            } else if line.allSatisfy(\.isWhitespace) {
                put(into: &self)
            } else {
                if !example.isEmpty { put(into: &self) }
                paragraph.append(line)
            }
        }
        put(into: &self)
    }

    mutating func example(_ lines: [String]) {
        self.lines += [".Bd -literal -offset indent"] + lines.map(Roff.literal) + [".Ed"]
    }

    /// A list of terms, each with its explanation. `width` is the text that the terms' column has room for.
    mutating func list(_ items: [(term: String, text: String)], width: String = "Ds") {
        list(items.map { Item(term: $0.term, text: $0.text) }, width: width)
    }

    /// A term, its explanation, and a list of its parts.
    struct Item {
        var term: String
        var text: String
        var parts: [(term: String, text: String)] = []
    }

    mutating func list(_ items: [Item], width: String = "Ds", isCompact: Bool = false) {
        guard !items.isEmpty else { return }
        lines.append(".Bl -tag -width \(width)" + (isCompact ? " -compact" : ""))
        for item in items {
            lines.append(".It \(item.term)")
            lines += Roff.lines(item.text)
            list(item.parts.map { Item(term: $0.term, text: $0.text) }, width: "min_ttl", isCompact: true)
        }
        lines.append(".El")
    }

    /// Ordered by section, then by name; the page itself is left out.
    mutating func seeAlso(_ others: [(name: String, section: Int)]) {
        let others = others.filter { $0 != (name, section) }.sorted { ($0.section, $0.name) < ($1.section, $1.name) }
        heading("SEE ALSO")
        for (index, other) in others.enumerated() {
            lines.append(".Xr \(other.name) \(other.section)" + (index == others.count - 1 ? "" : " ,"))
        }
    }
}
