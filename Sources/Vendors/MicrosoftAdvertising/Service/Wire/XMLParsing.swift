/// Parses the part of XML 1.0 that SOAP 1.1 allows: elements, attributes, character data, CDATA sections, comments, the
/// five predefined entities and character references. What may declare anything, a document type, is a mistake, so that
/// there is no entity to expand and nothing to load.
///
/// The input is UTF-8 (`XMLGuard`). Nesting is limited; the time is linear in the size of the input.
struct XMLParsing {
    private let bytes: [UInt8]
    private var index = 0
    /// The elements that have begun and not ended, with the names of their tags.
    private var open: [(tag: ArraySlice<UInt8>, element: SOAPElement, text: [UInt8])] = []
    private var root: SOAPElement?

    static let deepest = 64

    static func root(of bytes: [UInt8]) throws(XMLMistake) -> SOAPElement {
        var parsing = XMLParsing(bytes: bytes)
        return try parsing.document()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func document() throws(XMLMistake) -> SOAPElement {
        if starts(with: "\u{feff}") { index += 3 }
        if starts(with: "<?xml") { try skip(past: "?>") }
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "<") {
                try markup()
            } else {
                try characters()
            }
        }
        guard let root, open.isEmpty else { throw mistake("it ends within an element") }
        return root
    }

    private mutating func markup() throws(XMLMistake) {
        if starts(with: "<!--") {
            index += 4
            try skip(past: "-->")
        } else if starts(with: "<![CDATA[") {
            guard !open.isEmpty else { throw mistake("text outside of the element") }
            index += 9
            let start = index
            try skip(past: "]]>")
            open[open.count - 1].text += bytes[start..<index - 3]
        } else if starts(with: "</") {
            try endTag()
        } else if starts(with: "<!") || starts(with: "<?") {
            throw mistake("a declaration or an instruction")
        } else {
            try startTag()
        }
    }

    private mutating func startTag() throws(XMLMistake) {
        guard root == nil || !open.isEmpty else { throw mistake("a second element") }
        guard open.count < Self.deepest else { throw mistake("too many elements within each other") }
        index += 1
        let tag = try name()
        var element = SOAPElement(name: Self.local(tag))
        var attributes: Set<ArraySlice<UInt8>> = []
        while true {
            let hasSpace = skipSpace()
            if starts(with: "/>") {
                index += 2
                return place(element)
            }
            if starts(with: ">") {
                index += 1
                open.append((tag, element, []))
                return
            }
            guard hasSpace else { throw mistake("no white space before an attribute") }
            let attribute = try name()
            guard attributes.insert(attribute).inserted else { throw mistake("an attribute that occurs twice") }
            let value = try attributeValue()
            if Self.local(attribute) == "nil" { element.isNil = value == "true" || value == "1" }
        }
    }

    private mutating func attributeValue() throws(XMLMistake) -> String {
        _ = skipSpace()
        guard starts(with: "=") else { throw mistake("an attribute without a value") }
        index += 1
        _ = skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") else {
            throw mistake("a value without quotes")
        }
        let quote = bytes[index]
        index += 1
        var value: [UInt8] = []
        while index < bytes.count, bytes[index] != quote {
            guard bytes[index] != UInt8(ascii: "<") else { throw mistake("a tag in an attribute's value") }
            try octet(into: &value)
        }
        guard index < bytes.count else { throw mistake("it ends within an attribute") }
        index += 1
        return String(decoding: value, as: UTF8.self)
    }

    private mutating func endTag() throws(XMLMistake) {
        index += 2
        let tag = try name()
        _ = skipSpace()
        guard starts(with: ">"), let last = open.last, last.tag == tag else {
            throw mistake("an end tag that ends no element")
        }
        index += 1
        open.removeLast()
        var element = last.element
        element.text = Self.trimmed(last.text)
        place(element)
    }

    private mutating func place(_ element: SOAPElement) {
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].element.children.append(element)
        }
    }

    private mutating func characters() throws(XMLMistake) {
        var text: [UInt8] = []
        while index < bytes.count, bytes[index] != UInt8(ascii: "<") { try octet(into: &text) }
        if open.isEmpty {
            guard text.allSatisfy(Self.isSpace) else { throw mistake("text outside of the element") }
        } else {
            open[open.count - 1].text += text
        }
    }

    /// One octet of text, or what a reference stands for.
    private mutating func octet(into text: inout [UInt8]) throws(XMLMistake) {
        guard bytes[index] == UInt8(ascii: "&") else {
            text.append(bytes[index])
            index += 1
            return
        }
        // The longest is a character reference: &#x10FFFF;
        guard let end = bytes[index...].prefix(12).firstIndex(of: UInt8(ascii: ";")),
            let character = XMLText.character(of: String(decoding: bytes[index + 1..<end], as: UTF8.self))
        else { throw mistake("an entity that isn't predefined") }
        text += Array(String(character).utf8)
        index = end + 1
    }

    private mutating func name() throws(XMLMistake) -> ArraySlice<UInt8> {
        let name = bytes[index...].prefix { !Self.isSpace($0) && !Self.endsName.contains($0) }
        // A prefix and a local name, or only a local name (Namespaces in XML 1.0, section 3).
        let parts = name.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ $0.first.map { !Self.startsNoName.contains($0) } == true }) else {
            throw mistake("no name")
        }
        index = name.endIndex
        return name
    }

    private static let endsName = Set("<>/='\"&;!?()[]{}@#$%^*+|\\,`~".utf8)
    private static let startsNoName = Set("-.0123456789".utf8)

    private mutating func skipSpace() -> Bool {
        let start = index
        while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
        return index > start
    }

    private mutating func skip(past end: StaticString) throws(XMLMistake) {
        let found = bytes[index...].firstRange(of: Array(end.description.utf8))
        guard let found else { throw mistake("it ends too early") }
        index = found.upperBound
    }

    private func starts(with text: StaticString) -> Bool {
        bytes[index...].starts(with: text.description.utf8)
    }

    private func mistake(_ reason: String) -> XMLMistake { XMLMistake(reason: reason, offset: index) }

    private static func isSpace(_ octet: UInt8) -> Bool { octet == 32 || octet == 9 || octet == 10 || octet == 13 }

    private static func local(_ tag: ArraySlice<UInt8>) -> String {
        let colon = tag.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? tag.startIndex
        return String(decoding: tag[colon...], as: UTF8.self)
    }

    private static func trimmed(_ text: [UInt8]) -> String {
        guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: text[first...last], as: UTF8.self)
    }
}
