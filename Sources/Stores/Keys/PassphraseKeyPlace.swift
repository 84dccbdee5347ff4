import Dispatch
package import Files
import Glibc
package import Text

/// Keeps the key in a file that is sealed with a passphrase, which is in memory only while this exists.
package struct PassphraseKeyPlace: KeyPlace {
    private let folder: PrivateFolder
    private let passphrase: Secret
    private let cost: ScryptCost

    private static let fileLimit = 4096
    private static let queue = DispatchQueue(label: "valetkey.passphrase")

    package init(_ folder: PrivateFolder, passphrase: Secret, cost: ScryptCost = .standard) {
        self.folder = folder
        self.passphrase = passphrase
        self.cost = cost
    }

    /// Whether a passphrase was set.
    package static func exists(in folder: String) -> Bool {
        KeySlot.allCases.contains { POSIXFile.exists("\(folder)/\(name($0))") }
    }

    package func read(_ slot: KeySlot) async throws(KeyFault) -> [SealingKey]? {
        let path = folder.file(Self.name(slot))
        let bytes: [UInt8]
        do throws(SystemCallError) {
            bytes = try POSIXFile(path, flags: O_RDONLY).read(limit: Self.fileLimit) ?? []
        } catch {
            guard error.code == ENOENT else { throw .storage(.key(path, error.reason)) }
            return nil
        }
        guard let box = PassphraseBox(bytes) else { throw .storage(.key(path, "it is damaged")) }
        let octets = await Self.offPool { [passphrase] in box.open(passphrase) }
        guard let octets else { throw .wrongPassphrase }
        guard let keys = SealingKey.list(octets) else { throw .storage(.key(path, "it is damaged")) }
        return keys
    }

    package func write(_ keys: [SealingKey], to slot: KeySlot) async throws(KeyFault) {
        let path = folder.file(Self.name(slot))
        let octets = SealingKey.octets(of: keys)
        let bytes = await Self.offPool { [passphrase, cost] in PassphraseBox.seal(octets, with: passphrase, cost: cost)
        }
        guard let bytes else { throw .storage(.key(path, "scrypt has no memory for its work")) }
        do throws(SystemCallError) {
            try POSIXFile.replace(path, with: bytes, in: folder.path)
        } catch {
            throw .storage(.key(path, error.reason))
        }
    }

    package func clear(_ slot: KeySlot) throws(KeyFault) { try FileKeyPlace.remove(Self.name(slot), in: folder) }

    private static func name(_ slot: KeySlot) -> String {
        switch slot {
        case .current: "key.passphrase"
        case .next: "key.passphrase.next"
        }
    }

    /// Deriving a key takes a good part of a second.
    private static func offPool<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }
}
