import Crypto
import Failures
import FoundationEssentials
import Glibc
import Grants
import Scratch
import Stores
import TestStores
import Testing
import Text

/// Logouts whose file can't be removed.
@Suite(.timeLimit(.minutes(5)))
struct LogoutTests {
    private let lab: StoreLab
    private static let line = "valetkey grant logged out\n"

    init() throws {
        lab = try StoreLab()
    }

    private func erasure(_ store: FileGrantStore) async -> Failure? {
        do throws(Failure) {
            try await store.erase(account: "ads")
            return nil
        } catch {
            return error
        }
    }

    /// What a later start loads.
    private func restarted() async throws -> StoredGrant? {
        let copy = try lab.copy()
        defer { withExtendedLifetime(copy) {} }
        return try await copy.open().load(account: "ads", now: .example(2000))
    }

    private func check(_ failure: Failure?, _ words: String...) {
        let path = lab.state.file("ads.grant")
        #expect(failure?.code == .storage && failure?.hint == "remove \(path) by hand")
        for word in ["can't remove \(path)"] + words {
            #expect(failure?.detail.contains(word) == true, "\(String(describing: failure))")
        }
    }

    @Test(.enabled(if: Immutable.isPossible, "nothing can be made immutable here"))
    func `a file that can't be removed is overwritten, and is no grant for a later start`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        let failure: Failure?
        do {
            let folder = try Immutable(lab.state.path)
            failure = await erasure(store)
            withExtendedLifetime(folder) {}
        }
        check(failure, Immutable.reason, "was overwritten")
        #expect(try lab.state.text("ads.grant") == Self.line)
        #expect(try lab.state.names() == ["ads.grant", "lock"])
        #expect(try await restarted() == nil)
        #expect(try await store.load(account: "ads", now: .example(2000)) == nil)
        // A new grant can take its place.
        try await store.save(.example("next"), account: "ads")
        #expect(try await restarted()?.kept == .example("next"))
    }

    @Test(.enabled(if: Immutable.isPossible, "nothing can be made immutable here"))
    func `a file that can't be overwritten either gets a mark beside it`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        let sealed = try lab.state.read("ads.grant")
        do {
            let file = try Immutable(lab.state.file("ads.grant"))
            check(await erasure(store), Immutable.reason, lab.state.file("ads.logged-out"), "being used again")
            withExtendedLifetime(file) {}
        }
        #expect(try lab.state.read("ads.grant") == sealed)
        #expect(try lab.state.mode("ads.logged-out") == 0o600)
        #expect(try lab.state.text("ads.logged-out") == "\(Base64URL.encode(Data(SHA256.hash(data: sealed))))\n")
        #expect(try await restarted() == nil)
        #expect(try await store.load(account: "ads", now: .example(2000)) == nil)
    }

    @Test(.enabled(if: Immutable.isPossible, "nothing can be made immutable here"))
    func `where the folder can't be written the mark is put into the key's folder`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        do {
            let things = [try Immutable(lab.state.file("ads.grant")), try Immutable(lab.state.path)]
            check(await erasure(store), lab.keys.file("ads.logged-out"))
            withExtendedLifetime(things) {}
        }
        #expect(try lab.keys.names() == ["ads.logged-out", "key"])
        #expect(try await restarted() == nil)
    }

    @Test(.enabled(if: Immutable.isPossible, "nothing can be made immutable here"))
    func `where no mark is possible the failure says that a later start uses the grant again`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        do {
            let things = [
                try Immutable(lab.state.file("ads.grant")), try Immutable(lab.state.path), try Immutable(lab.keys.path),
            ]
            check(await erasure(store), "the next start will use it again")
            withExtendedLifetime(things) {}
        }
        #expect(try await restarted()?.kept == .example())
    }

    // MARK: - Marks

    private func mark(_ bytes: [UInt8], in folder: ScratchFolder) throws {
        try folder.write("\(Base64URL.encode(Data(SHA256.hash(data: bytes))))\n".utf8, as: "ads.logged-out")
    }

    @Test(arguments: [true, false])
    func `a mark applies only to the bytes that it names`(isBeside: Bool) async throws {
        let store = try lab.open()
        try await store.save(.example("old"), account: "ads")
        try await store.save(.example("old"), account: "mail")
        try mark(lab.state.read("ads.grant"), in: isBeside ? lab.state : lab.keys)
        #expect(try await store.load(account: "ads", now: .example(2000)) == nil)
        #expect(try await store.kept(account: "mail", now: .example(2000)) == .example("old"))
        // A grant that replaced them before a crash prevented the removal of the mark.
        let other = try StoreLab()
        try other.keys.write(lab.keys.read("key"), as: "key")
        try await other.open().save(.example("new"), account: "ads")
        try lab.state.write(other.state.read("ads.grant"), as: "ads.grant")
        #expect(try await store.kept(account: "ads", now: .example(2000)) == .example("new"))
    }

    @Test func `an invalid mark has no effect`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        for text in ["", "\n", "x\n", String(repeating: "x", count: 1000)] {
            try lab.state.write(text.utf8, as: "ads.logged-out")
            #expect(try await store.kept(account: "ads", now: .example(2000)) == .example())
        }
    }

    @Test func `a grant that was logged out can be replaced, and its marks are removed`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        for folder in [lab.state, lab.keys] { try mark(lab.state.read("ads.grant"), in: folder) }
        guard case .saved = try await store.save(.example("next"), account: "ads", replacing: nil) else {
            throw NotSaved()
        }
        #expect(try await store.kept(account: "ads", now: .example(2000)) == .example("next"))
        #expect(try lab.state.names() == ["ads.grant", "lock"] && lab.keys.names() == ["key"])
    }

    @Test func `a successful erasure removes the marks as well`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        for folder in [lab.state, lab.keys] { try mark(lab.state.read("ads.grant"), in: folder) }
        try await store.erase(account: "ads")
        #expect(try lab.state.names() == ["lock"] && lab.keys.names() == ["key"])
    }

    @Test func `an overwritten file counts as logged out, whatever bytes follow the line`() async throws {
        let store = try lab.open()
        for rest in ["", "and what a crash has left"] {
            try lab.state.write("\(Self.line)\(rest)".utf8, as: "ads.grant")
            #expect(try await store.load(account: "ads", now: .example(2000)) == nil)
        }
        #expect(try lab.state.names() == ["ads.grant", "lock"], "it is not set aside")
        guard case .saved = try await store.save(.example(), account: "ads", replacing: nil) else { throw NotSaved() }
    }

    @Test func `an erasure also removes the temporary file that a crash has left, or fails`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        try lab.state.makeFolder("ads.grant.new")
        #expect(await erasure(store)?.code == .storage)
        try lab.state.remove("ads.grant.new")
        try lab.state.write([], as: "ads.grant.new")
        #expect(await erasure(store) == nil)
        #expect(try lab.state.names() == ["lock"])
    }
}
