import FoundationEssentials

/// The common name in the subject of a certificate (RFC 5280 section 4.1.2.6), as far as it is needed to tell whether
/// there is one.
enum CommonName {
    private static let identifier: [UInt8] = [0x06, 0x03, 0x55, 0x04, 0x03]
    private static let (sequence, version) = (UInt8(0x30), UInt8(0xa0))

    /// The first certificate's name in a text in PEM; nil where it has none, or there is no certificate.
    static func find(in pem: String) -> String? {
        guard let begin = pem.firstRange(of: "-----BEGIN CERTIFICATE-----"),
            let end = pem[begin.upperBound...].firstRange(of: "-----END CERTIFICATE-----")
        else { return nil }
        let text = pem[begin.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
        guard let data = Data(base64Encoded: String(text)) else { return nil }
        return find(in: Array(data)[...])
    }

    private static func find(in certificate: ArraySlice<UInt8>) -> String? {
        var whole = certificate
        guard var outer = take(sequence, &whole), var fields = take(sequence, &outer) else { return nil }
        if fields.first == version { _ = take(version, &fields) }
        // The serial number, the algorithm, the issuer and the validity.
        for _ in 0..<4 { guard skip(&fields) else { return nil } }
        guard let subject = take(sequence, &fields), let place = subject.firstRange(of: identifier) else { return nil }
        var value = subject[place.upperBound...]
        guard let tag = value.first, let octets = take(tag, &value) else { return nil }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func skip(_ octets: inout ArraySlice<UInt8>) -> Bool {
        guard let tag = octets.first else { return false }
        return take(tag, &octets) != nil
    }

    /// The content of the element at the beginning, which must have this tag; it is removed.
    private static func take(_ tag: UInt8, _ octets: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard octets.popFirst() == tag, let first = octets.popFirst() else { return nil }
        var length = Int(first)
        if first & 0x80 != 0 {
            let count = Int(first & 0x7f)
            guard (1...3).contains(count), octets.count >= count else { return nil }
            length = octets.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            octets = octets.dropFirst(count)
        }
        guard octets.count >= length else { return nil }
        defer { octets = octets.dropFirst(length) }
        return octets.prefix(length)
    }
}
