package import Files
import Glibc
import Synchronization

/// Keeps the key in a file of mode 0600, apart from the grants.
///
/// That makes a copy of only the state folder useless, as in a backup or on a shared disk. Whoever can read all of the
/// user's files can read the key too.
package final class FileKeyPlace: KeyPlace {
    private let folder: PrivateFolder
    private let found = Mutex<[Exposure]>([])

    package init(_ folder: PrivateFolder) {
        self.folder = folder
        if let exposure = folder.exposure { found.withLock { $0.append(exposure) } }
    }

    /// What other users could access until now.
    package var exposures: [Exposure] { found.withLock { $0 } }

    package static func exists(in folder: String) -> Bool {
        KeySlot.allCases.contains { POSIXFile.exists("\(folder)/\(name($0))") }
    }

    package func read(_ slot: KeySlot) throws(KeyFault) -> [SealingKey]? {
        let path = folder.file(Self.name(slot))
        let octets: [UInt8]
        do throws(SystemCallError) {
            let file = try POSIXFile(path, flags: O_RDONLY)
            let mode = try file.ownership().mode
            if mode & 0o077 != 0 {
                try file.restrict(to: 0o600)
                found.withLock { $0.append(Exposure(path: path, mode: mode)) }
            }
            octets = try file.read(limit: 4096) ?? []
        } catch {
            guard error.code == ENOENT else { throw .storage(.key(path, error.reason)) }
            return nil
        }
        guard let keys = SealingKey.list(octets), slot == .next || keys.count == 1 else {
            throw .storage(.key(path, "it isn't \(SealingKey.size) octets long"))
        }
        return keys
    }

    package func write(_ keys: [SealingKey], to slot: KeySlot) throws(KeyFault) {
        let path = folder.file(Self.name(slot))
        do throws(SystemCallError) {
            try POSIXFile.replace(path, with: SealingKey.octets(of: keys), in: folder.path)
        } catch {
            throw .storage(.key(path, error.reason))
        }
    }

    package func clear(_ slot: KeySlot) throws(KeyFault) { try Self.remove(Self.name(slot), in: folder) }

    private static func name(_ slot: KeySlot) -> String {
        switch slot {
        case .current: "key"
        case .next: "key.next"
        }
    }

    static func remove(_ name: String, in folder: PrivateFolder) throws(KeyFault) {
        do throws(SystemCallError) {
            guard unsafe unlink(folder.file(name)) == 0 || errno == ENOENT else { throw SystemCallError("unlink") }
            try POSIXFile.syncFolder(folder.path)
        } catch {
            throw .storage(.key(folder.file(name), error.reason))
        }
    }
}
