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
    private static let endOfLine = [UInt8]("\r\n".utf8)
    private static let endOfHead = [UInt8]("\r\n\r\n".utf8)

    /// All bytes that have arrived.
    private(set) var bytes: [UInt8] = []
    private var head: (answer: SocketClient.Answer, length: Int, end: Int)?

    mutating func add(_ piece: [UInt8]) -> Reading {
        bytes += piece
        if head == nil {
            guard let end = bytes[...].start(of: Self.endOfHead) else {
                return bytes.count > Self.headLimit ? .unusual : .incomplete
            }
            guard let (answer, length) = Self.parse(bytes[..<end]) else { return .unusual }
            head = (answer, length, end + Self.endOfHead.count)
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
        var rest = head
        guard let status = status(takeLine(from: &rest)) else { return nil }
        var answer = SocketClient.Answer(status: status)
        var length: Int?
        while !rest.isEmpty {
            let line = takeLine(from: &rest)
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "transfer-encoding": return nil
            case "content-length":
                guard length == nil, (1...9).contains(value.count), let octets = number(value) else { return nil }
                length = octets
            case "authorization": answer.authorization = String(decoding: value, as: UTF8.self)
            default: break
            }
        }
        return length.map { (answer, $0) }
    }

    /// The status in the first line of an answer that may have a body.
    private static func status(_ line: ArraySlice<UInt8>) -> Int? {
        let digits = line.dropFirst(9).prefix(3)
        guard line.starts(with: "HTTP/1.1 ".utf8), line.dropFirst(12).first == UInt8(ascii: " "),
            let status = number(digits), (200..<600).contains(status), status != 204, status != 304
        else { return nil }
        return status
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var number = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return number
    }

    private static func takeLine(from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let end = rest.start(of: endOfLine) ?? rest.endIndex
        defer { rest = rest[end...].dropFirst(endOfLine.count) }
        return rest[..<end]
    }
}

extension ArraySlice<UInt8> {
    /// Where these octets first occur. The generic algorithms of the standard library need types that the runtime makes at
    /// each start of a program: that took a fifth of the command's time.
    fileprivate func start(of octets: [UInt8]) -> Int? {
        var start = startIndex
        while start + octets.count <= endIndex {
            if self[start..<start + octets.count].elementsEqual(octets) { return start }
            start += 1
        }
        return nil
    }
}
