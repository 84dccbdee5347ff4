import Console
import Glibc
import Synchronization

/// Standard input, read line by line while signals are watched. What was read beyond a line stays for the next call.
enum StandardInput {
    enum Event: Equatable {
        case line(String)
        /// The input has ended: Ctrl-D on a terminal.
        case end
        case interrupted
    }

    private static let pending = Mutex<[UInt8]>([])

    static func next(_ signals: StopSignals) -> Event {
        pending.withLock { pending in
            while true {
                if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { pending.removeSubrange(...end) }
                    return .line(String(decoding: pending[..<end], as: UTF8.self))
                }
                var watched = [
                    pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                ]
                let ready = unsafe poll(&watched, 2, -1)
                if ready < 0, errno == EINTR { continue }
                if watched[0].revents != 0 { return .interrupted }
                var octets = [UInt8](repeating: 0, count: 4096)
                let count = unsafe read(STDIN_FILENO, &octets, octets.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    defer { pending = [] }
                    return pending.isEmpty ? .end : .line(String(decoding: pending, as: UTF8.self))
                }
                pending += octets[..<count]
            }
        }
    }
}
