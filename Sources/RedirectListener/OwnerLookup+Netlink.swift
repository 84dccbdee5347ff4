import CLinux
import Glibc

extension OwnerLookup {
    /// Whether the kernel answers by netlink: it is asked for a socket of this process.
    package static func tellsByNetlink() -> Bool { shim_tells_tcp_owner() != 0 }

    static func askKernel(_ ends: ConnectionEnds) -> SocketOwner? {
        let (client, server) = (ends.client, ends.server)
        guard client.address.count == server.address.count, [4, 16].contains(client.address.count) else { return nil }
        var (user, inode): (CUnsignedInt, CUnsignedInt) = (0, 0)
        let code = unsafe shim_tcp_owner(
            client.address.count == 16 ? 1 : 0, client.address, client.port, server.address, server.port, &user, &inode)
        return code == 0 ? SocketOwner(user: user, inode: UInt(inode)) : nil
    }
}
