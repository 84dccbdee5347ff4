/// Rejects input that makes the TOML library end the process: a table header that doesn't start like a name, a `}`
/// while a `[` is open, an incomplete time, and names or values that are nested too deep for its recursion. Everything
/// else is left to the library.
///
/// The scan knows strings, comments, brackets and where a value may start. It has to be right only up to the first
/// error, where the library stops. It works on octets, because in Swift a bracket with a combining mark is a different
/// character.
struct TOMLScreen {
    private let octets: [UInt8]
    private var place = 0
    private var open: [UInt8] = []
    /// The number of dots since the last name or value began.
    private var dots = 0
    /// Whether a value may start here, rather than a key or a header.
    private var isValue = false

    /// More than any configuration needs, for dotted names as well as for arrays and tables in each other.
    static let depth = 32

    static func fault(in text: String) -> TOMLFault? {
        var screen = TOMLScreen(octets: Array(text.utf8))
        while screen.place < screen.octets.count {
            if let fault = screen.step() { return fault }
        }
        return nil
    }

    private init(octets: [UInt8]) {
        self.octets = octets
    }

    private mutating func step() -> TOMLFault? {
        let octet = octets[place]
        switch Unicode.Scalar(octet) {
        case "\"", "'": return passString(octet)
        case "#": place = end { $0 == UInt8(ascii: "\n") }
        case "[" where !isValue: return passHeaderStart()
        case "[", "{":
            guard open.count < Self.depth else { return tooDeep }
            open.append(octet)
            dots = 0
            isValue = octet == UInt8(ascii: "[")
            place += 1
        case "}" where open.last == UInt8(ascii: "["):
            return fault("a [ is closed by a }", hint: "close it by a ]")
        case "]", "}":
            _ = open.popLast()
            return pass(isValue: false)
        case ".":
            dots += 1
            return dots < Self.depth ? pass(isValue: false) : tooDeep
        case "=": return pass(isValue: true, isStart: true)
        case ",": return pass(isValue: open.last == UInt8(ascii: "["), isStart: true)
        case "\n": return pass(isValue: isValue && !open.isEmpty, isStart: true)
        case "0"..."9" where isValue:
            if holdsTime {
                return fault("a time isn't a value that a configuration takes", hint: "a text stands in quotes")
            }
            return pass(isValue: false)
        // The library accepts more characters as blanks than the standard.
        case " ", "\t", "\r", "\u{80}"...: place += 1
        default: return pass(isValue: false)
        }
        return nil
    }

    private mutating func pass(isValue: Bool, isStart: Bool = false) -> TOMLFault? {
        self.isValue = isValue
        if isStart { dots = 0 }
        place += 1
        return nil
    }

    private mutating func passHeaderStart() -> TOMLFault? {
        place = end(from: place + 1) { !Self.isBlank($0) }
        if place < octets.count, octets[place] == UInt8(ascii: "[") {
            place = end(from: place + 1) { !Self.isBlank($0) }
        }
        guard place < octets.count, Self.beginsName(octets[place]) else {
            return fault(
                "the table header can't be read: no name begins like that",
                hint: #"a name is of A-Z a-z 0-9 _ and -, or stands in quotes, as in [accounts.NAME]"#)
        }
        return nil
    }

    private var tooDeep: TOMLFault {
        fault("names or values are nested more than \(Self.depth) deep", hint: "no key of a configuration is that deep")
    }

    private mutating func passString(_ quote: UInt8) -> TOMLFault? {
        isValue = false
        let isLong = octets[place...].starts(with: [quote, quote, quote])
        let delimiter = Array(repeating: quote, count: isLong ? 3 : 1)
        place += delimiter.count
        while place < octets.count {
            if octets[place...].starts(with: delimiter) {
                place += delimiter.count
                return nil
            }
            if octets[place] == UInt8(ascii: "\n"), !isLong { return nil }
            place += octets[place] == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") ? 2 : 1
        }
        return nil
    }

    /// Whether the number that starts here is a time, with or without a date.
    private var holdsTime: Bool {
        let number = octets[place..<end { ",]}#\n".utf8.contains($0) }]
        let last = number.lastIndex { !Self.isBlank($0) && $0 != UInt8(ascii: "\r") } ?? place
        let isLonger = number[...last].contains(UInt8(ascii: " ")) && number.contains(UInt8(ascii: "-"))
        return isLonger || number.contains(UInt8(ascii: ":"))
    }

    /// The index of the next matching octet, or of the end of the document.
    private func end(from start: Int? = nil, where isEnd: (UInt8) -> Bool) -> Int {
        octets[(start ?? place)...].firstIndex(where: isEnd) ?? octets.count
    }

    private func fault(_ message: String, hint: String) -> TOMLFault {
        let before = octets[..<place]
        let line = before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let column = String(decoding: line.last ?? [], as: UTF8.self).count + 1
        return TOMLFault(
            position: Finding.Position(line: line.count, column: column), message: message, hint: hint)
    }

    private static func isBlank(_ octet: UInt8) -> Bool { octet == UInt8(ascii: " ") || octet == UInt8(ascii: "\t") }

    private static func beginsName(_ octet: UInt8) -> Bool {
        switch Unicode.Scalar(octet) {
        case "A"..."Z", "a"..."z", "0"..."9", "_", "-", "\"", "'", "]": true
        default: false
        }
    }
}
