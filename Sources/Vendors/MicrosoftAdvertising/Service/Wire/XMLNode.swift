/// An element to be written, with its prefix. Its content is text or further elements.
struct XMLNode {
    private let name: String
    private let attributes: [(name: String, value: String)]
    private let text: String
    private let children: [XMLNode]

    init(_ name: String, _ attributes: [(name: String, value: String)] = [], _ text: String = "") {
        (self.name, self.attributes, self.text, children) = (name, attributes, text, [])
    }

    init(_ name: String, _ attributes: [(name: String, value: String)] = [], _ children: [XMLNode]) {
        (self.name, self.attributes, text, self.children) = (name, attributes, "", children)
    }

    /// The element without a line break, or with each child on a line of its own.
    ///
    /// - Throws: ``Unwritable`` if a text has a character that XML can't contain.
    func xml(isIndented: Bool = false) throws(Unwritable) -> String {
        try lines().joined(separator: isIndented ? "\n" : "", indentedBy: isIndented ? "  " : "")
    }

    struct Unwritable: Error {}

    private func lines(depth: Int = 0) throws(Unwritable) -> [Line] {
        var tag = name
        for (name, value) in attributes { tag += " \(name)=\"\(try Self.escaped(value))\"" }
        guard !children.isEmpty else {
            let line = text.isEmpty ? "<\(tag)/>" : "<\(tag)>\(try Self.escaped(text))</\(name)>"
            return [Line(depth: depth, text: line)]
        }
        var lines = [Line(depth: depth, text: "<\(tag)>")]
        for child in children { lines += try child.lines(depth: depth + 1) }
        return lines + [Line(depth: depth, text: "</\(name)>")]
    }

    private static func escaped(_ text: String) throws(Unwritable) -> String {
        guard let escaped = XMLText.escaped(text) else { throw Unwritable() }
        return escaped
    }

    fileprivate struct Line {
        var depth: Int
        var text: String
    }
}

extension [XMLNode.Line] {
    fileprivate func joined(separator: String, indentedBy step: String) -> String {
        map { String(repeating: step, count: $0.depth) + $0.text }.joined(separator: separator)
    }
}
