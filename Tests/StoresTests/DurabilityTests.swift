import CSyncWitness
import FoundationEssentials
import Glibc
import Scratch
import Synchronization
import Testing

@testable import Files

/// The order of fsync(2) calls. A file must be on disk before it gets the name that it replaces, and the folder must be
/// synced after that.
@Suite(.serialized) struct DurabilityTests {
    @Test func `a file is on disk before it replaces the old one, and the folder is synced after that`() throws {
        let folder = try ScratchFolder()
        let path = try folder.place("old", as: "grant")
        let syncs = try Syncs.during(in: folder.path, watching: path) {
            try POSIXFile.replace(path, with: Array("new".utf8), in: folder.path)
        }
        #expect(
            syncs == [
                Sync(path: POSIXFile.temporary(of: path), holds: "new", target: "old"),
                Sync(path: folder.path, holds: nil, target: "new"),
            ])
    }

    @Test func `a new file is on disk before it gets its name, and the folder is synced after that`() throws {
        let folder = try ScratchFolder()
        let path = folder.file("key")
        let syncs = try Syncs.during(in: folder.path, watching: path) {
            let isOurs = try POSIXFile.create(path, with: Array("new".utf8), in: folder.path)
            #expect(isOurs)
        }
        #expect(syncs.map(\.holds) == ["new", nil] && syncs.map(\.target) == [nil, "new"])
        #expect(syncs.last?.path == folder.path)
        #expect(try folder.names() == ["key"])
    }
}

/// One fsync call: the file, its content, and the content at the watched path at that time.
private struct Sync: Equatable {
    var path: String
    var holds: String?
    var target: String?
}

private enum Syncs {
    private struct Watch {
        var folder: String
        var target: String
        var seen: [Sync] = []
    }

    private static let watch = Mutex<Watch?>(nil)

    /// The fsync calls for the folder and for files in it during the body.
    static func during(in folder: String, watching target: String, _ body: () throws -> Void) rethrows -> [Sync] {
        watch.withLock { $0 = Watch(folder: folder, target: target) }
        sync_witness { descriptor in Syncs.note(descriptor) }
        try body()
        return watch.withLock { watch in
            defer { watch = nil }
            return watch?.seen ?? []
        }
    }

    private static func note(_ descriptor: CInt) {
        watch.withLock { watch in
            guard let now = watch,
                let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)"),
                path.hasPrefix(now.folder)
            else { return }
            watch?.seen.append(Sync(path: path, holds: text(path), target: text(now.target)))
        }
    }

    private static func text(_ path: String) -> String? {
        (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) }
    }
}
