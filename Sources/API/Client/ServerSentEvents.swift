/// The events in a stream of server-sent events (WHATWG HTML section 9.2), as far as the daemon sends them: one line of
/// data each, and comments.
struct ServerSentEvents {
    private var rest: [UInt8] = []
    private var data: String?

    /// Takes the next octets of the stream. Returns the data of each event that they complete.
    mutating func take(_ octets: [UInt8]) -> [String] {
        rest += octets
        var events: [String] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest.removeSubrange(...end)
            if line.isEmpty {
                if let data { events.append(data) }
                data = nil
            } else if line.hasPrefix("data: ") {
                data = String(line.dropFirst("data: ".count))
            }
        }
        return events
    }
}
