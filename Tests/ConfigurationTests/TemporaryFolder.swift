import FoundationEssentials
import Glibc

/// A folder of a test's own, removed when the test is over.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "valetkey-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file and returns its path.
    func write(_ octets: some Sequence<UInt8>, as name: String, mode: UInt32 = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        try Data(octets).write(to: URL(filePath: file))
        chmod(file, mode)
        return file
    }

    func write(_ text: String, as name: String, mode: UInt32 = 0o600) throws -> String {
        try write(Array(text.utf8), as: name, mode: mode)
    }

    private func chmod(_ file: String, _ mode: UInt32) {
        _ = unsafe Glibc.chmod(file, mode)
    }
}
