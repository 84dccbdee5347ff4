import Register
import Testing
import Text

@testable import Stores

struct FleetKeyringTests {
    private let one = SealingKey.make()
    private let other = SealingKey.make()

    private func ids(_ keyring: FleetKeyring) async throws -> [String] { try await keyring.keys().all.map(\.id) }

    @Test func `keys that were read stay until they are read again`() async throws {
        let (first, second) = (FleetKeys(all: [one]), FleetKeys(all: [other, one]))
        let keyring = FleetKeyring { first }
        #expect(try await ids(keyring) == [one.id])
        let read = try await keyring.reread { second }.get()
        #expect(read.all.map(\.id) == [other.id, one.id])
        #expect(try await ids(keyring) == [other.id, one.id])
    }

    @Test func `keys that can't be read again stay as they were`() async throws {
        let first = FleetKeys(all: [one])
        let keyring = FleetKeyring { first }
        #expect(try await ids(keyring) == [one.id])
        guard case .failure(.noKey("key")) = await keyring.reread({ () throws(FleetKeyFault) in throw .noKey("key") })
        else {
            Issue.record("they were read")
            return
        }
        #expect(try await ids(keyring) == [one.id])
    }

    @Test func `without keys, those that are read later count`() async throws {
        let later = FleetKeys(all: [other])
        let keyring = FleetKeyring { () throws(FleetKeyFault) in throw .noKey("key") }
        let denied = await #expect(throws: RegisterFailure.self) { _ = try await keyring.keys() }
        #expect(denied?.kind == .denied && denied?.detail.contains("key of [store]") == true)
        _ = await keyring.reread { later }
        #expect(try await ids(keyring) == [other.id])
    }
}
