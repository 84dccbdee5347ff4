import Glibc

/// The owner of a TCP socket, as the kernel reports it.
struct SocketOwner: Sendable, Hashable {
    var user: uid_t
    /// 0 where no process has the socket open any more.
    var inode: UInt

    /// Whether the socket was opened by this user or by root, who could read the user's files and memory anyway.
    ///
    /// A socket that no process has open may be reported as root's, whoever opened it.
    func isTrusted(by own: uid_t) -> Bool {
        inode == 0 ? user == own && own != 0 : user == own || user == 0
    }
}

/// The two ends of a TCP connection.
struct ConnectionEnds: Sendable, Hashable {
    /// An address of 4 or 16 octets in network order, with a port.
    struct End: Sendable, Hashable {
        var address: [UInt8]
        var port: UInt16
    }

    var client: End
    var server: End
}

/// How the kernel is asked for the owner of a connection's other end.
package enum OwnerLookup: Sendable, Hashable, CaseIterable {
    /// By NETLINK_SOCK_DIAG, which looks up exactly one socket.
    case netlink
    /// By the tables /proc/net/tcp and /proc/net/tcp6, where netlink isn't available. Takes time in proportion to all
    /// connections of the host.
    case tables

    /// The best way that works here; nil where none does.
    package static func available(
        tellsByNetlink: () -> Bool = Self.tellsByNetlink, hasTables: () -> Bool = { ConnectionTable.isReadable }
    ) -> OwnerLookup? {
        if tellsByNetlink() { return .netlink }
        return hasTables() ? .tables : nil
    }

    /// The owner of the client's socket; nil where there is no such socket, or it can't be told.
    func owner(of ends: ConnectionEnds) -> SocketOwner? {
        switch self {
        case .netlink: Self.askKernel(ends)
        case .tables: ConnectionTable.owner(of: ends)
        }
    }
}
