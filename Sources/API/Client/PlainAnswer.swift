/// Reads an answer in the form in which the daemon sends nearly all of them: a head that states the body's size, and the
/// body (RFC 9112 section 6.3). What has another form is left to a whole parser, whose start takes longer than the exchange.
struct PlainAnswer {
    enum Reading: Equatable {
        /// The rest hasn't arrived yet.
        case incomplete
        case whole(SocketClient.Answer)
        /// The bytes need a whole parser.
        case unusual
    }

    /// A head that is longer isn't the daemon's.
    private static let headLimit = 16_384
    private static let endOfHead = [UInt8]("\r\n\r\n".utf8)

    /// All bytes that have arrived.
    private(set) var bytes: [UInt8] = []
    private var head: (answer: SocketClient.Answer, length: Int, end: Int)?

    mutating func add(_ piece: [UInt8]) -> Reading {
        bytes += piece
        if head == nil {
            guard let end = bytes.firstRange(of: Self.endOfHead) else {
                return bytes.count > Self.headLimit ? .unusual : .incomplete
            }
            guard let (answer, length) = Self.parse(bytes[..<end.lowerBound]) else { return .unusual }
            head = (answer, length, end.upperBound)
        }
        guard let head else { return .unusual }
        let (length, end) = (head.length, head.end)
        var answer = head.answer
        if bytes.count < end + length { return .incomplete }
        guard bytes.count == end + length else { return .unusual }
        answer.body = Array(bytes[end...])
        return .whole(answer)
    }

    /// The answer without its body, and the body's size; nil for a head that isn't plain.
    private static func parse(_ head: ArraySlice<UInt8>) -> (SocketClient.Answer, length: Int)? {
        var lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)[
            ...]
        let words = lines.removeFirst().split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "HTTP/1.1", let status = Int(words[1]), (200..<600).contains(status),
            status != 204, status != 304
        else { return nil }
        var answer = SocketClient.Answer(status: status)
        var length: Int?
        for line in lines {
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let value = line[colon...].dropFirst().drop { $0 == " " }
            switch line[..<colon].lowercased() {
            case "transfer-encoding": return nil
            case "content-length":
                guard length == nil, (1...9).contains(value.utf8.count),
                    value.utf8.allSatisfy({ (0x30...0x39).contains($0) })
                else { return nil }
                length = Int(value)
            case "authorization": answer.authorization = String(value)
            default: break
            }
        }
        return length.map { (answer, $0) }
    }
}
