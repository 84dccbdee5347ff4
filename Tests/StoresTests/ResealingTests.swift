import Crypto
import Failures
import FoundationEssentials
import Grants
import Scratch
import TestStores
import Testing
import Text

@testable import Stores

@Suite(.timeLimit(.minutes(5)))
struct ResealingTests {
    private let lab: StoreLab
    private let key: SealingKey
    private let new = SealingKey.make()

    init() throws {
        lab = try StoreLab()
        key = try lab.key()
    }

    @Test func `a caller's revision stays good while its grant is sealed anew, several times`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        let revision = try #require(await store.load(account: "ads", now: .example(2000))).revision
        store.adopt(keys: [new, key])
        #expect(try await store.reseal() == 1)
        store.adopt(keys: [.make(), new])
        #expect(try await store.reseal() == 1)
        guard case .saved(let saved) = try await store.save(.example("b"), account: "ads", replacing: revision) else {
            Issue.record("the grant wasn't saved")
            return
        }
        // The old revision is no longer good after that.
        #expect(try await store.save(.example("c"), account: "ads", replacing: revision) == .changed)
        #expect(try await store.load(account: "ads", now: .example(2000))?.revision == saved)
    }

    @Test func `another writer's grant isn't replaced because of a sealing`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        let revision = try #require(await store.load(account: "ads", now: .example(2000))).revision
        store.adopt(keys: [new, key])
        try await store.reseal()
        // A caller that knows another revision, or none, has never seen what was sealed anew.
        for stale in [nil, Revision("other")] {
            #expect(try await store.save(.example("c"), account: "ads", replacing: stale) == .changed)
        }
        try await store.save(.example("other"), account: "ads")
        #expect(try await store.save(.example("c"), account: "ads", replacing: revision) == .changed)
        #expect(try await store.save(.example("c"), account: "ads", replacing: nil) == .changed)
    }

    @Test func `grants that were set aside are sealed anew, and what no key opens stays as it is`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        try await store.setAside(account: "ads")
        try await store.save(.example("a.grant"), account: "a.grant")
        let damaged = Array("valetkey grant 2 other\nxyz".utf8)
        try lab.state.write(damaged, as: "mail.grant")
        try lab.state.write(damaged, as: "notes.txt")
        store.adopt(keys: [new, key])
        #expect(try await store.reseal() == 2)
        store.adopt(keys: [new])
        #expect(await store.failure(loading: "a.grant") == nil)
        try lab.state.write(lab.state.read("ads.grant.aside-1"), as: "ads.grant")
        #expect(await store.failure(loading: "ads") == nil)
        #expect(try lab.state.read("mail.grant") == damaged && lab.state.read("notes.txt") == damaged)
    }

    // REVOKE-3
    @Test func `a logged-out grant whose file stays isn't sealed anew, which would bring it back`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        let hash = Base64URL.encode(Data(SHA256.hash(data: try lab.state.read("ads.grant"))))
        try lab.state.write("\(hash)\n".utf8, as: "ads.logged-out")
        store.adopt(keys: [new, key])
        #expect(try await store.reseal() == 0)
        #expect(try await store.load(account: "ads", now: .example(2000)) == nil)
    }

    @Test func `a file that can't be read or written fails the sealing, so that its key is kept`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        store.adopt(keys: [new, key])
        // The temporary name is taken by a folder.
        try lab.state.makeFolder("ads.grant.new")
        await #expect(throws: Failure.self) { try await store.reseal() }
        #expect(await store.failure(loading: "ads") == nil)
    }

    // KEEP-1
    @Test func `without keys nothing is loaded, saved or sealed, and the failure says what to do`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        store.adopt(keys: [])
        let failure = await store.failure(loading: "ads")
        #expect(failure?.code == .locked && failure?.hint == "run: valetkey unlock")
        await #expect(throws: Failure.self) { try await store.save(.example(), account: "mail") }
        await #expect(throws: Failure.self) { try await store.reseal() }
        #expect(await store.failure(loading: "none") == nil)
        store.adopt(keys: [key])
        #expect(await store.failure(loading: "ads") == nil)
        #expect(try lab.state.names() == ["ads.grant", "lock"])
    }
}
