import TOMLKit
import Text

/// A value in a TOML document, of the types that the configuration uses.
indirect enum TOMLNode {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case array([TOMLNode])
    case table(TOMLBranch)
    /// A type that no key accepts, with its name for messages.
    case other(String)

    /// The name of the type for messages.
    var kind: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .boolean: "a boolean"
        case .array: "an array"
        case .table: "a table"
        case .other(let name): name
        }
    }

    var isEmpty: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .table(let branch): branch.isEmpty
        case .integer, .boolean, .other: false
        }
    }
}

/// The position and description of a TOML syntax error.
struct TOMLFault: Error {
    var position: Finding.Position
    var message: String
    var hint: String?
}

/// A table of a document. Values are created on access, so that a file with many accounts isn't in memory twice.
struct TOMLBranch {
    fileprivate let table: TOMLTable
    fileprivate let document: TOMLDocument

    var isEmpty: Bool { table.isEmpty }

    var values: [String: TOMLNode] {
        var values: [String: TOMLNode] = [:]
        for key in table.keys {
            values[key] = self[key] ?? .other("nothing")
        }
        return values
    }

    subscript(key: String) -> TOMLNode? { table[key].map(node) }

    private func node(_ value: any TOMLValueConvertible) -> TOMLNode {
        switch value.type {
        case .string: value.string.map(TOMLNode.string) ?? .other("a string")
        case .int: value.int.map(TOMLNode.integer) ?? .other("an integer")
        case .array: .array((value.array?.tomlValues ?? []).map(node))
        case .table: value.table.map { .table(TOMLBranch(table: $0, document: document)) } ?? .other("a table")
        case .double: .other("a number with a fraction")
        case .bool: value.bool.map(TOMLNode.boolean) ?? .other("a boolean")
        case .date: .other("a date")
        case .time: .other("a time")
        case .dateTime: .other("a date and time")
        }
    }
}

/// A parsed TOML document. Only this file uses the TOML library.
final class TOMLDocument {
    private let tree: TOMLTable

    init(_ text: String) throws(TOMLFault) {
        if let fault = TOMLScreen.fault(in: text) { throw fault }
        do {
            tree = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let begin = error.source.begin
            let position = Finding.Position(line: max(1, begin.line), column: max(1, begin.column))
            throw Self.fault(error.description, at: position, in: text)
        } catch {
            throw TOMLFault(position: Finding.Position(line: 1, column: 1), message: "not valid TOML")
        }
    }

    /// The library doesn't free a document by itself.
    deinit {
        tree.clear()
    }

    var root: TOMLBranch { TOMLBranch(table: tree, document: self) }

    /// The library's message without quoted parts of the document, which may contain a secret.
    private static func fault(_ description: String, at position: Finding.Position, in text: String) -> TOMLFault {
        let repetition = description.firstRange(of: "cannot redefine existing ").map { description[$0.upperBound...] }
        // This message quotes a key, never a value.
        if let name = repetition?.split(separator: "'", maxSplits: 2).dropFirst().first {
            return TOMLFault(position: lineStart(position.line, in: text), message: "\(name.shown) is stated twice")
        }
        var words = Substring(description)
        let opening = "Error while parsing "
        let scope = words.hasPrefix(opening) ? words.dropFirst(opening.count).prefix { $0 != ":" } : "document"
        if let detail = words.firstRange(of: ": ") { words = words[detail.upperBound...] }
        words = words.prefix(upTo: words.firstRange(of: ", saw ")?.lowerBound ?? words.endIndex)
        let isQuoting = words.contains("'") && !words.hasPrefix("expected '")
        let message = isQuoting ? "the \(scope) can't be read" : "the \(scope) can't be read: \(words)"
        let isBare = words == "could not determine value type"
        return TOMLFault(position: position, message: message, hint: isBare ? "a text stands in quotes" : nil)
    }

    /// The position of the first character of a line that isn't a blank. The library's own position is after the key
    /// that it rejects.
    private static func lineStart(_ line: Int, in text: String) -> Finding.Position {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        let content = line <= lines.count ? lines[line - 1] : Substring().utf8
        let blanks = content.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.count
        return Finding.Position(line: line, column: blanks + 1)
    }
}

extension TOMLArray {
    fileprivate var tomlValues: [any TOMLValueConvertible] { (0..<count).map { self[$0] } }
}
