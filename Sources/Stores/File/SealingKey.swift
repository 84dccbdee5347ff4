import Crypto
package import Files
import FoundationEssentials
import Glibc
import OAuth
import Text

/// The symmetric key that seals the stored grants.
///
/// A systemd credential where the unit has one; otherwise a key file in a folder apart from the grants. The key file
/// makes a copy of only the state folder useless, as in a backup or on a shared disk; whoever can read all of the
/// user's files can read the key too.
package struct SealingKey: Sendable {
    let key: SymmetricKey
    /// Identifies the key in sealed files, and reveals nothing of it.
    let id: String
    /// Set where other users could access the key file until now.
    package let exposure: Exposure?

    private static let size = 32

    private init(_ key: SymmetricKey, exposure: Exposure? = nil) {
        self.key = key
        self.exposure = exposure
        let code = HMAC<SHA256>.authenticationCode(for: Data("valetkey key".utf8), using: key)
        id = Base64URL.encode(code.prefix(9))
    }

    /// Reads the key from a credential, which must be at least 32 random octets.
    package init(credential path: String) throws(StorageFault) {
        let octets: [UInt8]?
        do throws(SystemCallError) {
            octets = try POSIXFile(path, flags: O_RDONLY).read(limit: 4096)
        } catch {
            throw .key(path, error.reason)
        }
        guard let octets, octets.count >= Self.size else {
            throw .key(path, "it holds less than 32 octets, or over 4 kB")
        }
        self.init(SymmetricKey(data: SHA256.hash(data: octets)))
    }

    /// Reads the key file, or creates it at the first start. Where `state` holds grants already, a missing key is a
    /// fault: a new key would make them unreadable.
    package init(file name: String = "key", in folder: PrivateFolder, state: PrivateFolder) throws(StorageFault) {
        let path = folder.file(name)
        let octets: [UInt8]?
        var exposure: Exposure?
        do throws(SystemCallError) {
            if let read = try Self.read(path, &exposure) {
                octets = read
            } else {
                octets = state.mayHoldGrants ? nil : try Self.make(path, in: folder)
            }
        } catch {
            throw .key(path, error.reason)
        }
        guard let octets else { throw .key(path, "it is missing, and there are grants sealed with it") }
        guard octets.count == Self.size else { throw .key(path, "it isn't \(Self.size) octets long") }
        self.init(SymmetricKey(data: octets), exposure: exposure)
    }

    /// Restricts a file that others can access, and notes that.
    private static func read(_ path: String, _ exposure: inout Exposure?) throws(SystemCallError) -> [UInt8]? {
        do throws(SystemCallError) {
            let file = try POSIXFile(path, flags: O_RDONLY)
            let mode = try file.ownership().mode
            if mode & 0o077 != 0 {
                try file.restrict(to: 0o600)
                exposure = Exposure(path: path, mode: mode)
            }
            return try file.read(limit: 4096) ?? []
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    private static func make(_ path: String, in folder: PrivateFolder) throws(SystemCallError) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        let octets = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
        guard try POSIXFile.create(path, with: octets, in: folder.path) else {
            var exposure: Exposure?
            return try read(path, &exposure) ?? []
        }
        return octets
    }
}
