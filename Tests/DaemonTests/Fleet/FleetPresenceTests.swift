import FoundationEssentials
import Register
import Stores
import TestRegister
import Testing

@testable import Daemon

/// A host's note in the register, over time.
@Suite(.timeLimit(.minutes(1))) struct FleetPresenceTests {
    /// A fleet whose engine's time is the test clock's.
    private func run(
        _ body: (TestFleet, TestTime, FleetPresence) async throws -> Void
    ) async throws {
        let time = TestTime(clock: TestClock())
        let fleet = try TestFleet(time: time)
        let presence = FleetPresence(try fleet.store(time), version: "9", clock: time.clock)
        try await run(presence) { try await body(fleet, time, presence) }
    }

    /// Runs the body while the host is there.
    private func run(_ presence: FleetPresence, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { await presence.run() }
            defer { presence.stop() }
            try await body()
        }
    }

    private func notes(_ presence: FleetPresence) async throws -> [HostNote] {
        try await presence.roll().hosts.compactMap(\.note)
    }

    private func ids(_ presence: FleetPresence) async throws -> [String] {
        try await presence.roll().hosts.map(\.id)
    }

    @Test func `a host writes its note at its start, and again every five minutes`() async throws {
        try await run { fleet, time, presence in
            await time.clock.awaitSleeper(for: .seconds(300))
            let first = try await notes(presence)
            #expect(first.map(\.name) == ["build-1"] && first.map(\.version) == ["9"])
            #expect(first.map(\.keys) == [fleet.keys.all.map(\.id)])
            let texts = fleet.link.model.list(under: SharedPlace.hosts(of: TestFleet.name)).values
                .compactMap { $0.value.map { String(decoding: $0, as: UTF8.self) } }
            #expect(texts.count == 1 && !texts[0].contains("build-1"))
            time.clock.advance(by: .seconds(300))
            await time.clock.awaitSleeper(for: .seconds(300))
            let second = try await notes(presence)
            #expect(second.map(\.at) == first.map { $0.at + .seconds(300) })
        }
    }

    @Test func `a host tries again after half a minute where the register was lost`() async throws {
        let time = TestTime(clock: TestClock())
        let fleet = try TestFleet(time: time)
        fleet.link.set(.down)
        let presence = FleetPresence(try fleet.store(time), version: "9", clock: time.clock)
        try await run(presence) {
            await time.clock.awaitSleeper(for: .seconds(30))
            fleet.link.set(.up)
            time.clock.advance(by: .seconds(30))
            await time.clock.awaitSleeper(for: .seconds(300))
            let found = try await notes(presence)
            #expect(found.count == 1)
        }
    }

    @Test func `a host writes its note at once when its keys have changed`() async throws {
        try await run { fleet, time, presence in
            await time.clock.awaitSleeper(for: .seconds(300))
            let keys = FleetKeys(all: fleet.keys.all + [try TestFleet.key()])
            _ = await presence.store.keyring.reread { keys }
            var changes = fleet.other.changes(under: SharedPlace.hosts(of: TestFleet.name)).makeAsyncIterator()
            _ = await changes.next()
            presence.keysChanged()
            _ = await changes.next()
            let found = try await notes(presence)
            #expect(found.map(\.keys) == [keys.all.map(\.id)])
        }
    }

    @Test func `a host removes the notes of hosts that are gone`() async throws {
        let time = TestTime(clock: TestClock())
        let fleet = try TestFleet(time: time)
        let gone = FleetPresence(try fleet.store(time, id: "h-2", name: "gone"), version: "9", clock: time.clock)
        try await run(gone) { await time.clock.awaitSleeper(for: .seconds(300)) }
        time.clock.sleepThrough(.seconds(30 * 86_400 + 1))
        let presence = FleetPresence(try fleet.store(time), version: "9", clock: time.clock)
        let found = try await ids(presence)
        #expect(found == ["h-2"])
        try await run(presence) {
            await time.clock.awaitSleeper(for: .seconds(300))
            let found = try await ids(presence)
            #expect(found == ["h-1"])
        }
    }
}
