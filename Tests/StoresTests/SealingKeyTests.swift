import Failures
import Files
import Grants
import Scratch
import Stores
import TestStores
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SealingKeyTests {
    private let lab: StoreLab

    init() throws {
        lab = try StoreLab()
    }

    // KEEP-1
    @Test func `the first start creates a key of 32 octets with mode 0600, apart from the grants`() async throws {
        let ring = try await lab.ring()
        #expect(ring.keys.count == 1 && !ring.isMixed)
        #expect(try lab.keys.names() == ["key"])
        #expect(try lab.keys.read("key").count == 32)
        #expect(try lab.keys.mode("key") == 0o600)
        #expect(try lab.state.names() == [])
        #expect(try await StoreLab().ring() != ring)
    }

    @Test func `later starts read the key and don't change it`() async throws {
        let ring = try await lab.ring()
        let key = try lab.keys.read("key")
        #expect(try await lab.ring() == ring)
        #expect(try lab.keys.read("key") == key)
    }

    // KEEP-1
    @Test(arguments: [(0o600, nil), (0o400, nil), (0o640, "0640"), (0o604, "0604")] as [(UInt32, String?)])
    func `a key that was exposed is restricted, and told of with the mode that it had`(
        mode: UInt32, told: String?
    ) throws {
        try lab.keys.write([UInt8](repeating: 7, count: 32), as: "key", mode: mode)
        let place = try lab.keyPlace()
        _ = try place.read(.current)
        #expect(place.exposures.map(\.modeText) == [told].compactMap(\.self))
        #expect(place.exposures.allSatisfy { $0.path == lab.keys.file("key") })
        #expect(try lab.keys.mode("key") & 0o077 == 0)
        let later = try lab.keyPlace()
        _ = try later.read(.current)
        #expect(later.exposures == [])
    }

    @Test func `where there are grants but no key, no new key is created`() async throws {
        try await lab.open().save(.example(), account: "ads")
        try lab.keys.remove("key")
        await #expect(throws: KeyFault.missing) { _ = try await lab.ring() }
        #expect(try lab.keys.names() == [])
        #expect(try lab.state.names() == ["ads.grant", "lock"])
    }

    @Test(arguments: [0, 1, 31, 33, 64, 4096, 5000])
    func `a key file of another length is a fault, and isn't changed`(length: Int) async throws {
        let octets = [UInt8](repeating: 7, count: length)
        try lab.keys.write(octets, as: "key")
        await #expect(throws: KeyFault.storage(.key(lab.keys.file("key"), "it isn't 32 octets long"))) {
            _ = try await lab.ring()
        }
        #expect(try lab.keys.read("key") == octets)
    }

    @Test func `a symbolic link in place of the key isn't followed`() async throws {
        let elsewhere = try ScratchFolder()
        try elsewhere.write([UInt8](repeating: 7, count: 32), as: "key")
        try lab.keys.link("key", to: elsewhere.file("key"))
        await #expect(throws: KeyFault.self) { _ = try await lab.ring() }
        #expect(try lab.keys.isLink("key"))
    }

    @Test(arguments: [32, 33, 4096])
    func `grants can be sealed with a credential, all of whose octets count`(length: Int) async throws {
        let octets = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        try lab.keys.write(octets, as: "one", mode: 0o400)
        try lab.keys.write(octets.dropLast() + [octets[length - 1] ^ 1], as: "other")
        try await store(lab.state, "one").save(.example(), account: "ads")
        let (same, changed) = (try lab.state.copy(), try lab.state.copy())
        #expect(try await store(same, "one").kept(account: "ads", now: .example(2000)) == .example())
        #expect(await (try store(changed, "other")).failure(loading: "ads")?.code == .otherKey)
        #expect(try lab.keys.names() == ["one", "other"])
    }

    private func store(_ folder: ScratchFolder, _ credential: String) throws -> FileGrantStore {
        let store = try FileGrantStore(folder: PrivateFolder(folder.path), bootID: "a", time: StandingTime())
        store.adopt(keys: [try SealingKey(credential: lab.keys.file(credential))])
        return store
    }

    @Test(arguments: [0, 31, 4097])
    func `a credential that is too short or too long is a fault`(length: Int) throws {
        try lab.keys.write([UInt8](repeating: 7, count: length), as: "credential")
        let fault = #expect(throws: StorageFault.self) { _ = try SealingKey(credential: lab.keys.file("credential")) }
        #expect(fault?.description.contains("it holds less than 32 octets, or over 4 kB") == true)
    }

    @Test func `a missing credential is a fault`() throws {
        #expect(throws: StorageFault.self) { _ = try SealingKey(credential: lab.keys.file("credential")) }
    }
}
