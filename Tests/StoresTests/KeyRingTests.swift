import Failures
import Files
import Scratch
import TestStores
import Testing
import Text

@testable import Stores

@Suite(.timeLimit(.minutes(5)))
struct KeyRingTests {
    private let lab: StoreLab

    init() throws {
        lab = try StoreLab()
    }

    // KEEP-1
    @Test func `an exchange ends with one new key, and everything sealed with it`() async throws {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        let old = try await lab.ring()
        let place = try lab.keyPlace()
        let new = try await old.addingKey(in: place)
        #expect(new.keys.dropFirst() == old.keys[...] && new.keys[0] != old.keys[0] && new.isMixed)
        store.adopt(keys: new.keys)
        #expect(try await store.reseal() == 1)
        let done = try await new.completed(in: place)
        #expect(done.keys == [new.keys[0]] && !done.isMixed)
        #expect(try await lab.ring() == done)
        #expect(try lab.keys.names() == ["key"])
        store.adopt(keys: done.keys)
        #expect(try await store.kept(account: "ads", now: .example(2000)) == .example())
        store.adopt(keys: old.keys)
        #expect(await store.failure(loading: "ads")?.code == .otherKey)
    }

    @Test func `after a crash at any step of an exchange every grant can be opened, and the exchange goes on`()
        async throws
    {
        let store = try lab.open()
        try await store.save(.example(), account: "ads")
        try await store.save(.example(), account: "mail")
        let place = try lab.keyPlace()
        let new = try await lab.ring().addingKey(in: place)
        // The new key is written, and nothing is sealed with it yet.
        let begun = try await lab.ring()
        #expect(begun == new)
        // One grant is sealed with the new key, the other with the old one.
        store.adopt(keys: new.keys)
        try await store.save(.example("new"), account: "mail")
        let copy = try lab.copy()
        let half = try copy.open()
        half.adopt(keys: try await lab.ring().keys)
        for account in ["ads", "mail"] { #expect(await half.failure(loading: account) == nil) }
        #expect(try await half.reseal() == 1)
        #expect(try await half.reseal() == 0)
        // The new key is the current one, and the other slot isn't cleared yet.
        try place.write([new.keys[0]], to: .current)
        #expect(try await lab.ring().keys == new.keys)
    }

    @Test func `keys of another place only open, and make the ring mixed`() async throws {
        let file = try lab.key()
        let box = PassphraseKeyPlace(
            try PrivateFolder(lab.keys.path), passphrase: Secret("correct horse"), cost: ScryptCost(logN: 4))
        try await lab.open().save(.example(), account: "ads")
        let ring = try await KeyRing.open(box, others: [file], state: PrivateFolder(lab.state.path))
        #expect(ring.keys.count == 2 && ring.keys[1] == file && ring.isMixed)
        let again = try await KeyRing.open(box, others: [file], state: PrivateFolder(lab.state.path))
        #expect(again == ring)
        #expect(KeyRing(fixed: [file]).isMixed == false)
        #expect(KeyRing(fixed: ring.keys).isMixed)
    }
}
