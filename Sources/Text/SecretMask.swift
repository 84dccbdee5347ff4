/// Masks the secrets of a request in texts from its reply before they are shown, because servers echo them.
///
/// A secret is found unchanged, truncated at either end, in any case, with white space in it, percent-encoded, escaped
/// for JSON or HTML, in base64 and in hexadecimal.
package struct SecretMask: Sendable {
    package static let placeholder = "<secret>"

    /// Pieces of the secrets by length; each piece fits into a UInt64.
    private var pieces: [Int: Set<UInt64>] = [:]

    /// Text beyond this length is neither searched nor shown.
    private static let limit = 4096

    package init(_ secrets: some Sequence<Secret> = []) {
        for secret in secrets {
            let bytes = Array(secret.expose().utf8)
            // Two characters aren't worth hiding, and would mask half of every text.
            guard bytes.count > 2 else { continue }
            add(bytes)
            add(Array(Self.hexadecimal(bytes)))
            for offset in 0..<3 where bytes.count > 5 {
                // The base64 of a secret depends on its offset in the encoded data; the characters at its ends also
                // depend on what adjoins it.
                let encoded = Array(Base64URL.encode([UInt8](repeating: 0, count: offset) + bytes).utf8)
                add(Array(encoded.dropFirst(offset == 0 ? 0 : 4).dropLast(offset == 0 ? 1 : 3)))
            }
        }
    }

    /// Returns a mask that also hides these secrets.
    package func adding(_ secrets: some Sequence<Secret>) -> SecretMask {
        var mask = SecretMask(secrets)
        for (length, known) in pieces { mask.pieces[length, default: []].formUnion(known) }
        return mask
    }

    private mutating func add(_ bytes: [UInt8]) {
        let folded = bytes.enumerated().compactMap { place, byte in Unit(byte, place..<(place + 1)).folded?.byte }
        let length = folded.count < 8 ? folded.count : folded.count < 12 ? 6 : 8
        guard length > 0 else { return }
        for start in 0...(folded.count - length) {
            pieces[length, default: []].insert(Self.number(folded[start..<(start + length)]))
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    /// Returns the text with a placeholder for each secret.
    package func cover(_ text: some StringProtocol) -> String {
        guard !pieces.isEmpty else { return String(text) }
        let scalars = Array(text.unicodeScalars.prefix(Self.limit))
        let isHidden = hidden(scalars)
        guard isHidden.contains(true) else { return String(String.UnicodeScalarView(scalars)) }
        var shown = ""
        for (place, scalar) in scalars.enumerated() {
            if !isHidden[place] {
                shown.unicodeScalars.append(scalar)
            } else if place == 0 || !isHidden[place - 1] {
                shown += Self.placeholder
            }
        }
        return shown
    }

    /// Whether the text contains a secret or a piece of one.
    package func finds(in text: some StringProtocol) -> Bool {
        hidden(Array(text.unicodeScalars.prefix(Self.limit))).contains(true)
    }

    private func hidden(_ scalars: [Unicode.Scalar]) -> [Bool] {
        var isHidden = [Bool](repeating: false, count: scalars.count)
        var units = scalars.enumerated().flatMap { place, scalar in
            Array(String(scalar).utf8).map { Unit($0, place..<(place + 1)) }
        }
        // Searches the text unchanged, unescaped once, and unescaped twice.
        for _ in 0..<3 {
            mark(units.compactMap(\.folded), in: &isHidden)
            let plain = Unit.unescaped(units)
            if plain.count == units.count { break }
            units = plain
        }
        Self.widen(&isHidden, in: scalars)
        return isHidden
    }

    private func mark(_ units: [Unit], in isHidden: inout [Bool]) {
        let bytes = units.map(\.byte)
        for (length, known) in pieces where length <= bytes.count {
            for start in 0...(bytes.count - length)
            where known.contains(Self.number(bytes[start..<(start + length)])) {
                for place in units[start].place.lowerBound..<units[start + length - 1].place.upperBound {
                    isHidden[place] = true
                }
            }
        }
    }

    /// Extends each hit to the adjoining token characters, which are probably the rest of the secret.
    private static func widen(_ isHidden: inout [Bool], in scalars: [Unicode.Scalar]) {
        for place in scalars.indices.dropFirst() where isHidden[place - 1] && scalars[place].isOfToken {
            isHidden[place] = true
        }
        for place in scalars.indices.dropLast().reversed() where isHidden[place + 1] && scalars[place].isOfToken {
            isHidden[place] = true
        }
    }
}

/// One octet of a text, with the range of scalars that it comes from.
private struct Unit {
    let byte: UInt8
    let place: Range<Int>

    init(_ byte: UInt8, _ place: Range<Int>) {
        self.byte = byte
        self.place = place
    }

    /// The octet for comparison, ignoring case and the difference between base64 and base64url; nil for white space and
    /// other characters that may be inserted anywhere.
    var folded: Unit? {
        switch byte {
        case 0...0x20, 0x7f, UInt8(ascii: "\\"): nil
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Unit(byte | 0x20, place)
        case UInt8(ascii: "+"): Unit(UInt8(ascii: "-"), place)
        case UInt8(ascii: "/"): Unit(UInt8(ascii: "_"), place)
        default: self
        }
    }

    /// Returns the octets with `%41`, `\u0041`, `\x41`, `&#65;`, `&#x41;` and `&amp;` unescaped.
    static func unescaped(_ units: [Unit]) -> [Unit] {
        var plain: [Unit] = []
        var rest = units[...]
        while let first = rest.first {
            let (byte, length) = escape(rest.prefix(10).map(\.byte)) ?? (first.byte, 1)
            let last = rest[rest.startIndex + length - 1]
            plain.append(Unit(byte, first.place.lowerBound..<last.place.upperBound))
            rest = rest.dropFirst(length)
        }
        return plain
    }

    private static let names: [(String, UInt8)] = [
        ("&amp;", UInt8(ascii: "&")), ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")),
        ("&quot;", UInt8(ascii: "\"")), ("&apos;", UInt8(ascii: "'")),
    ]

    /// Returns the octet of the escape at the start, and the escape's length; nil if there is none.
    private static func escape(_ bytes: [UInt8]) -> (UInt8, Int)? {
        func value(_ range: Range<Int>, radix: Int) -> UInt8? {
            guard range.upperBound <= bytes.count, !range.isEmpty else { return nil }
            return UInt8(String(decoding: bytes[range], as: UTF8.self), radix: radix)
        }
        switch bytes.first {
        case UInt8(ascii: "%"): return value(1..<3, radix: 16).map { ($0, 3) }
        case UInt8(ascii: "\\") where bytes.dropFirst().first == UInt8(ascii: "u"):
            return value(2..<6, radix: 16).map { ($0, 6) }
        case UInt8(ascii: "\\") where bytes.dropFirst().first == UInt8(ascii: "x"):
            return value(2..<4, radix: 16).map { ($0, 4) }
        case UInt8(ascii: "&"):
            if let (name, byte) = names.first(where: { bytes.starts(with: $0.0.utf8) }) {
                return (byte, name.utf8.count)
            }
            guard let end = bytes.firstIndex(of: UInt8(ascii: ";")), end > 2, bytes[1] == UInt8(ascii: "#") else {
                return nil
            }
            let isHexadecimal = bytes[2] | 0x20 == UInt8(ascii: "x")
            return value((isHexadecimal ? 3 : 2)..<end, radix: isHexadecimal ? 16 : 10).map { ($0, end + 1) }
        default: return nil
        }
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is one of those that tokens consist of.
    fileprivate var isOfToken: Bool {
        isASCII && (properties.isAlphabetic || (0x30...0x39).contains(value) || "-._~+/%".unicodeScalars.contains(self))
    }
}
