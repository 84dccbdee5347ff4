import Glibc
import NIOCore
import Text

/// What a service manager says where it fetches a credential for a unit (`LoadCredential=`, systemd.exec(5)): it
/// connects from the abstract address `\0RANDOM/unit/UNIT/CREDENTIAL`, sends nothing, and expects the bare content.
///
/// Any program can choose such an address, so it is a claim as those of `CallerClaims` are: the user of the connection
/// decides.
package struct CredentialClaim: Sendable, Hashable {
    package var unit: String
    package var credential: String

    package init(unit: String, credential: String) {
        self.unit = unit
        self.credential = credential
    }

    /// Reads the address of a connection, on its event loop; nil for any other address.
    init?(_ channel: any Channel) {
        let address = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self, Self.peerName)
        guard let address else { return nil }
        self.init(address: address)
    }

    /// `address` is what follows the family in the socket address.
    init?(address: [UInt8]) {
        guard address.first == 0 else { return nil }
        let parts = address.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1].elementsEqual("unit".utf8), !parts[2].isEmpty, !parts[3].isEmpty else {
            return nil
        }
        unit = UntrustedText.clean(String(decoding: parts[2], as: UTF8.self), limit: 120)
        credential = UntrustedText.clean(String(decoding: parts[3], as: UTF8.self), limit: 120)
    }

    private static func peerName(_ socket: CInt) -> [UInt8] {
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
