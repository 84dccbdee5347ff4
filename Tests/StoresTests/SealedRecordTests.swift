import Grants
import Register
import Testing

@testable import Stores

struct SealedRecordTests {
    private let name = RegisterName("valetkey/1/team/grant/ads/abc")
    private let plain = Array(#"{"token":"s3cret"}"#.utf8)

    @Test func `a sealed value opens with its key, among others`() throws {
        let (key, old) = (SealingKey.make(), SealingKey.make())
        for sealing in [key, old] {
            let sealed = try SealedRecord.seal(plain, for: name, key: sealing)
            #expect(try SealedRecord.open(sealed, of: name, keys: [key, old]) == plain)
            #expect(!String(decoding: sealed, as: UTF8.self).contains("s3cret"))
            #expect(String(decoding: sealed, as: UTF8.self).hasPrefix("valetkey record 1 \(sealing.id)\n"))
        }
        #expect(try SealedRecord.seal(plain, for: name, key: key) != SealedRecord.seal(plain, for: name, key: key))
        let empty = try SealedRecord.seal([], for: name, key: key)
        #expect(try SealedRecord.open(empty, of: name, keys: [key]) == [])
    }

    @Test func `a value without its key says which one it needs`() throws {
        let key = SealingKey.make()
        let sealed = try SealedRecord.seal(plain, for: name, key: key)
        for keys in [[], [SealingKey.make()]] {
            #expect(throws: SealedRecord.Flaw.otherKey(key.id)) {
                try SealedRecord.open(sealed, of: name, keys: keys)
            }
        }
    }

    @Test(arguments: [
        "valetkey/1/other/grant/ads/abc", "valetkey/1/team/grant/mail/abc", "valetkey/1/team/grant/ads/abd",
        "valetkey/1/team/host/ads/abc", "",
    ])
    func `a value is that of its name only`(other: String) throws {
        let key = SealingKey.make()
        let sealed = try SealedRecord.seal(plain, for: name, key: key)
        #expect(throws: SealedRecord.Flaw.damaged) {
            try SealedRecord.open(sealed, of: RegisterName(other), keys: [key])
        }
    }

    @Test func `a value with any octet changed, or cut anywhere, isn't opened`() throws {
        let key = SealingKey.make()
        let sealed = try SealedRecord.seal(plain, for: name, key: key)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: SealedRecord.Flaw.self) { try SealedRecord.open(changed, of: name, keys: [key]) }
            #expect(throws: SealedRecord.Flaw.damaged) {
                try SealedRecord.open(Array(sealed[..<index]), of: name, keys: [key])
            }
        }
        #expect(throws: SealedRecord.Flaw.damaged) { try SealedRecord.open(sealed + [0], of: name, keys: [key]) }
    }

    @Test(arguments: [
        ("valetkey record 2\n", SealedRecord.Flaw.newer), ("valetkey record 2 abc def\nx", .newer),
        ("valetkey record 10 abc\nx", .newer), ("valetkey record \n", .damaged), ("valetkey record 1\n", .damaged),
        ("valetkey record 1 a b\n", .damaged), ("valetkey record x\n", .damaged), ("valetkey grant 1 a\n", .damaged),
        ("valetkey record 2", .damaged), ("", .damaged),
        ("valetkey record 2 \(String(repeating: "a", count: 64))\n", .damaged),
    ])
    func `a newer format is told from what is no record`(text: String, flaw: SealedRecord.Flaw) {
        #expect(throws: flaw) { try SealedRecord.open(Array(text.utf8), of: name, keys: [.make()]) }
    }

    @Test func `a place is told by its name, and differs with each part of it`() throws {
        let binding = GrantBinding(clientID: "client", server: "https://as.example")
        let place = SharedPlace(fleet: "team", account: "ads", binding: binding)
        #expect(place.name.text == "valetkey/1/team/grant/ads/\(place.binding)")
        #expect(place.binding.count == 12)
        #expect(place.name.isBelow(SharedPlace.root(of: "team")))
        #expect(SharedPlace(place.name, fleet: "team") == place)
        #expect(SharedPlace(place.name, fleet: "tea") == nil)
        let others = [
            SharedPlace(fleet: "team2", account: "ads", binding: binding),
            SharedPlace(fleet: "team", account: "mail", binding: binding),
            SharedPlace(
                fleet: "team", account: "ads", binding: GrantBinding(clientID: "client2", server: binding.server)),
            SharedPlace(
                fleet: "team", account: "ads", binding: GrantBinding(clientID: "client", server: "https://as2")),
            SharedPlace(
                fleet: "team", account: "ads", binding: GrantBinding(clientID: "clienth", server: "ttps://as.example")),
        ]
        #expect(Set(others.map(\.name) + [place.name]).count == 6)
    }

    @Test(arguments: ["", "/ads", "/ads/", "//abc", "/ads/abc/d"]) func `another name is no place`(rest: String) {
        let root = SharedPlace.root(of: "team")
        #expect(SharedPlace(RegisterName("\(root)\(rest)"), fleet: "team") == nil)
    }
}
