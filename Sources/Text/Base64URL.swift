package import FoundationEssentials

/// Base64 for URLs, without padding (RFC 4648 section 5).
package enum Base64URL {
    package static func encode(_ octets: some Sequence<UInt8>) -> String {
        var text = Array(Data(octets).base64EncodedData())
        while text.last == UInt8(ascii: "=") { text.removeLast() }
        for place in text.indices {
            switch text[place] {
            case UInt8(ascii: "+"): text[place] = UInt8(ascii: "-")
            case UInt8(ascii: "/"): text[place] = UInt8(ascii: "_")
            default: break
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil where the text holds a character outside that alphabet.
    package static func decode(_ text: some StringProtocol) -> Data? {
        var standard = Data()
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: standard.append(octet)
            }
        }
        standard.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (4 - standard.count % 4) % 4))
        return Data(base64Encoded: standard)
    }
}
