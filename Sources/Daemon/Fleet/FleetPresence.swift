import FoundationEssentials
import Grants
import Register
import Stores

/// Keeps this host's note in the register, as well as it can: nothing waits for it. Reads those of the other hosts.
final class FleetPresence: Sendable {
    let store: SharedStore
    private let clock: any Clock<Duration>
    private let version: String
    private let (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// How long until another try where the register couldn't be reached.
    private static let retry = Duration.seconds(30)

    init(_ store: SharedStore, version: String, clock: any Clock<Duration>) {
        self.store = store
        self.version = version
        self.clock = clock
    }

    /// Works until `stop`.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    let pause = await self.announce() ? HostRoll.period : Self.retry
                    try? await self.clock.sleep(for: pause)
                }
            }
            for await _ in changes { group.addTask { _ = await self.announce() } }
            group.cancelAll()
        }
    }

    func stop() {
        change.finish()
    }

    /// The keys have changed, so that this host's note has, too.
    func keysChanged() {
        change.yield()
    }

    /// The hosts that have a note.
    func roll() async throws(RegisterFailure) -> HostRoll {
        let keys = try await store.keyring.keys()
        return HostRoll(
            try await store.engine.list(under: SharedPlace.hosts(of: store.fleet)), fleet: store.fleet, keys: keys)
    }

    /// Writes this host's note where it must, and removes those of hosts that are gone. Returns whether the register
    /// took it.
    private func announce() async -> Bool {
        do throws(RegisterFailure) {
            let keys = try await store.keyring.keys()
            let roll = try await roll()
            let (id, name) = (store.membership.fleet.host, store.membership.fleet.name)
            let own = HostNote(name: name, version: version, keys: keys.all.map(\.id), at: roll.now)
            if let (note, revision) = roll.due(own, of: id), let key = keys.current,
                let plain = try? JSONEncoder().encode(note)
            {
                let place = RegisterName("\(SharedPlace.hosts(of: store.fleet))/\(id)")
                guard let sealed = try? SealedRecord.seal(Array(plain), for: place, key: key) else { return false }
                _ = try await store.engine.write(sealed, to: place, ifRevision: revision)
            }
            for host in roll.gone(except: id) {
                try await store.engine.erase(host.place, ifRevision: host.revision)
            }
            return true
        } catch {
            return false
        }
    }
}
