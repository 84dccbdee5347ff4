import Crypto
import Files
import FoundationEssentials
import Glibc
import Text

/// Keeps a logged-out grant whose file can't be removed from being used again: overwrites the file with a line that
/// says so or, where it can't be written, puts a mark beside it or into the key's folder.
///
/// A mark holds the hash of the file's bytes, so that it never applies to a grant that is written there later, whatever
/// crashes.
struct LogoutMarks: Sendable {
    enum End: Sendable, Equatable {
        case overwritten
        /// A mark at this path names the file's bytes.
        case marked(String)
    }

    private let folders: [String]
    private static let line = Array("valetkey grant logged out\n".utf8)
    private static let markLimit = 256

    init(beside folder: PrivateFolder, keyFolder: String?) {
        folders = [folder.path] + (keyFolder.map { [$0] } ?? [])
    }

    /// Whether these bytes of a grant's file are known to be logged out.
    func isEnded(_ bytes: [UInt8], of account: String) -> Bool {
        if bytes.starts(with: Self.line) { return true }
        return folders.contains { folder in
            let mark = try? POSIXFile(Self.path(account, folder), flags: O_RDONLY).read(limit: Self.markLimit)
            return mark.map { $0 == Self.mark(for: bytes) } ?? false
        }
    }

    /// Makes the file unusable for later starts; nil where neither overwriting nor marking was possible.
    func end(_ path: String, of account: String, limit: Int) -> End? {
        do throws(SystemCallError) {
            try overwrite(path)
            return .overwritten
        } catch {
            return mark(path, of: account, limit: limit)
        }
    }

    /// Removes the marks of an account, whose file is gone or replaced.
    func remove(of account: String) {
        for folder in folders { _ = unsafe unlink(Self.path(account, folder)) }
    }

    private func overwrite(_ path: String) throws(SystemCallError) {
        let file = try POSIXFile(path, flags: O_WRONLY)
        try file.write(Self.line)
        try file.sync()
        // The line counts whatever bytes follow it.
        try? file.truncate(to: Self.line.count)
        try? file.sync()
    }

    private func mark(_ path: String, of account: String, limit: Int) -> End? {
        guard let bytes = (try? POSIXFile(path, flags: O_RDONLY).read(limit: limit)) ?? nil else { return nil }
        for folder in folders {
            let mark = Self.path(account, folder)
            if (try? POSIXFile.replace(mark, with: Self.mark(for: bytes), in: folder)) != nil { return .marked(mark) }
        }
        return nil
    }

    private static func path(_ account: String, _ folder: String) -> String { "\(folder)/\(account).logged-out" }

    private static func mark(for bytes: [UInt8]) -> [UInt8] {
        Array("\(Base64URL.encode(Data(SHA256.hash(data: bytes))))\n".utf8)
    }
}
