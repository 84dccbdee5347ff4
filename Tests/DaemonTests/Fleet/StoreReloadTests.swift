import APIContract
import Accounts
import AuthorizationServer
import Configuration
import Logging
import Register
import Scratch
import Stores
import Testing

@testable import Daemon

/// A reload whose table `[store]` has changed, or whose key files have.
@Suite(.timeLimit(.minutes(1))) struct StoreReloadTests {
    private let fleet: TestFleet
    private let new: SealingKey
    private let settings: StoreSettings

    init() throws {
        (fleet, new) = (try TestFleet(), try TestFleet.key())
        settings = try fleet.store(TestTime(clock: TestClock())).settings
    }

    /// A host whose keys are those that `read` finds for a table.
    private func presence(
        _ read: @escaping @Sendable (StoreSettings) throws(FleetKeyFault) -> FleetKeys
    ) throws -> FleetPresence {
        let time = TestTime(clock: TestClock())
        var store = try fleet.store(time)
        store.readKeys = { settings in { () throws(FleetKeyFault) in try read(settings) } }
        return FleetPresence(store, version: "9", clock: time.clock)
    }

    private func ids(_ presence: FleetPresence) async throws -> [String] {
        try await presence.store.keyring.keys().all.map(\.id)
    }

    @Test func `keys of a changed table are taken up without a restart`() async throws {
        let (old, both) = (fleet.keys, FleetKeys(all: [new] + fleet.keys.all))
        let presence = try presence { $0.oldKeys.isEmpty ? old : both }
        _ = try await presence.store.keyring.keys()
        var changed = settings
        (changed.key, changed.oldKeys) = (.file("/k/new.key"), [settings.key])
        #expect(await presence.reload(changed) == StoreReload(hasNewKeys: true))
        let found = try await ids(presence)
        #expect(found == both.all.map(\.id))
        #expect(await presence.reload(changed) == StoreReload())
    }

    @Test func `key files are read again although the table is the same`() async throws {
        let both = FleetKeys(all: [new] + fleet.keys.all)
        let presence = try presence { _ in both }
        _ = try await presence.store.keyring.keys()
        #expect(await presence.reload(settings) == StoreReload(hasNewKeys: true))
    }

    @Test func `anything else of the table needs a restart`() async throws {
        let keys = fleet.keys
        let presence = try presence { _ in keys }
        _ = try await presence.store.keyring.keys()
        #expect(await presence.reload(settings) == StoreReload())
        var changed = Array(repeating: settings, count: 4)
        changed[0].endpoints.append("https://etcd-2:2379")
        changed[1].patience = .seconds(1)
        changed[2].user = "valetkey"
        changed[3].certificateAuthority = "ca.pem"
        for other in changed { #expect(await presence.reload(other) == StoreReload(needsRestart: true)) }
        #expect(await presence.reload(nil) == StoreReload(needsRestart: true))
    }

    @Test func `keys of another fleet aren't taken up before the restart`() async throws {
        let (keys, other) = (fleet.keys, FleetKeys(all: [new]))
        let presence = try presence { $0.fleet == "team" ? keys : other }
        _ = try await presence.store.keyring.keys()
        var changed = settings
        changed.fleet = "other"
        #expect(await presence.reload(changed) == StoreReload(needsRestart: true))
        let found = try await ids(presence)
        #expect(found == keys.all.map(\.id))
    }

    @Test func `keys that can't be read again stay`() async throws {
        let presence = try presence { _ throws(FleetKeyFault) in throw .noKey("key") }
        _ = try await presence.store.keyring.keys()
        #expect(await presence.reload(settings) == StoreReload(fault: .noKey("key")))
        let found = try await ids(presence)
        #expect(found == fleet.keys.all.map(\.id))
    }

    private static func table(_ endpoint: String) -> String {
        """
        [store]
        kind = "etcd"
        endpoints = ["\(endpoint)"]
        fleet = "team"
        key = { file = "/k/fleet.key" }

        """
    }

    private func reload(_ store: String, _ rig: Rig) async throws -> ReloadReport {
        let account = "[accounts.demo]\nissuer = \"\(rig.server.issuer)\"\nclient_id = \"desk\"\nshared = false\n"
        try rig.folder.write((account + store).utf8, as: "config.toml")
        return try await rig.api.reload().get()
    }

    @Test func `a reload says that the table needs a restart, and takes up the rest`() async throws {
        try await Rig.run(account: { try .discovered($0) }, fleet: fleet) { rig in
            // This host has written its note, so that its keys are known.
            await rig.clock.awaitSleeper(for: .seconds(300))
            let same = try await reload(Self.table("https://etcd-1:2379"), rig)
            #expect(same.notes == nil && same.settings == [])
            let changed = try await reload(
                Self.table("https://etcd-9:2379") + "[daemon]\nlog_level = \"debug\"\n", rig)
            #expect(
                changed.notes == ["[store] has changed; to take it up, run: systemctl --user restart valetkey"])
            #expect(changed.settings == ["log_level", "store (from the next start on)"])
            #expect(rig.threshold.level == .debug)
            #expect(rig.log.lines.contains { $0.level == .warning && $0.message == changed.notes?.first })
        }
    }

    @Test func `a reload that brings the first table says that it needs a restart`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let without = try await reload("", rig)
            let with = try await reload(Self.table("https://etcd-1:2379"), rig)
            #expect(without.notes == nil && with.notes?.count == 1)
        }
    }

    @Test func `a reload tells of keys that are new, and of those that can't be read`() async throws {
        let both = FleetKeys(all: [new] + fleet.keys.all)
        for isThere in [true, false] {
            try await Rig.run(
                account: { try .discovered($0) }, fleet: fleet,
                store: { store in
                    store.readKeys = { _ in
                        { () throws(FleetKeyFault) in
                            if !isThere { throw .noKey("key") }
                            return both
                        }
                    }
                }
            ) { rig in
                await rig.clock.awaitSleeper(for: .seconds(300))
                let report = try await reload(Self.table("https://etcd-1:2379"), rig)
                #expect(report.settings == (isThere ? ["keys of [store]"] : []))
                let note =
                    "the keys in use stay: key of [store] isn't a key: it has other than 32 octets in base64url; "
                    + "valetkey store key prints a new key"
                #expect(report.notes == (isThere ? nil : [note]))
            }
        }
    }
}
