import Accounts
import Configuration
import Etcd
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

    /// With a time, the engine's clock is that of the test; else it stands still.
    init(keys: FleetKeys? = nil, time: TestTime? = nil) throws {
        link = MemoryRegister {
            let now = time.map { Duration.nanoseconds($0.instant().nanoseconds) } ?? .zero
            return EngineTime(seconds: 1_000_000 + now.components.seconds, sent: now, received: now)
        }
        other = MemoryRegister(sharing: link) { EngineTime(seconds: 1_000_000, sent: .zero, received: .zero) }
        self.keys = try keys ?? FleetKeys(all: [Self.key()])
    }

    static func key() throws -> SealingKey {
        var random = SystemRandomNumberGenerator()
        guard let key = SealingKey(text: RandomText.make(octets: 32, using: &random)) else { throw Unexpected() }
        return key
    }

    /// The store as the daemon under test uses it, or as a host with another link or another id does.
    func store(
        _ time: TestTime, link: MemoryRegister? = nil, id: String = "h-1", name: String = "build-1",
        members: [EtcdMember] = []
    ) throws -> SharedStore {
        let (link, keys) = (link ?? self.link, keys)
        let keyring = FleetKeyring { keys }
        let register = FleetRegister(link, fleet: Self.name, time: time, keyring: keyring)
        return SharedStore(
            settings: StoreSettings(
                endpoints: ["https://etcd-1:2379"], fleet: Self.name, key: .file("/k/fleet.key")),
            membership: FleetMembership(fleet: Fleet(host: id, name: name, run: "run-\(id)"), register: register),
            engine: link, keyring: keyring, members: { members },
            readKeys: { _ in { keys } })
    }

    /// Waits until a host has written a record of an account.
    func change(_ work: () async throws -> Void) async throws {
        var changes = other.changes(under: SharedPlace.root(of: Self.name)).makeAsyncIterator()
        _ = await changes.next()
        try await work()
        guard case .value = await changes.next() else { throw Unexpected() }
    }
}
