/// A name and a value of a query or a form.
package struct FormField: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// `application/x-www-form-urlencoded` as RFC 6749 appendix B asks for it.
package enum FormEncoding {
    package static let mediaType = "application/x-www-form-urlencoded"

    package static func encode(_ fields: [FormField]) -> String {
        fields.map { "\(encode($0.name))=\(encode($0.value))" }.joined(separator: "&")
    }

    /// Encodes one name or value: every octet but the unreserved ones is escaped, and a space becomes `+`.
    package static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: " "): encoded.append(UInt8(ascii: "+"))
            case _ where isUnreserved(octet): encoded.append(octet)
            default: encoded += [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The fields in the order of the form, repeated names included.
    ///
    /// - Returns: nil where an escape is broken or the octets aren't UTF-8: then no part of the form can be trusted.
    package static func decode(_ form: some StringProtocol) -> [FormField]? {
        var fields: [FormField] = []
        for pair in form.utf8.split(separator: UInt8(ascii: "&")) {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let value = pair.dropFirst(name.count + 1)
            guard let name = decodeOctets(name), let value = decodeOctets(value) else { return nil }
            fields.append(FormField(name, value))
        }
        return fields
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func decodeOctets(_ text: some Sequence<UInt8>) -> String? {
        var octets: [UInt8] = []
        var rest = text.makeIterator()
        while let octet = rest.next() {
            switch octet {
            case UInt8(ascii: "+"): octets.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue) else {
                    return nil
                }
                octets.append(high << 4 | low)
            default: octets.append(octet)
            }
        }
        return String(validating: octets, as: UTF8.self)
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
