import Files
import FoundationEssentials
import Glibc
import Grants
import Scratch
import Stores
import Testing

@Suite(.timeLimit(.minutes(5)))
struct PrivateFolderTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
    }

    // KEEP-1
    @Test func `a folder is created with its parents, each accessible only to the user`() throws {
        _ = try PrivateFolder(scratch.file("a/b/c"))
        for name in ["a", "a/b", "a/b/c"] { #expect(try scratch.mode(name) == 0o700) }
    }

    // KEEP-1
    @Test(arguments: [0o755, 0o770, 0o701] as [mode_t])
    func `a folder that others can access is restricted to the user`(mode: mode_t) throws {
        try scratch.makeFolder("state", mode: mode)
        let folder = try PrivateFolder(scratch.file("state"))
        #expect(folder.exposure == Exposure(path: scratch.file("state"), mode: mode))
        #expect(try PrivateFolder(scratch.file("state")).exposure == nil)
        #expect(try scratch.mode("state") == 0o700)
    }

    @Test func `a file or a symbolic link in place of the folder is a fault`() throws {
        try scratch.write([], as: "file")
        try scratch.makeFolder("folder")
        try scratch.link("link", to: scratch.file("folder"))
        try scratch.link("dangling", to: scratch.file("nothing"))
        for path in ["file", "file/below", "link", "dangling"].map(scratch.file) + ["/proc/valetkey", ""] {
            let fault = #expect(throws: StorageFault.self) { _ = try PrivateFolder(path) }
            #expect("\(fault, default: "")".contains("it is a symbolic link") == scratch.isLinkAt(path))
            guard case .folder(path, _) = fault else {
                Issue.record("\(path): \(fault.debugDescription)")
                continue
            }
        }
        #expect(try scratch.mode("folder") == 0o700)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
    func `a folder of another user is a fault, and isn't changed`() throws {
        try scratch.makeFolder("state", mode: 0o755)
        #expect(unsafe chown(scratch.file("state"), 65534, 65534) == 0)
        let path = scratch.file("state")
        #expect(throws: StorageFault.foreignOwner(path)) { _ = try PrivateFolder(path) }
        #expect(try scratch.mode("state") == 0o755)
    }

    @Test func `a second store can't be opened as long as the first one exists`() throws {
        let lab = try StoreLab()
        let first = try lab.open()
        #expect(throws: StorageFault.inUse(lab.state.path)) { _ = try lab.open() }
        withExtendedLifetime(first) {}
        _ = consume first
        #expect(throws: Never.self) { _ = try lab.open() }
    }

    @Test func `the lock ends with the store, although a child process still has its file`() throws {
        let lab = try StoreLab()
        let first = try lab.open()
        let path = lab.state.path + "/lock"
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(CInt.init)
        let file = try #require(
            open.first { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path })
        // It shares the lock, as the child's does.
        let copy = dup(file)
        defer { close(copy) }
        _ = consume first
        #expect(throws: Never.self) { _ = try lab.open() }
    }

    @Test(.enabled(if: geteuid() != 0, "mode bits don't bind root"))
    func `a folder that can't be written is a fault at once`() throws {
        let lab = try StoreLab()
        _ = try lab.open()
        #expect(unsafe chmod(lab.state.path, 0o500) == 0)
        defer { _ = unsafe chmod(lab.state.path, 0o700) }
        #expect(throws: StorageFault.notWritable(lab.state.path, "Permission denied")) { _ = try lab.open() }
    }

    @Test func `a lock file that can't be opened is a fault`() throws {
        let lab = try StoreLab()
        try lab.state.makeFolder("lock")
        #expect(throws: StorageFault.notWritable(lab.state.path, "Is a directory")) { _ = try lab.open() }
    }

    @Test(arguments: [
        StorageFault.folder("/here", "why"), .foreignOwner("/here"), .inUse("/here"), .key("/here", "why"),
        .notWritable("/here", "why"),
    ])
    func `each fault names the path and has a hint`(fault: StorageFault) {
        #expect("\(fault)".contains("/here"))
        #expect(!fault.hint.isEmpty)
    }
}

extension ScratchFolder {
    fileprivate func isLinkAt(_ path: String) -> Bool {
        path.hasPrefix(self.path) && (try? isLink(String(path.dropFirst(self.path.utf8.count + 1)))) == true
    }
}
