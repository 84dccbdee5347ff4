/// A request as it is sent to the daemon.
package enum WireRequest {
    /// The bytes of a request. It doesn't ask the daemon to close the connection, which the client does itself: an answer
    /// with which the connection ends is rendered anew.
    package static func encode(
        _ method: String, _ target: String, accept: String? = nil, body: [UInt8] = [], bodyType: String = ""
    ) -> [UInt8] {
        var request: [UInt8] = []
        func add(_ text: String) { request += text.utf8 }
        add(method)
        add(" ")
        add(target)
        add(" HTTP/1.1\r\nHost: valetkey\r\n")
        if let accept { add("Accept: \(accept)\r\n") }
        if !body.isEmpty { add("Content-Type: \(bodyType)\r\nContent-Length: \(body.count)\r\n") }
        add("\r\n")
        return request + body
    }

    /// An account's name as a path segment: every octet that no name has is escaped.
    package static func segment(_ name: String) -> String {
        let isPlain = { (octet: UInt8) in
            (0x30...0x39).contains(octet) || (0x41...0x5a).contains(octet) || (0x61...0x7a).contains(octet)
                || octet == 0x2d || octet == 0x2e || octet == 0x5f
        }
        // Not by `map` and `joined`: see `PlainAnswer`.
        var segment: [UInt8] = []
        for octet in name.utf8 {
            if isPlain(octet) {
                segment.append(octet)
            } else {
                segment += (octet < 16 ? "%0" : "%").utf8
                segment += String(octet, radix: 16, uppercase: true).utf8
            }
        }
        return String(decoding: segment, as: UTF8.self)
    }
}

/// A complete answer, with its body as it was sent.
package struct WireAnswer: Sendable, Equatable {
    package var status: Int
    /// The header Authorization, which one route answers with.
    package var authorization: String?
    package var body: [UInt8] = []

    package init(status: Int, authorization: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.authorization = authorization
        self.body = body
    }
}
