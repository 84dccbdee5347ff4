/// Reads a JSON object as far as it can be read. A reply that a gateway has cut, or that a server writes wrongly, may
/// contain a refresh token that exists nowhere else.
///
/// Besides JSON it accepts comments, single quotes, names without quotes, missing and extra commas, `NaN`, and line
/// breaks in strings. Where a member can't be read, it is left out, and reading goes on at the next one. A value counts
/// only if its end was read.
struct LenientJSON {
    private let bytes: ArraySlice<UInt8>
    private(set) var place: Int
    /// Whether the object's closing brace was read.
    private(set) var isWhole = true
    /// Whether the object is as RFC 8259 requires.
    private(set) var isStrict = true

    /// Deeper values are left out.
    private static let mostLevels = 64
    /// The longest name that ends a part that can't be read.
    private static let longestName = 128

    /// `bytes` begins with the opening brace.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    mutating func readObject() -> [String: ReplyObject.Value] { object(level: 0) }

    private var current: UInt8? { place < bytes.endIndex ? bytes[place] : nil }

    private mutating func object(level: Int) -> [String: ReplyObject.Value] {
        var members: [String: ReplyObject.Value] = [:]
        place += 1
        while true {
            skipBlanks(andCommas: true)
            guard let byte = current else { break }
            if byte == UInt8(ascii: "}") {
                place += 1
                return members
            }
            guard let name = name(), readColon(), let value = value(level: level + 1), isEnd(isMember: true) else {
                recover(isMember: true)
                continue
            }
            // Of two members with one name the last counts, unless it is empty.
            if members[name]?.isEmpty != false || !value.isEmpty { members[name] = value }
        }
        (isWhole, isStrict) = (false, false)
        return members
    }

    private mutating func list(level: Int) -> [ReplyObject.Value] {
        var values: [ReplyObject.Value] = []
        place += 1
        while true {
            skipBlanks(andCommas: true)
            guard let byte = current else { break }
            if byte == UInt8(ascii: "]") {
                place += 1
                return values
            }
            if byte == UInt8(ascii: "}") { break }
            guard let value = value(level: level + 1), isEnd(isMember: false) else {
                recover(isMember: false)
                continue
            }
            values.append(value)
        }
        isStrict = false
        if current == nil { isWhole = false }
        return values
    }

    private mutating func value(level: Int) -> ReplyObject.Value? {
        skipBlanks()
        guard level < Self.mostLevels else { return nil }
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return string().map { .text($0) }
        case UInt8(ascii: "{"): return .object(object(level: level))
        case UInt8(ascii: "["): return .list(list(level: level))
        default: return literal()
        }
    }

    /// A number or a name such as `true`. At the end of the input its last characters may be missing.
    private mutating func literal() -> ReplyObject.Value? {
        let start = place
        while let byte = current, byte.isOfWord || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") { place += 1 }
        guard current != nil, start < place else { return nil }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        switch text {
        case "true", "false": return .flag(text == "true")
        case "null": return .null
        case "undefined", "None", "NaN", "-NaN", "Infinity", "-Infinity":
            isStrict = false
            return .null
        default: return Double(text).map { .number($0, literal: text) }
        }
    }

    private mutating func name() -> String? {
        if let byte = current, byte.isQuote { return string() }
        let start = place
        while let byte = current, byte.isOfWord { place += 1 }
        isStrict = false
        return start < place ? String(decoding: bytes[start..<place], as: UTF8.self) : nil
    }

    private mutating func readColon() -> Bool {
        skipBlanks()
        guard current == UInt8(ascii: ":") else { return false }
        place += 1
        return true
    }

    /// Reads a string; nil if it doesn't end, or not within `limit` octets.
    private mutating func string(limit: Int = .max) -> String? {
        guard let quote = current else { return nil }
        if quote != UInt8(ascii: "\"") { isStrict = false }
        var text: [UInt8] = []
        place += 1
        while let byte = current, text.count < limit {
            place += 1
            switch byte {
            case quote: return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += escape()
            case 0..<0x20: text.append(UInt8(ascii: " "))
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> [UInt8] {
        guard let byte = current else { return [] }
        place += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "u"):
            guard let first = unit() else { return [byte] }
            guard UTF16.isLeadSurrogate(first), bytes[place...].starts(with: [0x5c, 0x75]) else {
                return Array(String(decoding: [first], as: UTF16.self).utf8)
            }
            place += 2
            return Array(String(decoding: [first, unit() ?? 0xfffd], as: UTF16.self).utf8)
        default: return [byte]
        }
    }

    private mutating func unit() -> UInt16? {
        guard bytes.endIndex - place >= 4 else { return nil }
        let unit = UInt16(String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16)
        if unit != nil { place += 4 }
        return unit
    }
}

/// What stands between values.
extension LenientJSON {
    /// Whether a value ends here: otherwise it was only the beginning of something that can't be read.
    private mutating func isEnd(isMember: Bool) -> Bool {
        skipBlanks()
        switch current {
        case nil, UInt8(ascii: ","): return true
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            let isFitting = (current == UInt8(ascii: "}")) == isMember
            if !isFitting { isStrict = false }
            return true
        default:
            isStrict = false
            return isMember && isAtMember()
        }
    }

    /// Skips to the next member, or to the end of the object or list, which it doesn't pass.
    private mutating func recover(isMember: Bool) {
        isStrict = false
        var level = 0
        while let byte = current {
            switch byte {
            case UInt8(ascii: "}") where level == 0: return
            case UInt8(ascii: "]") where level == 0 && !isMember: return
            case UInt8(ascii: "{"): level += 1
            case UInt8(ascii: "}"): level -= 1
            default: break
            }
            place += 1
            guard byte == UInt8(ascii: ",") else { continue }
            skipBlanks()
            if !isMember || isAtMember() { return }
        }
    }

    /// Whether a name in quotes and a colon follow. This is asked at each comma of a part that can't be read, so it must
    /// not look further than the next comma or the longest name.
    private func isAtMember() -> Bool {
        guard let byte = current, byte.isQuote else { return false }
        var ahead = self
        guard ahead.string(limit: Self.longestName) != nil else { return false }
        return bytes[ahead.place...].first { !$0.isBlank } == UInt8(ascii: ":")
    }

    private mutating func skipBlanks(andCommas: Bool = false) {
        while let byte = current {
            switch byte {
            case _ where byte.isBlank: place += 1
            case UInt8(ascii: ",") where andCommas: place += 1
            case UInt8(ascii: "#"): skip(past: [0x0a])
            case UInt8(ascii: "/") where bytes[place...].starts(with: "//".utf8): skip(past: [0x0a])
            case UInt8(ascii: "/") where bytes[place...].starts(with: "/*".utf8): skip(past: Array("*/".utf8))
            default: return
            }
        }
    }

    private mutating func skip(past end: [UInt8]) {
        isStrict = false
        while current != nil, !bytes[place...].starts(with: end) { place += 1 }
        place = min(place + end.count, bytes.endIndex)
    }
}

extension UInt8 {
    fileprivate var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") }

    fileprivate var isBlank: Bool {
        switch self {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), 0: true
        default: false
        }
    }

    /// Whether the octet may be part of a name without quotes, or of a number.
    fileprivate var isOfWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"):
            true
        default: false
        }
    }
}
