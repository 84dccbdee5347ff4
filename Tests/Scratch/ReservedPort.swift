import Glibc

/// A port of 127.0.0.1 without a listener, which no other program can bind as long as this value exists.
package final class ReservedPort: Sendable {
    package let number: Int
    private let descriptor: CInt

    package init() throws {
        let made = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                unsafe bind(made, name, size) == 0 && getsockname(made, name, &size) == 0 ? 0 : errno
            }
        }
        descriptor = made
        number = Int(in_port_t(bigEndian: address.sin_port))
        guard code == 0 else { throw ScratchFolder.Failure(call: "bind", code: code) }
    }

    deinit { close(descriptor) }
}
