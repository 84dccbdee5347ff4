import Glibc
import Scratch

/// The socket of a service manager, which receives the messages of sd_notify(3).
final class NotifySocket: Sendable {
    /// The value for NOTIFY_SOCKET.
    let name: String
    private let descriptor: CInt

    struct Failure: Error {
        var code: CInt
    }

    /// Binds a path, or an abstract name that begins with @.
    init(_ name: String) throws {
        self.name = name
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            unsafe bytes.copyBytes(from: name.utf8)
            if name.hasPrefix("@") { unsafe bytes[0] = 0 }
        }
        let size = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path) + name.utf8.count
        let isBound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(size))
            }
        }
        guard isBound == 0 else { throw Failure(code: errno) }
    }

    deinit {
        close(descriptor)
    }

    /// All messages that have arrived.
    func received() -> [String] {
        var messages: [String] = []
        while let message = receive(CInt(MSG_DONTWAIT)) { messages.append(message) }
        return messages
    }

    /// Waits for the next message.
    func next() async throws -> String {
        try await offPool {
            guard let message = self.receive(0) else { throw Failure(code: errno) }
            return message
        }
    }

    private func receive(_ flags: CInt) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(descriptor, &bytes, bytes.count, flags)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
