import Files
import Glibc
import Scratch
import Testing

@Suite(.timeLimit(.minutes(5)))
struct FreshFileTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
    }

    private func file(_ name: String = "token", root: String? = nil, mayBeOnDisk: Bool = true) -> FreshFile {
        FreshFile(scratch.file(name), makingFoldersBelow: root, mayBeOnDisk: mayBeOnDisk)
    }

    private func fault(_ work: () throws(FreshFileFault) -> Void) -> FreshFileFault? {
        do throws(FreshFileFault) {
            try work()
            return nil
        } catch {
            return error
        }
    }

    @Test func `a value is written with mode 0600, and replaced as a whole`() throws {
        var file = file()
        #expect(!file.isPlaced)
        try file.write(Array("one".utf8))
        #expect(try scratch.text("token") == "one" && scratch.mode("token") == 0o600 && file.isPlaced)
        // Whoever has the old file open still reads the old value.
        let descriptor = unsafe open(file.path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        try file.write(Array("the second".utf8))
        var bytes = [UInt8](repeating: 0, count: 20)
        #expect(unsafe read(descriptor, &bytes, bytes.count) == 3)
        #expect(try scratch.text("token") == "the second" && scratch.names() == ["token"])
        try file.remove()
        #expect(try scratch.names().isEmpty && !file.isPlaced)
        try file.remove()
    }

    @Test(arguments: ["file", "link", "folder", "pipe"])
    func `what is there and isn't ours stays, and is a fault`(_ kind: String) throws {
        _ = try scratch.place("mine", as: "other")
        switch kind {
        case "file": _ = try scratch.place("mine", as: "token")
        case "link": try scratch.link("token", to: scratch.file("other"))
        case "folder": try scratch.makeFolder("token")
        default: try scratch.makePipe("token")
        }
        var file = file()
        let words = ["file": "a file", "link": "a symbolic link", "folder": "a folder", "pipe": "a special file"]
        #expect(
            fault { () throws(FreshFileFault) in try file.write([1]) } == .notOurs(file.path, try #require(words[kind]))
        )
        try file.remove()
        #expect(try scratch.names() == ["other", "token"] && scratch.text("other") == "mine")
        if kind == "file" { #expect(try scratch.text("token") == "mine") }
    }

    @Test func `a file that somebody puts in the place of ours stays, and one that is gone is written again`() throws {
        var file = file()
        try file.write([1])
        try scratch.remove("token")
        try file.write([2])
        #expect(try scratch.read("token") == [2])
        try scratch.remove("token")
        _ = try scratch.place("mine", as: "elsewhere")
        try #require(unsafe rename(scratch.file("elsewhere"), file.path) == 0)
        #expect(fault { () throws(FreshFileFault) in try file.write([3]) } == .notOurs(file.path, "a file"))
        try file.remove()
        #expect(try scratch.text("token") == "mine" && !file.isPlaced)
    }

    @Test func `a file whose content somebody has changed isn't ours any more`() throws {
        var file = file()
        try file.write(Array("ours".utf8))
        _ = try scratch.place("mine", as: "token")
        #expect(fault { () throws(FreshFileFault) in try file.write([3]) } == .notOurs(file.path, "a file"))
        try file.remove()
        #expect(try scratch.text("token") == "mine")
    }

    @Test(arguments: [0o777, 0o1777, 0o772] as [mode_t])
    func `a folder that others can write to is refused, with and without the sticky bit`(_ mode: mode_t) throws {
        try scratch.makeFolder("open", mode: mode)
        var file = file("open/token")
        let text = "can be written by other users (mode \(FilePermissions(mode: mode, owner: 0, group: 0).text))"
        #expect(fault { () throws(FreshFileFault) in try file.write([1]) } == .unsafeFolder(scratch.file("open"), text))
        #expect(file.doubt == .unsafeFolder(scratch.file("open"), text))
    }

    @Test func `a folder above that others can write to is refused, unless it is sticky`() throws {
        try scratch.makeFolder("open", mode: 0o777)
        try scratch.makeFolder("open/own")
        try scratch.makeFolder("private")
        try scratch.link("private/link", to: scratch.file("open/own"))
        var (direct, linked) = (file("open/own/token"), file("private/link/token"))
        for _ in 0..<2 {
            for fault in [
                fault { () throws(FreshFileFault) in try direct.write([1]) },
                fault { () throws(FreshFileFault) in try linked.write([1]) },
            ] {
                guard case .unsafeFolder(scratch.file("open"), _) = fault else {
                    Issue.record("\(String(describing: fault))")
                    return
                }
            }
        }
        try #require(unsafe chmod(scratch.file("open"), 0o1777) == 0)
        try linked.write([1])
        #expect(try scratch.read("open/own/token") == [1])
    }

    @Test func `missing folders are created below the root only, for the user only`() throws {
        var elsewhere = file("a/b/token")
        #expect(fault { () throws(FreshFileFault) in try elsewhere.write([1]) } == .noFolder(scratch.file("a/b")))
        #expect(elsewhere.doubt == .noFolder(scratch.file("a/b")))
        var below = file("a/b/token", root: scratch.path)
        #expect(below.doubt == nil)
        try below.write([1])
        #expect(try scratch.mode("a") == 0o700 && scratch.mode("a/b") == 0o700 && scratch.read("a/b/token") == [1])
        // Also after it has vanished.
        try scratch.remove("a")
        try below.write([2])
        #expect(try scratch.read("a/b/token") == [2])
        try scratch.remove("a")
        try below.remove()
        var rootless = file("x/y/token", root: scratch.file("x"))
        #expect(fault { () throws(FreshFileFault) in try rootless.write([1]) } == .noFolder(scratch.file("x")))
        var beside = file("a2/token", root: scratch.file("a"))
        #expect(fault { () throws(FreshFileFault) in try beside.write([1]) } == .noFolder(scratch.file("a2")))
    }

    @Test func `a place that isn't in memory is refused unless it was asked for`() {
        var file = FreshFile("/usr/valetkey-test")
        #expect(fault { () throws(FreshFileFault) in try file.write([1]) } == .onDisk("/usr"))
        #expect(file.doubt == .onDisk("/usr"))
        #expect(FreshFile("/usr/valetkey-test", mayBeOnDisk: true).doubt == nil)
    }

    @Test func `a file that an earlier process has left is taken over, and an unfinished one removed`() throws {
        _ = try scratch.place("old", as: "token")
        _ = try scratch.place("half", as: ".token.valetkey")
        var file = file()
        file.adoptLeftover()
        #expect(try scratch.names() == ["token"] && file.isPlaced)
        try file.write([1])
        #expect(try scratch.read("token") == [1])
    }

    @Test func `a file that can't be from an earlier process isn't taken over`() throws {
        _ = try scratch.place("mine", as: "readable", mode: 0o644)
        _ = try scratch.place("mine", as: "named")
        try #require(unsafe link(scratch.file("named"), scratch.file("twice")) == 0)
        try scratch.link("link", to: scratch.file("named"))
        for name in ["readable", "named", "link", "missing"] {
            var file = file(name)
            file.adoptLeftover()
            #expect(!file.isPlaced, "\(name)")
            try file.remove()
        }
        #expect(try scratch.names() == ["link", "named", "readable", "twice"])
    }

    @Test func `an unfinished file of a crash doesn't keep the next one from being written`() throws {
        _ = try scratch.place("half", as: ".token.valetkey")
        var file = file()
        try file.write([1])
        #expect(try scratch.names() == ["token"])
    }

    @Test(.enabled(if: Immutable.isPossible))
    func `a file that can't be replaced stays as it is, and one that can't be removed is emptied`() throws {
        try scratch.makeFolder("f")
        var file = file("f/token")
        try file.write([1])
        do {
            let lock = try Immutable(scratch.file("f"))
            #expect(fault { () throws(FreshFileFault) in try file.write([2]) } == .failed(file.path, Immutable.reason))
            #expect(try scratch.read("f/token") == [1])
            #expect(fault { () throws(FreshFileFault) in try file.remove() } == .failed(file.path, Immutable.reason))
            #expect(try scratch.read("f/token").isEmpty && file.isPlaced)
            withExtendedLifetime(lock) {}
        }
        // What was emptied is still ours.
        try file.write([3])
        #expect(try scratch.read("f/token") == [3])
    }
}
