import Glibc
import NIOCore
import Synchronization

/// Decides which connections the redirect listener serves: those of the user's own processes and of root's.
///
/// The start URL is in the arguments of the browser, which other users can read. Somebody who fetched it could consent
/// as himself and send his own code here, and this user would work with a stranger's account.
final class CallerCheck: Sendable {
    private let lookup: OwnerLookup
    private let user: uid_t
    /// Told about the first connection that was refused, with its owner.
    private let onStranger: @Sendable (uid_t) -> Void
    private let hasTold = Atomic(false)

    init(_ lookup: OwnerLookup, user: uid_t, onStranger: @escaping @Sendable (uid_t) -> Void) {
        self.lookup = lookup
        self.user = user
        self.onStranger = onStranger
    }

    /// Called on the event loop for each connection before anything is read from it.
    func admits(_ channel: any Channel) -> Bool {
        let owner = ConnectionEnds(channel).flatMap(lookup.owner)
        if let owner, owner.isTrusted(by: user) { return true }
        // A client that has gone already reads as nobody's, and isn't worth a word.
        if let owner, owner.inode != 0, !hasTold.exchange(true, ordering: .relaxed) { onStranger(owner.user) }
        return false
    }
}

extension ConnectionEnds {
    /// nil where the channel isn't a TCP connection, or has ended already.
    fileprivate init?(_ channel: any Channel) {
        guard let client = channel.remoteAddress.flatMap(End.init), let server = channel.localAddress.flatMap(End.init)
        else { return nil }
        self.init(client: client, server: server)
    }
}

extension ConnectionEnds.End {
    /// The address begins at octet 4 of a `sockaddr_in`, and at octet 8 of a `sockaddr_in6`.
    fileprivate init?(_ address: SocketAddress) {
        guard let port = address.port else { return nil }
        let octets: Range<Int>
        switch address {
        case .v4: octets = 4..<8
        case .v6: octets = 8..<24
        case .unixDomainSocket: return nil
        }
        self.init(
            address: unsafe address.withSockAddr { name, size in
                unsafe Array(UnsafeRawBufferPointer(start: name, count: size)[octets])
            }, port: UInt16(truncatingIfNeeded: port))
    }
}
