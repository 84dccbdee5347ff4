import CTOML
import Glibc
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
@safe struct TOMLBranch {
    fileprivate let table: OpaquePointer
    fileprivate let document: TOMLDocument

    var isEmpty: Bool { unsafe tableIsEmpty(table) }

    var values: [String: TOMLNode] {
        let (keys, count) = unsafe (tableGetKeys(table), tableSize(table))
        defer { unsafe free(UnsafeMutablePointer(mutating: keys)) }
        var values: [String: TOMLNode] = [:]
        for index in 0..<count {
            guard let key = unsafe taken(keys[index], { unsafe String(cString: $0) }) else { continue }
            values[key] = self[key] ?? .other("nothing")
        }
        return values
    }

    subscript(key: String) -> TOMLNode? { unsafe tableGetNode(table, key).map { unsafe node($0) } }

    private func node(_ value: OpaquePointer) -> TOMLNode {
        switch unsafe nodeType(value) {
        case .string: unsafe taken(nodeAsString(value)) { unsafe .string(String(cString: $0)) } ?? .other("a string")
        case .integer: unsafe taken(nodeAsInt(value)) { unsafe .integer(Int($0.pointee)) } ?? .other("an integer")
        case .boolean: unsafe taken(nodeAsBool(value)) { unsafe .boolean($0.pointee) } ?? .other("a boolean")
        case .array: unsafe .array(elements(of: nodeAsArray(value)))
        case .table:
            unsafe nodeAsTable(value).map { unsafe .table(TOMLBranch(table: $0, document: document)) }
                ?? .other("a table")
        case .floatingPoint: .other("a number with a fraction")
        case .date: .other("a date")
        case .timeType: .other("a time")
        case .dateTime: .other("a date and time")
        }
    }

    private func elements(of array: OpaquePointer?) -> [TOMLNode] {
        guard let array = unsafe array else { return [] }
        return unsafe (0..<arraySize(array)).map { unsafe node(arrayGetNode(array, Int64($0))) }
    }
}

/// Reads a copy that the library has allocated, and frees it.
private func taken<Value, Result>(
    _ copy: UnsafePointer<Value>?, _ read: (UnsafePointer<Value>) -> Result
) -> Result? {
    guard let copy = unsafe copy else { return nil }
    defer { unsafe free(UnsafeMutablePointer(mutating: copy)) }
    return unsafe read(copy)
}

/// A parsed TOML document. Only this file uses the TOML library, and only its C interface: the Swift types above that
/// never free what they copy out of a document, which may contain secrets.
@safe final class TOMLDocument {
    private let tree: OpaquePointer

    init(_ text: String) throws(TOMLFault) {
        if let fault = TOMLScreen.fault(in: text) { throw fault }
        let error = UnsafeMutablePointer<CTOMLParseError>.allocate(capacity: 1)
        defer { unsafe error.deallocate() }
        guard let tree = unsafe tableCreateFromString(text, error) else {
            let begin = unsafe error.pointee.source.begin
            let position = Finding.Position(line: max(1, Int(begin.line)), column: max(1, Int(begin.column)))
            let description = unsafe taken(error.pointee.description) { unsafe String(cString: $0) }
            throw Self.fault(description ?? "", at: position, in: text)
        }
        unsafe self.tree = tree
    }

    /// The library has no way to free the empty table that remains.
    deinit {
        unsafe tableClear(tree)
    }

    var root: TOMLBranch { unsafe TOMLBranch(table: tree, document: self) }

    /// The library's message without quoted parts of the document, which may contain a secret.
    private static func fault(_ description: String, at position: Finding.Position, in text: String) -> TOMLFault {
        let repetition = description.firstRange(of: "cannot redefine existing ").map { description[$0.upperBound...] }
        // This message quotes a key, never a value.
        if let name = repetition?.split(separator: "'", maxSplits: 2).dropFirst().first {
            return TOMLFault(position: lineStart(position.line, in: text), message: "\(name.shown) is stated twice")
        }
        if let quote = openQuote(at: position, in: text), description.contains("control characters") {
            return TOMLFault(
                position: quote, message: "the text in quotes doesn't end on its line", hint: "close it with a quote")
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

    /// The position of the quote that is open at the end of a line; nil where the position is elsewhere, or in a text
    /// of several lines.
    private static func openQuote(at position: Finding.Position, in text: String) -> Finding.Position? {
        let lines = text.unicodeScalars.split(
            separator: "\n", maxSplits: position.line, omittingEmptySubsequences: false)
        guard position.line <= lines.count else { return nil }
        let line = Array(lines[position.line - 1].filter { $0 != "\r" })
        guard position.column > line.count else { return nil }
        var (open, place) = (Int?.none, 0)
        while place < line.count {
            if let start = open {
                if line[place] == "\\", line[start] == "\"" {
                    place += 1
                } else if line[place] == line[start] {
                    open = nil
                }
            } else if line[place] == "\"" || line[place] == "'" {
                if line[place...].starts(with: Array(repeating: line[place], count: 3)) { return nil }
                open = place
            } else if line[place] == "#" {
                return nil
            }
            place += 1
        }
        return open.map { Finding.Position(line: position.line, column: $0 + 1) }
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
