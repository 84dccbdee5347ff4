package import Glibc
import NIOCore

/// Who is at the other end of a connection, as the kernel says, and by which socket it came. Read once a connection.
package final class Caller: Sendable {
    /// The name of the daemon's socket.
    package let socket: String
    package let user: uid_t
    package let group: gid_t
    /// The process that connected. Its number may be another's by now: `openProcess` tells.
    package let process: pid_t
    private let open: @Sendable () -> CInt?

    package init(
        socket: String, user: uid_t, group: gid_t, process: pid_t,
        openProcess: @escaping @Sendable () -> CInt? = { nil }
    ) {
        self.socket = socket
        self.user = user
        self.group = group
        self.process = process
        open = openProcess
    }

    /// The peer of a Unix socket's connection, on its event loop; nil where the kernel tells nothing of it.
    convenience init?(_ channel: any Channel, socket: String) {
        guard let peer: PeerCredentials = channel.socketOption(.peerCredentials) else { return nil }
        // Not weakly: that would make every use of the channel dearer. The channel lets go of its caller when it closes.
        self.init(socket: socket, user: peer.user, group: peer.group, process: peer.process) {
            channel.socketOption(.peerProcessDescriptor)
        }
    }

    /// A pidfd of the process that connected, which stays with it; whoever asks closes it. nil where the kernel gives none
    /// (before Linux 6.5, or out of descriptors), and once the connection is closed. On the connection's event loop only.
    ///
    /// It isn't kept for each connection: thousands of readers that wait would cost twice the descriptors.
    package func openProcess() -> CInt? { open() }
}

/// `struct ucred` of unix(7).
private struct PeerCredentials: Sendable {
    var process: pid_t
    var user: uid_t
    var group: gid_t
}

extension NIOBSDSocket.Option {
    fileprivate static let peerCredentials = NIOBSDSocket.Option(rawValue: SO_PEERCRED)
    /// SO_PEERPIDFD, which glibc's headers may be too old for.
    fileprivate static let peerProcessDescriptor = NIOBSDSocket.Option(rawValue: 77)
}

extension Channel {
    /// An option that is read at once, as they are on the channel's own event loop; nil where the kernel has none.
    fileprivate func socketOption<Value: Sendable>(_ option: NIOBSDSocket.Option) -> Value? {
        guard let socket = self as? any SocketOptionProvider else { return nil }
        let value = NIOLoopBoundBox<Value?>(nil, eventLoop: eventLoop)
        let reading: EventLoopFuture<Value> = socket.unsafeGetSocketOption(level: .socket, name: option)
        reading.whenSuccess { value.value = $0 }
        return value.value
    }
}
