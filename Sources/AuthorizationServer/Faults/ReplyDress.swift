/// Changes that gateways make to the octets of a reply.
package enum ReplyDress: Sendable, Hashable {
    /// Compressed with gzip, with or without the header that says so.
    case compressed(announced: Bool = true)
    /// Unchanged, but with a false `Content-Encoding` header.
    case mislabelled(String)
    /// With octets added before and after it.
    case framed(before: [UInt8] = [], after: [UInt8] = [])

    func applied(to reply: WebReply) -> WebReply {
        var reply = reply
        let body = Array(reply.body.utf8)
        switch self {
        case .compressed(let announced):
            reply.octets = Self.gzip(body)
            if announced { reply.headers.append(("Content-Encoding", "gzip")) }
        case .mislabelled(let coding): reply.headers.append(("Content-Encoding", coding))
        case .framed(let before, let after): reply.octets = before + body + after
        }
        return reply
    }

    /// Encodes as one stored block, which holds at most 65,535 octets (RFC 1951 section 3.2.4, RFC 1952).
    private static func gzip(_ body: [UInt8]) -> [UInt8] {
        func little(_ value: UInt32, _ octets: Int) -> [UInt8] {
            (0..<octets).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let length = UInt32(body.count)
        var octets: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1]
        octets += little(length, 2)
        octets += little(~length, 2)
        octets += body
        octets += little(checksum(body), 4)
        octets += little(length, 4)
        return octets
    }

    /// CRC-32 (RFC 1952 section 8).
    private static func checksum(_ body: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for octet in body {
            sum ^= UInt32(octet)
            for _ in 0..<8 {
                let half = sum >> 1
                sum = sum & 1 == 0 ? half : half ^ 0xedb8_8320
            }
        }
        return ~sum
    }
}
