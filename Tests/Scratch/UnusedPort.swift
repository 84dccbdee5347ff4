import FoundationEssentials
import Glibc
import Synchronization

/// TCP ports that nothing listens on. They are below the range from which the kernel takes ports itself, so that no
/// connection or listener of another test gets one meanwhile.
package enum UnusedPort {
    private static let taken = Mutex<Set<Int>>([])

    /// A port that is free on both loopback addresses, and that no other call returns.
    package static func next() throws -> Int {
        let range = try String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)
        let end = range.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 32_768
        while true {
            let port = Int.random(in: 10_240..<max(end, 10_241))
            guard taken.withLock({ $0.insert(port).inserted }) else { continue }
            if isFree(port) { return port }
        }
    }

    private static func isFree(_ port: Int) -> Bool {
        var four = sockaddr_in()
        four.sin_family = sa_family_t(AF_INET)
        four.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        four.sin_port = in_port_t(port).bigEndian
        var six = sockaddr_in6()
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_addr = in6addr_loopback
        six.sin6_port = in_port_t(port).bigEndian
        return canBind(four, AF_INET) && canBind(six, AF_INET6)
    }

    private static func canBind<Address>(_ address: Address, _ family: CInt) -> Bool {
        let made = socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { return errno == EAFNOSUPPORT }
        defer { close(made) }
        return unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                unsafe bind(made, name, socklen_t(MemoryLayout<Address>.size)) == 0 || errno == EADDRNOTAVAIL
            }
        }
    }
}
