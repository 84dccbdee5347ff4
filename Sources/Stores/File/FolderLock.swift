import Files
import Glibc

/// Locks the folder as long as it exists, so that no second daemon uses it.
final class FolderLock: Sendable {
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

    deinit { file.unlock() }
}
