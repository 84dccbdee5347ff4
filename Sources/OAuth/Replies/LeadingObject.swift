package import FoundationEssentials

/// Extracts the first JSON object of a reply. Anything that a server or a gateway puts before it or behind it is ignored:
/// a byte order mark, a prefix against script inclusion, a callback's name, a log line, a NUL, a second object.
package enum LeadingObject {
    /// So many opening braces are tried.
    static let mostStarts = 16

    /// Returns the object in UTF-8, without raw control characters in its strings; nil if there is no complete object.
    package static func data(in body: some Collection<UInt8>) -> Data? {
        let bytes = utf8(body)
        guard let first = start(of: bytes) else { return nil }
        let starts = bytes.indices.lazy.filter { bytes[$0] == UInt8(ascii: "{") }.prefix(mostStarts)
        for start in starts {
            guard let object = object(in: bytes[start...]) else { return nil }
            // Other text may have braces too.
            var reader = LenientJSON(Array(object)[...])
            if object.count > 2, !reader.readObject().isEmpty, reader.isStrict { return object }
            if start == first { return object }
        }
        return nil
    }

    /// The place of the first octet that isn't blank; nil if there is none, or if a page or another document in XML
    /// begins there, which may quote anything.
    static func start(of bytes: [UInt8]) -> Int? {
        bytes.firstIndex { !isBlank($0) }.flatMap { bytes[$0] == UInt8(ascii: "<") ? nil : $0 }
    }

    /// The text from an opening brace to the one that closes it.
    private static func object(in bytes: ArraySlice<UInt8>) -> Data? {
        var object: [UInt8] = []
        var (depth, isText, isEscaped) = (0, false, false)
        for byte in bytes {
            object.append(isText && byte < 0x20 ? UInt8(ascii: " ") : byte)
            if isText {
                (isText, isEscaped) = (
                    isEscaped || byte != UInt8(ascii: "\""), !isEscaped && byte == UInt8(ascii: "\\")
                )
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            default: break
            }
            // Octets that aren't UTF-8, in a message for people, must not cost the token in the same object.
            if depth == 0 { return Data(String(decoding: object, as: UTF8.self).utf8) }
        }
        return nil
    }

    /// UTF-16 is recognized by its byte order mark, or by the NULs between its first characters.
    static func utf8(_ body: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(body)
        switch (bytes.first, bytes.dropFirst().first) {
        case (0xef, 0xbb) where bytes.dropFirst(2).first == 0xbf: return Array(bytes.dropFirst(3))
        case (0xff, 0xfe): return utf16(bytes.dropFirst(2), isBigEndian: false)
        case (0xfe, 0xff): return utf16(bytes.dropFirst(2), isBigEndian: true)
        case (UInt8(ascii: "{"), 0) where bytes.count > 3 && bytes[3] == 0: return utf16(bytes[...], isBigEndian: false)
        case (0, UInt8(ascii: "{")) where bytes.count > 2 && bytes[2] == 0: return utf16(bytes[...], isBigEndian: true)
        default: return bytes
        }
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> [UInt8] {
        let units = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { place in
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        switch byte {
        case 0, UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
        default: false
        }
    }
}
