/// Masks the secrets of a request in texts from its reply before they are shown, because servers echo them.
///
/// Only letters and digits are compared, without case: so a secret is found whatever stands between its characters, and
/// in any alphabet of base64. It is also found truncated at either end, reversed, in base64, in hexadecimal, and in any
/// escaping that `Escapes` knows. Short pieces of it are found by their other characters too.
package struct SecretMask: Sendable {
    package static let placeholder = "<secret>"

    /// One way to write a secret.
    private struct Form {
        /// As they are compared.
        let octets: [UInt8]
        /// The length of the pieces by which it is found: at most 8, so that each fits into a UInt64.
        let length: Int
        /// Whether other characters than letters and digits are compared too.
        let hasMarks: Bool
    }

    private var forms: [Form] = []

    /// Text beyond this length is neither searched nor shown.
    private static let limit = 4096
    /// How many times a text may have been escaped.
    private static let mostEscapes = 3

    package init(_ secrets: some Sequence<Secret> = []) {
        for secret in secrets {
            let bytes = Array(secret.expose().utf8)
            // Two characters aren't worth hiding, and would mask half of every text.
            guard bytes.count > 2 else { continue }
            add(bytes)
            add(bytes, hasMarks: true)
            add(bytes.reversed())
            add(Self.hexadecimal(bytes))
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
        mask.forms += forms
        return mask
    }

    private mutating func add(_ bytes: [UInt8], hasMarks: Bool = false) {
        let folded = bytes.compactMap { $0.compared(withMarks: hasMarks) }
        let length = folded.count < 8 ? folded.count : folded.count < 12 ? 6 : 8
        // What few letters are left of a secret stands in any text.
        guard length > 0, hasMarks || folded.count > 2, hasMarks || folded.count * 2 >= bytes.count else { return }
        forms.append(Form(octets: folded, length: length, hasMarks: hasMarks))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    /// Returns the text with a placeholder for each secret.
    package func cover(_ text: some StringProtocol) -> String {
        guard !forms.isEmpty else { return String(text) }
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
            Array(String(scalar.narrow).utf8).map { TextUnit($0, place..<(place + 1)) }
        }
        for _ in 0...Self.mostEscapes {
            mark(units, in: &isHidden)
            let plain = Escapes.undone(in: units)
            if plain.count == units.count { break }
            units = plain
        }
        Self.widen(&isHidden, in: scalars)
        return isHidden
    }

    /// The text is taken apart instead of the secrets, because it is short and nearly always has nothing of them.
    private func mark(_ units: [TextUnit], in isHidden: inout [Bool]) {
        for hasMarks in [false, true] {
            let compared = units.compactMap { unit in
                unit.byte.compared(withMarks: hasMarks).map { TextUnit($0, unit.place) }
            }
            var pieces: [Int: TextPieces] = [:]
            for form in forms where form.hasMarks == hasMarks && form.length <= compared.count {
                let known = pieces[form.length] ?? TextPieces(compared.map(\.byte), length: form.length)
                pieces[form.length] = known
                TextPieces.each(of: form.octets, length: form.length) { number, _ in
                    for start in known.starts(of: number) {
                        let end = compared[start + form.length - 1].place.upperBound
                        for place in compared[start].place.lowerBound..<end { isHidden[place] = true }
                    }
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

/// The pieces of one length that a text has, and where.
private struct TextPieces {
    private var starts: [UInt64: [Int]] = [:]
    /// Whether there may be a piece of this hash: for most of those that are looked for there is none.
    private var hashes = [Bool](repeating: false, count: 1024)

    init(_ octets: [UInt8], length: Int) {
        Self.each(of: octets, length: length) { number, start in
            starts[number, default: []].append(start)
            hashes[Self.hash(number)] = true
        }
    }

    func starts(of number: UInt64) -> [Int] { hashes[Self.hash(number)] ? starts[number] ?? [] : [] }

    /// Calls `take` with each piece, as a number, and its start. A piece has at most 8 octets.
    static func each(of octets: [UInt8], length: Int, _ take: (UInt64, Int) -> Void) {
        let kept = UInt64.max >> (64 - 8 * UInt64(length))
        var number: UInt64 = 0
        for (place, octet) in octets.enumerated() {
            number = (number << 8 | UInt64(octet)) & kept
            if place >= length - 1 { take(number, place - length + 1) }
        }
    }

    /// By the multiplier of Fibonacci hashing, 2^64 divided by the golden ratio.
    private static func hash(_ number: UInt64) -> Int { Int((number &* 0x9e37_79b9_7f4a_7c15) >> 54) }
}

extension UInt8 {
    /// The octet for comparison: a letter in lower case or a digit, and with `withMarks` any other visible ASCII but
    /// the backslash of an escape; else nil.
    fileprivate func compared(withMarks: Bool) -> UInt8? {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): self | 0x20
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): self
        case 0x21..<0x7f where self != UInt8(ascii: "\\"): withMarks ? self : nil
        default: nil
        }
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is one of those that tokens consist of.
    fileprivate var isOfToken: Bool {
        isASCII && (properties.isAlphabetic || (0x30...0x39).contains(value) || "-._~+/%".unicodeScalars.contains(self))
    }

    /// The ASCII character of which this is the full-width form, else the scalar itself.
    fileprivate var narrow: Unicode.Scalar {
        (0xff01...0xff5e).contains(value) ? Unicode.Scalar(UInt8(value - 0xfee0)) : self
    }
}
