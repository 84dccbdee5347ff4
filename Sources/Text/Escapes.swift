/// One octet of a text, with the range of scalars that it comes from.
struct TextUnit {
    let byte: UInt8
    let place: Range<Int>

    init(_ byte: UInt8, _ place: Range<Int>) {
        self.byte = byte
        self.place = place
    }
}

/// The ways to write one octet as several characters: `%41`, `%u0041`, `=41`, `0x41`, `\u0041`, `\u{41}`, `\x41`,
/// `&#65;`, `&#x41;` and `&amp;`, in letters of either case.
enum Escapes {
    private static let longest = 12
    private static let names: [(String, UInt8)] = [
        ("&amp;", UInt8(ascii: "&")), ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")),
        ("&quot;", UInt8(ascii: "\"")), ("&apos;", UInt8(ascii: "'")),
    ]
    /// What stands before hexadecimal digits, how many there are, and what ends them.
    private static let hexadecimal: [(start: String, digits: ClosedRange<Int>, end: String)] = [
        ("%u", 4...4, ""), ("%", 2...2, ""), ("=", 2...2, ""), ("0x", 2...2, ""), ("\\u{", 1...6, "}"),
        ("\\u", 4...4, ""), ("\\x", 2...2, ""), ("&#x", 1...6, ";"),
    ]

    /// Returns the octets with every escape replaced by the octet that it stands for.
    static func undone(in units: [TextUnit]) -> [TextUnit] {
        var plain: [TextUnit] = []
        plain.reserveCapacity(units.count)
        var place = 0
        while place < units.count {
            let first = units[place]
            let escape = first.byte.mayStartEscape ? escape(units[place...].prefix(longest).map(\.byte.lower)) : nil
            let length = escape?.length ?? 1
            let last = units[place + length - 1]
            plain.append(TextUnit(escape?.byte ?? first.byte, first.place.lowerBound..<last.place.upperBound))
            place += length
        }
        return plain
    }

    /// `bytes` are in lower case. Returns the octet of the escape at the start, and the escape's length; nil if there is none.
    private static func escape(_ bytes: [UInt8]) -> (byte: UInt8, length: Int)? {
        for form in hexadecimal where bytes.starts(with: form.start.utf8) {
            let digits = bytes.dropFirst(form.start.utf8.count).prefix(form.digits.upperBound).prefix {
                $0.isHexadecimal
            }
            let end = form.start.utf8.count + digits.count
            guard digits.count >= form.digits.lowerBound, bytes.dropFirst(end).starts(with: form.end.utf8),
                let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { continue }
            return (byte, end + form.end.utf8.count)
        }
        if let (name, byte) = names.first(where: { bytes.starts(with: $0.0.utf8) }) { return (byte, name.utf8.count) }
        guard bytes.starts(with: "&#".utf8), let end = bytes.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        return UInt8(String(decoding: bytes[2..<end], as: UTF8.self)).map { ($0, end + 1) }
    }
}

extension UInt8 {
    fileprivate var lower: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }

    fileprivate var mayStartEscape: Bool { "%=0\\&".utf8.contains(self) }

    fileprivate var isHexadecimal: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
