package import Failures
import Files
import FoundationEssentials
import Glibc
import Grants
import Synchronization

/// Sealing of all files with the first key, after another one was exchanged for it.
extension FileGrantStore {
    /// The revision of a file as its account's callers know it, and what it is after the file was sealed anew.
    struct Resealed: Sendable {
        var known: Revision
        var now: Revision
    }

    /// Seals every file with the first key that any key can open, those set aside too. What no key opens stays as it is.
    /// Returns the number of files that were sealed anew.
    ///
    /// - Throws: the first failure to read or write a file. Until a call returns, older keys are needed.
    @discardableResult
    package func reseal() async throws(Failure) -> Int {
        var count = 0
        for file in try await files() where try await reseal(file.name, of: file.account) { count += 1 }
        return count
    }

    /// The files of grants, with the accounts that their names state, and those of registrations, with what is bound in.
    private func files() async throws(Failure) -> [(name: String, account: String)] {
        let names = try await perform("", "list") { [self] in
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
        }
        return names.sorted().compactMap { name in
            if name.hasSuffix(Self.suffix) { return (name, String(name.dropLast(Self.suffix.count))) }
            if let account = Self.account(ofRegistration: name) { return (name, Self.binding(ofRegistration: account)) }
            guard let cut = name.ranges(of: "\(Self.suffix).aside-").last else { return nil }
            return (name, String(name[..<cut.lowerBound]))
        }
    }

    /// Files are replaced one at a time between other work, so that a save never waits for all of them.
    private func reseal(_ name: String, of account: String) async throws(Failure) -> Bool {
        try await perform(account, "seal") { [self] in
            let keys = keys
            guard !keys.isEmpty else { throw Failure.locked(at: Date()) }
            let file = folder.file(name)
            let isAside = !name.hasSuffix(Self.suffix)
            guard let bytes = try content(file),
                // The mark of a logged-out grant names its bytes.
                isAside || !marks.isEnded(bytes, of: account),
                let sealed = SealedGrant.reseal(bytes, account: account, keys: keys)
            else { return false }
            try POSIXFile.replace(file, with: sealed, in: folder.path)
            if !isAside { note(Self.revision(of: bytes), became: Self.revision(of: sealed), of: account) }
            return true
        }
    }

    /// nil where the file is gone, or is no file that this store has written.
    func content(_ path: String) throws(SystemCallError) -> [UInt8]? {
        do throws(SystemCallError) {
            return try POSIXFile(path, flags: O_RDONLY).read(limit: Self.fileLimit)
        } catch {
            guard error.code == ENOENT || error.code == ELOOP else { throw error }
            return nil
        }
    }

    private func note(_ before: Revision, became now: Revision, of account: String) {
        resealed.withLock { resealed in
            let isSame = resealed[account]?.now == before
            resealed[account] = Resealed(known: isSame ? resealed[account]?.known ?? before : before, now: now)
        }
    }

    /// Whether a save that expects this revision may replace the one that was found.
    func isExpected(_ found: Revision?, _ expected: Revision?, of account: String) -> Bool {
        if found == expected { return true }
        guard let resealed = resealed.withLock({ $0[account] }) else { return false }
        return resealed.known == expected && resealed.now == found
    }

    private static var suffix: String { ".grant" }
}
