import APIContract
import Files
import Glibc
import Text

/// Where the files of tokens may be, and the list of those that were written.
struct TokenFilePlaces: Sendable {
    let specifiers: PathSpecifiers
    let list: TokenFileList

    init(environment: [String: String], state: PrivateFolder) {
        specifiers = PathSpecifiers(environment: environment)
        list = TokenFileList(folder: state)
    }
}

extension PathSpecifiers {
    init(environment: [String: String]) {
        self.init(
            runtimeFolder: DefaultSocket.runtimeFolder { environment[$0] }, home: environment["HOME"], user: geteuid())
    }
}

/// The paths of the files that the daemon may have written, a line each, so that the next start can remove what a killed
/// daemon has left, and tells such a file from somebody else's.
struct TokenFileList: Sendable {
    let folder: PrivateFolder

    private static let limit = 4 << 20

    private var path: String { folder.file("token-files") }

    func read() -> [String] {
        guard let file = try? FileReading.read(path, limit: Self.limit) else { return [] }
        return String(decoding: file.octets, as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("/") }
    }

    /// Without the list, only a file that a killed daemon leaves would be in the way of the next one, which says so.
    func write(_ paths: Set<String>) {
        guard paths != Set(read()) else { return }
        let text = paths.sorted().map { "\($0)\n" }.joined()
        try? POSIXFile.replace(path, with: Array(text.utf8), in: folder.path)
    }
}
