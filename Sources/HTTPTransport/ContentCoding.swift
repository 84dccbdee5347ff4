import CCurl
import Glibc

/// Decodes the content coding of a reply's body (RFC 9110 section 8.4), with every coding that libcurl supports.
///
/// Replies are fetched undecoded: if libcurl decoded them in transit, a wrong header would lose the reply, and with it
/// perhaps a refresh token that exists nowhere else. Afterwards the body is sent to libcurl through a connection on the
/// loopback interface, with both ends in this process.
package struct ContentCoding {
    /// The decoded body. If `isTooLarge`, it is truncated at the limit.
    package struct Decoded: Equatable {
        package var body: [UInt8]
        package var isTooLarge = false
    }

    /// A body is encoded at most so many times.
    private static let mostLayers = 4
    /// A body of gzip consists of at most so many members (RFC 1952 section 2.2).
    private static let mostMembers = 64
    private static let gzipMagic: [UInt8] = [0x1f, 0x8b, 0x08]
    private static let zstdMagic: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]

    /// Decodes a body; `codings` are the values of `Content-Encoding`. A body that isn't encoded as stated is decoded
    /// as it is encoded; one that can't be decoded is returned unchanged.
    package static func decode(_ body: [UInt8], _ codings: [String], limit: Int) -> Decoded {
        let names = codings.flatMap { $0.lowercased().split(separator: ",") }
            .map { $0.filter { !$0.isWhitespace } }
            .filter { !$0.isEmpty && $0 != "identity" && $0 != "none" }
        var decoded = Decoded(body: body)
        for layer in 0..<mostLayers where !isText(decoded.body) && !decoded.isTooLarge {
            let stated = layer == 0 ? names.joined(separator: ", ") : ""
            guard let next = decode(layerOf: decoded.body, stated, limit: limit) else { break }
            decoded = next
        }
        return decoded
    }

    private static func decode(layerOf body: [UInt8], _ stated: String, limit: Int) -> Decoded? {
        if !stated.isEmpty, stated.utf8.allSatisfy(isOfName) {
            let decoded = ContentCoding(body, stated, limit: limit).run()
            // A wrong coding may decode to anything.
            let isGzip = stated.hasSuffix("gzip") && body.starts(with: gzipMagic)
            if !isGzip, decoded.isTooLarge || isUsable(decoded.body) { return decoded }
        }
        if let (coding, start) = sniff(body) { return members(body[start...], coding, limit: limit) }
        for coding in ["deflate", "br"] {
            let decoded = ContentCoding(body, coding, limit: limit).run()
            if isUsable(decoded.body) { return decoded }
        }
        return nil
    }

    /// Decodes all members of a body of gzip; libcurl stops after the first.
    private static func members(_ body: ArraySlice<UInt8>, _ coding: String, limit: Int) -> Decoded? {
        var decoded = ContentCoding(Array(body), coding, limit: limit).run()
        guard !decoded.body.isEmpty || decoded.isTooLarge else { return nil }
        guard coding == "gzip" else { return decoded }
        let starts = body.indices.dropFirst().lazy.filter { body[$0...].starts(with: gzipMagic) }
        for start in starts.prefix(mostMembers) where !decoded.isTooLarge {
            let next = ContentCoding(Array(body[start...]), coding, limit: limit - decoded.body.count).run()
            decoded.body += next.body
            decoded.isTooLarge = next.isTooLarge
        }
        return decoded
    }

    /// Detects the coding by its first octets, because some servers omit the header, some gateways remove it, and some
    /// scripts write a line break first.
    private static func sniff(_ body: [UInt8]) -> (coding: String, start: Int)? {
        for start in body.indices.prefix(8) {
            if body[start...].starts(with: gzipMagic) { return ("gzip", start) }
            if body[start...].starts(with: zstdMagic) { return ("zstd", start) }
        }
        return nil
    }

    /// Whether a body is what it seems to be: text, or encoded once more.
    private static func isUsable(_ body: [UInt8]) -> Bool { !body.isEmpty && (isText(body) || sniff(body) != nil) }

    /// Whether the body begins as text does. Every coding has octets at its start that no text has.
    private static func isText(_ body: [UInt8]) -> Bool {
        let first = body.first { ![0, 0x09, 0x0a, 0x0d, 0x20].contains($0) }
        if first == nil || first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return true }
        // UTF-16.
        if body.starts(with: [0xff, 0xfe]) || body.starts(with: [0xfe, 0xff]) { return true }
        let start = body.prefix(64)
        let hasControls = start.contains { $0 < 0x20 && ![0x09, 0x0a, 0x0d].contains($0) }
        return !hasControls && String(decoding: start.dropLast(start.count < 64 ? 0 : 3), as: UTF8.self).isValid
    }

    private static func isOfName(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: ","), UInt8(ascii: " "):
            true
        default: false
        }
    }

    private let message: [UInt8]
    private let limit: Int

    private init(_ body: [UInt8], _ coding: String, limit: Int) {
        message =
            Array("HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
        self.limit = limit
    }

    /// Collects the decoded octets.
    private final class Sink {
        var decoded = Decoded(body: [])
        let limit: Int

        init(limit: Int) { self.limit = limit }

        func take(_ bytes: UnsafeRawBufferPointer) -> Int {
            let room = limit - decoded.body.count
            unsafe decoded.body.append(contentsOf: bytes.prefix(room))
            decoded.isTooLarge = bytes.count > room
            return decoded.isTooLarge ? 0 : bytes.count
        }
    }

    /// Blocks until everything is decoded; both ends of the connection are driven here.
    private func run() -> Decoded {
        let sink = Sink(limit: limit)
        var port: CInt = 0
        let listener = (try? CurlMulti.load()) == nil ? -1 : unsafe shim_listen(&port)
        guard listener >= 0 else { return sink.decoded }
        defer { close(listener) }
        withExtendedLifetime(sink) {
            guard let easy = unsafe shim_make_easy() else { return }
            defer { unsafe shim_free_easy(easy) }
            guard unsafe prepare(easy, port, sink), let multi = unsafe shim_make_multi() else { return }
            defer { unsafe shim_free_multi(multi) }
            guard unsafe shim_add(multi, easy) == CURLM_OK else { return }
            unsafe drive(multi, easy, listener)
            _ = unsafe shim_remove(multi, easy)
        }
        return sink.decoded
    }

    private func prepare(_ easy: UnsafeMutableRawPointer, _ port: CInt, _ sink: Sink) -> Bool {
        let settings = [
            unsafe shim_set_text(easy, CURLOPT_URL, "http://127.0.0.1:\(port)/"),
            unsafe shim_set_text(easy, CURLOPT_NOPROXY, "*"),
            unsafe shim_set_text(easy, CURLOPT_ACCEPT_ENCODING, ""),
            unsafe shim_set_long(easy, CURLOPT_NOSIGNAL, 1),
            unsafe shim_set_long(easy, CURLOPT_FORBID_REUSE, 1),
            unsafe shim_set_pointer(easy, CURLOPT_WRITEDATA, Unmanaged.passUnretained(sink).toOpaque()),
            unsafe shim_set_writer(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let context = unsafe context, let bytes = unsafe bytes else { return 0 }
                let sink = unsafe Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
                return unsafe sink.take(UnsafeRawBufferPointer(start: bytes, count: size * count))
            },
        ]
        return settings.allSatisfy { $0 == CURLE_OK }
    }

    /// Writes the message in pieces as libcurl reads them.
    private func drive(_ multi: UnsafeMutableRawPointer, _ easy: UnsafeMutableRawPointer, _ listener: CInt) {
        var connection: CInt = -1
        defer { if connection >= 0 { close(connection) } }
        var left = message[...]
        var idle = 0
        // Only the kernel is waited for, so a second without progress on either side ends the decoding.
        while idle < 100 {
            guard unsafe shim_perform(multi) > 0 else { return }
            if connection < 0 { connection = unsafe shim_accept(listener, easy) }
            let written =
                connection < 0
                ? 0
                : unsafe left.withUnsafeBytes { bytes in
                    unsafe send(connection, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
                }
            if written > 0 {
                left = left.dropFirst(written)
                idle = 0
            } else {
                idle += 1
                unsafe shim_wait(multi, 10)
            }
        }
    }
}

extension String {
    /// Whether all octets from which the text was decoded were UTF-8.
    fileprivate var isValid: Bool { !unicodeScalars.contains("\u{fffd}") }
}
