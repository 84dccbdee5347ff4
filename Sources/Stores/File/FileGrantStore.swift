import Crypto
package import Failures
package import Files
import FoundationEssentials
import Glibc
package import Grants
import Synchronization
import Text

/// Stores each account's grant in a sealed file of its own. The folder is locked as long as the store exists.
///
/// Blocking calls run one at a time on the store's own queue.
package final class FileGrantStore: GrantStore {
    let folder: PrivateFolder
    private let bootID: String
    private let time: any Timekeeper
    private let lock: FolderLock
    let marks: LogoutMarks
    /// The keys: the first one seals, the others only open. There are none while the store is locked.
    private let keyRing = Mutex<[SealingKey]>([])
    /// What sealing with another key has made of the revisions that are known to callers, by account.
    let resealed = Mutex<[String: Resealed]>([:])
    private let queue = StoreQueue()

    static let fileLimit = 4 << 20

    /// Locks the folder and checks that it is writable. The store can't be used before `adopt(keys:)`, so that two
    /// daemons that start at once don't create two keys.
    ///
    /// `bootID` names the current boot of the machine: instants of another boot mean nothing. `keyFolder` is another
    /// folder of this user, for the marks of logged-out grants that can't be written to `folder`.
    package init(
        folder: PrivateFolder, keyFolder: String? = nil, bootID: String, time: any Timekeeper
    ) throws(StorageFault) {
        self.folder = folder
        self.bootID = bootID
        self.time = time
        marks = LogoutMarks(beside: folder, keyFolder: keyFolder)
        lock = try FolderLock(folder)
    }

    /// The first key seals new grants; grants sealed with any of the others can still be read. Without keys every call
    /// fails as `locked`.
    package func adopt(keys: [SealingKey]) { keyRing.withLock { $0 = keys } }

    var keys: [SealingKey] { keyRing.withLock { $0 } }

    /// Nobody but this store writes into the folder.
    package var changes: AsyncStream<String> { AsyncStream { $0.finish() } }

    package var executor: (any TaskExecutor)? { queue }

    package func save(
        _ kept: KeptGrant, account: String, replacing expected: Revision?
    ) async throws(Failure) -> SaveOutcome {
        let record = GrantRecord(kept, bootID: bootID, now: time.now(), isClockSure: time.isWallClockSure)
        return try await perform(account, "write") { [self] in
            guard let key = keys.first else { throw Failure.locked(at: time.now().wall) }
            guard isExpected(try revisionToReplace(account), expected, of: account) else { return .changed }
            let bytes = try SealedGrant.seal(record, account: account, key: key)
            try POSIXFile.replace(path(account), with: bytes, in: folder.path)
            resealed.withLock { $0[account] = nil }
            marks.remove(of: account)
            return .saved(Self.revision(of: bytes))
        }
    }

    package func load(account: String, now: Moment) async throws(Failure) -> StoredGrant? {
        try await perform(account, "read") { [self] in
            guard let bytes = try read(account) else { return nil }
            let keys = keys
            guard !keys.isEmpty else { throw Failure.locked(at: now.wall) }
            do throws(SealedGrant.Flaw) {
                let kept = try SealedGrant.open(bytes, account: account, keys: keys)
                    .kept(now: now, bootID: bootID, isClockSure: time.isWallClockSure)
                return StoredGrant(kept, revision: Self.revision(of: bytes))
            } catch {
                throw unusable(error, account, now: now)
            }
        }
    }

    /// Where the file can't be removed, its content is overwritten or marked as logged out, so that no later start uses
    /// it. The call fails all the same.
    package func erase(account: String) async throws(Failure) {
        try await perform(account, "remove") { [self] in
            let path = path(account)
            guard unsafe unlink(path) == 0 || errno == ENOENT else {
                let error = SystemCallError("unlink")
                throw Failure.stays(path, error, marks.end(path, of: account, limit: Self.fileLimit))
            }
            guard unsafe unlink(POSIXFile.temporary(of: path)) == 0 || errno == ENOENT else {
                throw SystemCallError("unlink")
            }
            try POSIXFile.syncFolder(folder.path)
            marks.remove(of: account)
        }
    }

    package func setAside(account: String) async throws(Failure) {
        try await perform(account, "move") { [self] in _ = try moveAside(account) }
    }

    /// Moves the file to a new name that no file had, and returns that.
    private func moveAside(_ account: String) throws(SystemCallError) -> String {
        var number = 1
        while POSIXFile.exists("\(path(account)).aside-\(number)") { number += 1 }
        let aside = "\(path(account)).aside-\(number)"
        guard unsafe rename(path(account), aside) == 0 || errno == ENOENT else { throw SystemCallError("rename") }
        try POSIXFile.syncFolder(folder.path)
        return aside
    }

    func path(_ account: String) -> String { folder.file("\(account).grant") }

    /// The sealed bytes; nil where there is no file, or its grant was logged out. A file that is too long reads as
    /// empty, which is no valid grant.
    private func read(_ account: String) throws(SystemCallError) -> [UInt8]? {
        let file: POSIXFile
        do throws(SystemCallError) {
            file = try POSIXFile(path(account), flags: O_RDONLY)
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
        let bytes = try file.read(limit: Self.fileLimit) ?? []
        return marks.isEnded(bytes, of: account) ? nil : bytes
    }

    /// The revision that a save is about to replace. A symbolic link counts as nothing: it isn't followed, but
    /// replaced.
    private func revisionToReplace(_ account: String) throws(SystemCallError) -> Revision? {
        do throws(SystemCallError) {
            return try read(account).map(Self.revision)
        } catch {
            guard error.code == ELOOP else { throw error }
            return nil
        }
    }

    /// A hash of the sealed bytes, which differ for each write even where the grant is the same.
    static func revision(of bytes: [UInt8]) -> Revision {
        Revision(Base64URL.encode(Data(SHA256.hash(data: bytes).prefix(8))))
    }

    /// A grant that another key can open stays in its place, until a new grant needs that; anything else is set aside
    /// now.
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
            "the stored grant \(path(account)) \(reason)",
            hint: "\(remedy ?? "it could not be set aside and stays there;") run: valetkey login \(account)",
            at: now.wall)
    }

    func perform<Result: Sendable>(
        _ account: String, _ verb: String, _ work: @escaping @Sendable () throws -> Result
    ) async throws(Failure) -> Result {
        switch await queue.perform(work) {
        case .success(let value): return value
        case .failure(let failure as Failure): throw failure
        case .failure(let error):
            throw .storage(error, verb, path(account), in: folder)
        }
    }
}

extension Failure {
    /// The failure of a logout whose file can't be removed.
    fileprivate static func stays(_ path: String, _ error: SystemCallError, _ end: LogoutMarks.End?) -> Failure {
        let use =
            switch end {
            case .overwritten: "what it held was overwritten"
            case .marked(let mark): "\(mark) keeps it from being used again"
            case nil: "it could not be overwritten or marked either, so that the next start will use it again"
            }
        return Failure(
            .storage, "can't remove \(path): \(error.reason); \(use)", hint: "remove \(path) by hand", at: Date())
    }
}
