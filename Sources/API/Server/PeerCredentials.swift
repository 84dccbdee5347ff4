import Glibc
import NIOCore

/// Who is at the other end of a Unix socket, as the kernel tells by SO_PEERCRED.
struct PeerCredentials: Sendable {
    var process: pid_t
    var user: uid_t
    var group: gid_t

    /// Whatever the socket file's mode is: a reader is the daemon's own user.
    @Sendable static func isOwnUser(_ channel: any Channel) -> Bool {
        guard let socket = channel as? any SocketOptionProvider else { return false }
        let isOwn = NIOLoopBoundBox(false, eventLoop: channel.eventLoop)
        let peer: EventLoopFuture<PeerCredentials> = socket.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        // On the channel's own event loop the option is read before this returns.
        peer.whenSuccess { isOwn.value = $0.user == geteuid() }
        return isOwn.value
    }
}
