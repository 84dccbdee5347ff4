import Glibc
import Scratch

/// Fetches a credential as a service manager does: from an abstract address that names the unit and the credential.
enum CredentialClient {
    struct Failure: Error {
        var call: String
        var code: CInt
    }

    /// Everything that the socket sends until the end of file.
    static func fetch(_ credential: String, unit: String = "backup.service", from path: String) async throws -> String {
        try await offPool {
            let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
            defer { close(descriptor) }
            let name = "\0\(UInt64.random(in: 0 ... .max))/unit/\(unit)/\(credential)"
            guard unsafe address(name, { unsafe bind(descriptor, $0, $1) }) == 0 else {
                throw Failure(call: "bind", code: errno)
            }
            guard unsafe address("\(path)\0", { unsafe connect(descriptor, $0, $1) }) == 0 else {
                throw Failure(call: "connect", code: errno)
            }
            shutdown(descriptor, CInt(SHUT_WR))
            var bytes: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe read(descriptor, &piece, piece.count)
                guard count >= 0 else { throw Failure(call: "read", code: errno) }
                if count == 0 { return String(decoding: bytes, as: UTF8.self) }
                bytes += piece[..<count]
            }
        }
    }

    private static func address(_ name: String, _ use: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name.utf8) }
        let size = MemoryLayout<sa_family_t>.size + name.utf8.count
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe use($0, socklen_t(size)) }
        }
    }
}
