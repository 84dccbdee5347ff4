import Failures
import Grants
import Scratch
import Stores
import TestStores
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SettingAsideTests {
    private let lab: StoreLab

    init() throws {
        lab = try StoreLab()
    }

    enum Damage: CaseIterable {
        case emptied, cutInItsName, cutBehindItsName, cutAtTheEnd, cutByHalf, lengthened, otherName, otherSeal,
            otherNonce
        case otherText, tooLong

        /// The length of the first line, which names the format and the key.
        private static let line = "valetkey grant 2 abcdefghijkl\n".utf8.count

        func done(to bytes: [UInt8]) -> [UInt8] {
            var damaged = bytes
            switch self {
            case .emptied: return []
            case .cutInItsName: return Array(bytes.prefix("valetkey grant 2".utf8.count))
            case .cutBehindItsName: return Array(bytes.prefix(Self.line))
            case .cutAtTheEnd: return bytes.dropLast()
            case .cutByHalf: return Array(bytes.prefix(bytes.count / 2))
            case .lengthened: return bytes + [0]
            case .otherName: damaged[0] ^= 1
            case .otherSeal: damaged[bytes.count - 1] ^= 1
            case .otherNonce: damaged[Self.line] ^= 1
            case .otherText: damaged[bytes.count / 2] ^= 1
            case .tooLong: return bytes + [UInt8](repeating: 0, count: 5 << 20)
            }
            return damaged
        }
    }

    // KEEP-1
    @Test(arguments: Damage.allCases)
    func `a damaged file is set aside unchanged, and reported`(damage: Damage) async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        let damaged = try damage.done(to: lab.state.read("ads.grant"))
        try lab.state.write(damaged, as: "ads.grant")

        let failure = await store.failure(loading: "ads", now: .example(2000))
        #expect(failure?.code == .unreadableFile)
        #expect(failure?.detail.hasSuffix("ads.grant is damaged") == true)
        #expect(failure?.hint?.contains(lab.state.file("ads.grant.aside-1")) == true)
        #expect(failure?.hint?.contains("valetkey login ads") == true)
        #expect(failure?.at == Moment.example(2000).wall)
        #expect(try lab.state.names() == ["ads.grant.aside-1", "lock"])
        #expect(try lab.state.read("ads.grant.aside-1") == damaged)
        #expect(try await store.kept(account: "ads", now: .example(2000)) == nil)
    }

    // KEEP-1
    @Test func `an account doesn't load another account's file, and swapped files are both kept`() async throws {
        let store = try lab.open()
        try await store.save(.example("of ads"), account: "ads")
        try await store.save(.example("of mail"), account: "mail")
        let (ads, mail) = (try lab.state.read("ads.grant"), try lab.state.read("mail.grant"))
        try lab.state.write(mail, as: "ads.grant")
        try lab.state.write(ads, as: "mail.grant")

        for account in ["ads", "mail"] { #expect(await store.failure(loading: account)?.code == .unreadableFile) }
        #expect(try lab.state.read("ads.grant.aside-1") == mail)
        #expect(try lab.state.read("mail.grant.aside-1") == ads)
    }

    @Test(arguments: ["3", "10", "2.1", "99 something new"])
    func `a file of a later format is set aside, and reported as such`(version: String) async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        let sealed = try lab.state.read("ads.grant").drop { $0 != UInt8(ascii: "\n") }
        let newer = Array("valetkey grant \(version)".utf8) + sealed
        try lab.state.write(newer, as: "ads.grant")

        let failure = await store.failure(loading: "ads")
        #expect(failure?.detail.hasSuffix("ads.grant was written by a newer valetkey") == true)
        #expect(try lab.state.read("ads.grant.aside-1") == newer)
    }

    @Test func `grants that were sealed with another key can be read again with that key`() async throws {
        try await lab.open().save(.example(), account: "ads")
        let (wrong, right) = (try lab.copy(), try lab.keys.read("key"))
        try wrong.keys.write([UInt8](repeating: 7, count: 32), as: "key")
        let failure = await (try wrong.open()).failure(loading: "ads")
        #expect(failure?.code == .otherKey && failure?.hint?.contains("key") == true)
        let mended = try wrong.copy()
        try mended.keys.write(right, as: "key")
        #expect(try await mended.open().kept(account: "ads", now: .example(2000)) == .example())
    }

    @Test func `a file that was set aside before is never overwritten`() async throws {
        let store = try lab.open()
        try lab.state.write("first".utf8, as: "ads.grant.aside-1")
        try lab.state.link("ads.grant.aside-2", to: "nowhere")
        try lab.state.makeFolder("ads.grant.aside-3")
        try lab.state.write("second".utf8, as: "ads.grant")

        try await store.setAside(account: "ads")
        #expect(try lab.state.text("ads.grant.aside-1") == "first")
        #expect(try lab.state.isLink("ads.grant.aside-2"))
        #expect(try lab.state.text("ads.grant.aside-4") == "second")
    }

    @Test func `a grant can be saved after another one was set aside`() async throws {
        let store = try lab.open()
        try lab.state.write("nonsense".utf8, as: "ads.grant")
        for _ in 1...2 { try await store.setAside(account: "ads") }
        try await store.save(.example(), account: "ads")
        #expect(try await store.kept(account: "ads", now: .example(2000)) == .example())
        #expect(try lab.state.text("ads.grant.aside-1") == "nonsense")
    }
}
