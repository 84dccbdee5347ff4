import Failures
import FoundationEssentials
import Grants
import Scratch
import Stores
import TestStores
import Testing
import Text

@Suite(.timeLimit(.minutes(5)))
struct KeepingTests {
    private let lab: StoreLab

    init() throws {
        lab = try StoreLab()
    }

    @Test(arguments: [
        KeptGrant.example(), .example(refresh: nil), .example(refreshIn: nil, refreshedAt: nil),
        .example(isUsable: false), .example(lifetime: nil), .withAll,
        .example(String(repeating: "é€\u{1F511}", count: 5000)),
        .example(lifetime: .milliseconds(1500), refreshIn: .zero), .example(issued: .example(-30)),
    ])
    func `a grant is loaded exactly as it was saved`(kept: KeptGrant) async throws {
        let store = try lab.open()
        try await store.save(kept, account: "ads")
        #expect(try await store.kept(account: "ads", now: .example(2000)) == kept)
        let copy = try lab.copy()
        #expect(try await copy.open().kept(account: "ads", now: .example(2000)) == kept)
    }

    // KEEP-1
    @Test func `a grant lies sealed in a file of mode 0600 in a folder of mode 0700`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        #expect(try lab.state.names() == ["ads.grant", "lock"])
        #expect(try lab.state.mode() == 0o700)
        #expect(try lab.state.mode("ads.grant") == 0o600)
        let bytes = try lab.state.read("ads.grant")
        for secret in ["the-access-token", "the-refresh-token", "the client", "as.example", "accessToken", "mail"] {
            #expect(bytes.firstRange(of: Array(secret.utf8)) == nil)
        }
    }

    // KEEP-1
    @Test func `the same grant is never sealed to the same bytes`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        let first = try lab.state.read("ads.grant")
        try await store.save(.example(), account: "ads")
        #expect(try lab.state.read("ads.grant").suffix(64) != first.suffix(64))
    }

    @Test func `a later grant replaces the earlier one of the same account only`() async throws {
        let store = try lab.open()
        try await store.save(.example("one"), account: "ads")
        try await store.save(.example("other"), account: "ads2")
        try await store.save(.example("two"), account: "ads")
        #expect(try await store.kept(account: "ads", now: .example(2000)) == .example("two"))
        #expect(try await store.kept(account: "ads2", now: .example(2000)) == .example("other"))
    }

    @Test func `an account without a grant loads none`() async throws {
        #expect(try await lab.open().kept(account: "ads", now: .example(0)) == nil)
    }

    @Test func `an erased grant is gone, and may be erased again`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        try lab.state.write("half a file".utf8, as: "ads.grant.new")
        for _ in 1...2 {
            try await store.erase(account: "ads")
            #expect(try lab.state.names() == ["lock"])
        }
        #expect(try await store.kept(account: "ads", now: .example(2000)) == nil)
    }

    // REFRESH-7
    @Test func `a grant that is set aside keeps its bytes under a name that no file has`() async throws {
        let store = try lab.open()
        var kept: [[UInt8]] = []
        for number in 1...3 {
            try await store.save(.example("number \(number)"), account: "ads")
            kept.append(try lab.state.read("ads.grant"))
            try await store.setAside(account: "ads")
        }
        #expect(try await store.kept(account: "ads", now: .example(2000)) == nil)
        let names = (1...3).map { "ads.grant.aside-\($0)" }
        #expect(try lab.state.names() == names + ["lock"])
        #expect(try names.map(lab.state.read) == kept)
    }

    @Test func `setting aside a missing file does nothing`() async throws {
        try await lab.open().setAside(account: "ads")
        #expect(try lab.state.names() == ["lock"])
    }

    @Test func `the remains of an interrupted save harm neither the old grant nor the next save`() async throws {
        let store = try lab.open()
        try await store.save(.example("old"), account: "ads")
        try lab.state.write("half a file".utf8, as: "ads.grant.new", mode: 0o644)
        #expect(try await store.kept(account: "ads", now: .example(2000)) == .example("old"))
        try await store.save(.example("new"), account: "ads")
        #expect(try await store.kept(account: "ads", now: .example(2000)) == .example("new"))
        #expect(try lab.state.names() == ["ads.grant", "lock"])
        #expect(try lab.state.mode("ads.grant") == 0o600)
    }

    @Test func `a failed save is reported, and leaves only the old grant`() async throws {
        let store = try lab.open()
        try await store.save(.example("old"), account: "ads")
        try lab.state.makeFolder("ads.grant.new")
        let failure = await #expect(throws: Failure.self) {
            try await store.save(.example("new"), account: "ads")
        }
        #expect(failure?.code == .storage)
        #expect(failure?.detail.contains(lab.state.file("ads.grant")) == true)
        #expect(failure?.hint?.contains(lab.state.path) == true)
        #expect(try await store.kept(account: "ads", now: .example(2000)) == .example("old"))
    }

    @Test func `a save that can't replace the file leaves no second one`() async throws {
        let store = try lab.open()
        try lab.state.makeFolder("ads.grant")
        await #expect(throws: Failure.self) { try await store.save(.example(), account: "ads") }
        #expect(try lab.state.names() == ["ads.grant", "lock"])
    }

    @Test func `a link in a grant's place isn't followed`() async throws {
        let elsewhere = try ScratchFolder()
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        try elsewhere.write(lab.state.read("ads.grant"), as: "stolen")
        try lab.state.remove("ads.grant")
        try lab.state.link("ads.grant", to: elsewhere.file("stolen"))
        try lab.state.link("ads.grant.new", to: elsewhere.file("stolen"))
        let before = try elsewhere.read("stolen")

        #expect(await store.failure(loading: "ads")?.code == .storage)
        try await store.save(.example("new"), account: "ads")
        #expect(try elsewhere.read("stolen") == before)
        #expect(try await store.kept(account: "ads", now: .example(2000)) == .example("new"))
    }

    @Test func `accounts don't wait for a pipe that lies in a grant's place`() async throws {
        let store = try lab.open()
        try lab.state.makePipe("ads.grant")
        #expect(await store.failure(loading: "ads")?.code == .unreadableFile)
        try await store.save(.example(), account: "mail")
        #expect(try await store.kept(account: "mail", now: .example(2000)) == .example())
    }
}

extension KeptGrant {
    /// A grant with every member that a server may send.
    fileprivate static var withAll: KeptGrant {
        var kept = KeptGrant.example()
        kept.grant.refusesScope = true
        kept.grant.extra = ["a": .text("t"), "b": .whole(7), "c": .number(1.5), "d": .flag(true)]
        kept.grant.consentEnds = Date(timeIntervalSince1970: 1_900_000_000)
        kept.grant.consentLife = .seconds(604_800)
        kept.grant.unjudged = UnjudgedToken(idToken: Secret("e30.e30.AA"), before: Secret("a0"))
        return kept
    }
}
