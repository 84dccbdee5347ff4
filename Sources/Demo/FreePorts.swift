import Glibc

/// TCP ports on 127.0.0.1, for a program that can't choose its ports itself.
enum FreePorts {
    /// Returns different ports on which nobody listens now. Others may take one before it is used.
    static func choose(_ count: Int) throws(DemoFailure) -> [UInt16] {
        var sockets: [CInt] = []
        defer { for socket in sockets { close(socket) } }
        var ports: [UInt16] = []
        for _ in 0..<count {
            let socket = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
            guard socket >= 0 else { throw failure }
            sockets.append(socket)
            ports.append(try bind(socket))
        }
        return ports
    }

    private static func bind(_ socket: CInt) throws(DemoFailure) -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe Glibc.bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
            }
        }
        guard isBound else { throw failure }
        return UInt16(bigEndian: address.sin_port)
    }

    private static var failure: DemoFailure { .noPort(unsafe String(cString: strerror(errno))) }
}
