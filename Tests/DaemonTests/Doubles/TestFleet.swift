import Grants
import Register
import Stores
import TestRegister
import Text

@testable import Daemon

/// A fleet whose register is in memory. The daemon under test is one of its hosts.
struct TestFleet {
    static let name = "team"

    /// The link of the daemon under test.
    let link: MemoryRegister
    /// The link of another host.
    let other: MemoryRegister
    let keys: FleetKeys

    init(keys: FleetKeys? = nil) throws {
        link = MemoryRegister()
        other = MemoryRegister(sharing: link)
        self.keys = try keys ?? FleetKeys(all: [Self.key()])
    }

    static func key() throws -> SealingKey {
        var random = SystemRandomNumberGenerator()
        guard let key = SealingKey(text: RandomText.make(octets: 32, using: &random)) else { throw Unexpected() }
        return key
    }

    func membership(_ time: TestTime) -> FleetMembership {
        let fleet = Fleet(host: "h-1", name: "build-1", run: "run-1")
        let keys = keys
        return FleetMembership(
            fleet: fleet,
            register: FleetRegister(link, fleet: Self.name, time: time) { () async throws(FleetKeyFault) in keys })
    }

    /// Waits until a host has written a record of an account.
    func change(_ work: () async throws -> Void) async throws {
        var changes = other.changes(under: SharedPlace.root(of: Self.name)).makeAsyncIterator()
        _ = await changes.next()
        try await work()
        guard case .value = await changes.next() else { throw Unexpected() }
    }
}
