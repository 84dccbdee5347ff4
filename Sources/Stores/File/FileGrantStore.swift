import Dispatch
package import Failures
package import Files
import FoundationEssentials
import Glibc
package import Grants

/// Grants in one sealed file an account. The folder is locked for as long as the store lives.
///
/// Blocking calls run on a queue of their own, one after the other.
package final class FileGrantStore: GrantPersistence {
    private let folder: PrivateFolder
    private let keys: [SealingKey]
    private let bootID: String
    private let time: any Timekeeper
    private let lock: FolderLock
    private let queue = DispatchQueue(label: "valetkey.store")

    private static let fileLimit = 4 << 20

    /// Takes the folder's lock and proves that it can be written.
    ///
    /// `bootID` names this boot of the machine: instants of another one mean nothing.
    ///
    /// `keys` are asked for once the lock is held, so that two daemons that start at once don't make two. The first
    /// seals; what another one of them has sealed is still read.
    package init(
        folder: PrivateFolder, bootID: String, time: any Timekeeper, keys: () throws(StorageFault) -> [SealingKey]
    ) throws(StorageFault) {
        self.folder = folder
        self.bootID = bootID
        self.time = time
        lock = try FolderLock(folder)
        self.keys = try keys()
    }

    package func save(_ kept: KeptGrant, account: String) async throws(Failure) {
        let record = GrantRecord(kept, bootID: bootID, now: time.now(), isClockSure: time.isWallClockSure)
        try await perform(account, "write") { [self] in
            guard let key = keys.first else { throw SealedGrant.Flaw.otherKey }
            let bytes = try SealedGrant.seal(record, account: account, key: key)
            try POSIXFile.replace(path(account), with: bytes, in: folder.path)
        }
    }

    package func load(account: String, now: Moment) async throws(Failure) -> KeptGrant? {
        try await perform(account, "read") { [self] in
            guard let file = try open(account) else { return nil }
            let bytes = try file.read(limit: Self.fileLimit) ?? []
            do throws(SealedGrant.Flaw) {
                return try SealedGrant.open(bytes, account: account, keys: keys)
                    .kept(now: now, bootID: bootID, isClockSure: time.isWallClockSure)
            } catch {
                throw unusable(error, account, now: now)
            }
        }
    }

    package func erase(account: String) async throws(Failure) {
        try await perform(account, "remove") { [self] in
            for path in [POSIXFile.temporary(of: path(account)), path(account)] {
                guard unsafe unlink(path) == 0 || errno == ENOENT else { throw SystemCallError("unlink") }
            }
            try POSIXFile.syncFolder(folder.path)
        }
    }

    package func setAside(account: String) async throws(Failure) {
        try await perform(account, "move") { [self] in _ = try moveAside(account) }
    }

    /// The new name, which no file had.
    private func moveAside(_ account: String) throws(SystemCallError) -> String {
        var number = 1
        while POSIXFile.exists("\(path(account)).aside-\(number)") { number += 1 }
        let aside = "\(path(account)).aside-\(number)"
        guard unsafe rename(path(account), aside) == 0 || errno == ENOENT else { throw SystemCallError("rename") }
        try POSIXFile.syncFolder(folder.path)
        return aside
    }

    private func path(_ account: String) -> String { folder.file("\(account).grant") }

    private func open(_ account: String) throws(SystemCallError) -> POSIXFile? {
        do throws(SystemCallError) {
            return try POSIXFile(path(account), flags: O_RDONLY)
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    /// What the right key would open stays in its place until another grant needs that; all else is set aside now.
    private func unusable(_ flaw: SealedGrant.Flaw, _ account: String, now: Moment) -> Failure {
        let aside = flaw == .otherKey ? nil : try? moveAside(account)
        let (reason, remedy) =
            switch flaw {
            case .newer: ("was written by a newer valetkey", aside.map { "it was set aside as \($0);" })
            case .otherKey: ("is sealed with another key", "put that key back and restart valetkeyd; or")
            case .damaged: ("is damaged", aside.map { "it was set aside as \($0);" })
            }
        return Failure(
            flaw == .otherKey ? .otherKey : .unreadableFile,
            "the kept grant \(path(account)) \(reason)",
            hint: "\(remedy ?? "it could not be set aside and stays there;") run: valetkey login \(account)",
            at: now.wall)
    }

    private func perform<Result: Sendable>(
        _ account: String, _ verb: String, _ work: @escaping @Sendable () throws -> Result
    ) async throws(Failure) -> Result {
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Swift.Result { try work() }) }
        }
        switch result {
        case .success(let value): return value
        case .failure(let failure as Failure): throw failure
        case .failure(let error):
            throw .storage(error, verb, path(account), in: folder)
        }
    }
}

/// Keeps a second daemon out of the folder.
private final class FolderLock: Sendable {
    private let file: POSIXFile

    init(_ folder: PrivateFolder) throws(StorageFault) {
        let isOurs: Bool
        do throws(SystemCallError) {
            file = try POSIXFile(folder.file("lock"), flags: O_RDWR | O_CREAT, mode: 0o600)
            guard unsafe access(folder.path, W_OK) == 0 else { throw SystemCallError("access") }
            isOurs = try file.lock()
        } catch {
            throw .notWritable(folder.path, error.reason)
        }
        guard isOurs else { throw .inUse(folder.path) }
    }
}
