import Files
import Scratch
import Testing
import Text

@testable import Stores

@Suite(.timeLimit(.minutes(5)))
struct PassphraseTests {
    private let folder: ScratchFolder
    private static let cheap = ScryptCost(logN: 4)

    init() throws {
        folder = try ScratchFolder()
    }

    private func place(_ passphrase: String) throws -> PassphraseKeyPlace {
        PassphraseKeyPlace(try PrivateFolder(folder.path), passphrase: Secret(passphrase), cost: Self.cheap)
    }

    // KEEP-1
    @Test func `the key comes back with its passphrase, and with no other`() async throws {
        let keys = [SealingKey.make(), SealingKey.make()]
        #expect(!PassphraseKeyPlace.exists(in: folder.path))
        try await place("correct horse").write(keys, to: .current)
        #expect(PassphraseKeyPlace.exists(in: folder.path))
        #expect(try await place("correct horse").read(.current) == keys)
        #expect(try await place("correct horse").read(.next) == nil)
        for other in ["correct horsf", "correct hors", "correct horse ", "x"] {
            await #expect(throws: KeyFault.wrongPassphrase) { _ = try await place(other).read(.current) }
        }
        #expect(try folder.names() == ["key.passphrase"])
        #expect(try folder.mode("key.passphrase") == 0o600)
        let bytes = try folder.read("key.passphrase")
        for key in keys { #expect(!bytes.contains(SealingKey.octets(of: [key]))) }
        #expect(try await PassphraseTests().write("correct horse", keys) != bytes)
    }

    private func write(_ passphrase: String, _ keys: [SealingKey]) async throws -> [UInt8] {
        try await place(passphrase).write(keys, to: .current)
        return try folder.read("key.passphrase")
    }

    @Test func `each slot has a file of its own`() async throws {
        let place = try place("p")
        try await place.write([.make()], to: .next)
        #expect(try folder.names() == ["key.passphrase.next"])
        #expect(PassphraseKeyPlace.exists(in: folder.path))
        try place.clear(.next)
        try place.clear(.next)
        #expect(try folder.names() == [])
    }

    @Test func `any changed octet of the file is noticed`() async throws {
        let bytes = try await write("p", [.make()])
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            try folder.write(changed, as: "key.passphrase")
            await #expect(throws: KeyFault.self, "octet \(index)") { _ = try await place("p").read(.current) }
        }
    }

    @Test(arguments: ["21 8 1", "-1 8 1", "0 8 1", "17 9 1", "17 8 5", "17 8", "17 8 1 1", "99999999999999999999 8 1"])
    func `a file can't ask for more work than a start can bear`(cost: String) async throws {
        try folder.write(
            Array("valetkey key 1 scrypt \(cost) c2FsdA\n0123456789012345678901234567890".utf8), as: "key.passphrase")
        let fault = KeyFault.storage(.key(folder.file("key.passphrase"), "it is damaged"))
        await #expect(throws: fault) { _ = try await place("p").read(.current) }
    }

    // RFC 7914 section 12: the cost of the standard is what it says.
    @Test func `the standard cost is 128 MiB`() {
        let cost = ScryptCost.standard
        #expect(128 * (1 << cost.logN) * cost.blockSize == 128 << 20 && cost.isBearable)
    }
}
