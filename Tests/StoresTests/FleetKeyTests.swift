import Accounts
import Scratch
import Secrets
import Stores
import Testing
import Text

@Suite struct FleetKeyTests {
    private static let texts = [1, 2].map { Base64URL.encode([UInt8](repeating: $0, count: 32)) }
    private let secrets = SecretReader(environment: [:], clock: ContinuousClock())

    private func read(_ texts: [String]) async throws -> FleetKeys {
        let folder = try ScratchFolder()
        let files = try texts.enumerated().map { SecretSource.file(try folder.place("\($1)\n", as: "\($0)")) }
        return try await FleetKeys.read(files[0], old: Array(files.dropFirst()), secrets)
    }

    @Test func `the first key seals, and each is kept once`() async throws {
        let keys = try await read([Self.texts[0], Self.texts[1], Self.texts[0]])
        #expect(keys.all.count == 2)
        #expect(keys.current == SealingKey(text: Secret(Self.texts[0])))
        #expect(keys.all[1] == SealingKey(text: Secret(Self.texts[1])))
        #expect(keys.all[0].id != keys.all[1].id)
    }

    @Test(arguments: [
        Base64URL.encode([UInt8](repeating: 1, count: 31)), Base64URL.encode([UInt8](repeating: 1, count: 33)),
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQF", "passphrase", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "0101010101010101010101010101010101010101010101010101010101010101",
    ])
    func `any other text is no key`(text: String) async throws {
        for texts in [[text], [Self.texts[0], text]] {
            let fault = await #expect(throws: FleetKeyFault.self) { try await read(texts) }
            let place = texts.count == 1 ? "key" : "old_keys"
            #expect(fault?.description.hasPrefix("\(place) of [store] isn't a key") == true)
            #expect(fault?.description.contains(text) == false)
            #expect(fault?.hint?.contains("valetkey store key") == true)
        }
    }

    @Test func `a key that can't be read is told with its place`() async throws {
        let fault = await #expect(throws: FleetKeyFault.self) {
            _ = try await FleetKeys.read(.file("/nonexistent/key"), old: [], secrets)
        }
        #expect(fault?.description.contains("key of [store]: ") == true)
        #expect(fault?.description.contains("/nonexistent/key") == true)
    }
}
