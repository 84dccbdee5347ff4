import Glibc
import NIOCore

/// The other end of a Unix socket's connection, as the kernel reports it.
struct Peer {
    /// The process that connected, and its user and group then.
    let process: pid_t
    let user: uid_t
    let group: gid_t
    /// The address that it connected from, without the family; empty for nearly all.
    let address: [UInt8]

    /// Where the process runs; nil where that wasn't asked for.
    private(set) var namespace: CallerNamespace?
    /// The unit of the process; nil where that wasn't asked for, or the kernel doesn't tell.
    private(set) var unit: CallerUnit?

    init(process: pid_t, user: uid_t, group: gid_t, address: [UInt8] = []) {
        self.process = process
        self.user = user
        self.group = group
        self.address = address
    }

    /// Asks the kernel, on the connection's event loop; nil where it reports no process. Where the process runs is asked
    /// for by `asksPlace`.
    init?(of channel: any Channel, asksPlace: Bool = false) {
        guard let peer = channel.withSocket({ Peer($0, asksPlace: asksPlace) }) ?? nil else { return nil }
        self = peer
    }

    private init?(_ socket: CInt, asksPlace: Bool) {
        guard let (process, user, group) = Self.credentials(socket) else { return nil }
        self.init(process: process, user: user, group: group, address: Self.address(socket))
        if asksPlace { askPlace(socket) }
    }

    /// `struct ucred` of unix(7).
    private static func credentials(_ socket: CInt) -> (process: pid_t, user: uid_t, group: gid_t)? {
        option(SO_PEERCRED, (0, uid_t.max, gid_t.max), of: socket)
    }

    /// By a descriptor (pidfd) of the process that connected, whose number another process may have by now. It isn't kept:
    /// thousands of waiting readers would need twice as many descriptors.
    private mutating func askPlace(_ socket: CInt) {
        // SO_PEERPIDFD, which older glibc headers don't define.
        let descriptor = CallerNamespace.isTold ? Self.option(77, CInt(-1), of: socket) : nil
        namespace = CallerNamespace(process: descriptor)
        guard let descriptor else { return }
        unit = CallerUnit(process: process, descriptor: descriptor)
        close(descriptor)
    }

    private static func option<Value: BitwiseCopyable>(_ name: CInt, _ start: Value, of socket: CInt) -> Value? {
        var value = start
        var size = socklen_t(MemoryLayout<Value>.size)
        return unsafe getsockopt(socket, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }

    private static func address(_ socket: CInt) -> [UInt8] {
        var address = sockaddr_un()
        var size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let found = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getpeername(socket, $0, &size) }
        }
        let start = MemoryLayout<sa_family_t>.size
        guard found == 0, address.sun_family == sa_family_t(AF_UNIX), Int(size) > start else { return [] }
        return unsafe withUnsafeBytes(of: &address) { unsafe Array($0[start..<min(Int(size), $0.count)]) }
    }
}

extension Channel {
    /// Calls `body` with the descriptor, on the channel's own event loop; nil where there is no socket, or no more.
    fileprivate func withSocket<Value>(_ body: (CInt) -> Value) -> Value? {
        try? pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self, body)
    }
}
