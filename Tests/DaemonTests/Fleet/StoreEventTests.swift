import Accounts
import AuthorizationServer
import Failures
import Register
import TestRegister
import Testing

@testable import Daemon
@testable import Grants

/// What the daemon tells of its connection to the shared store.
@Suite(.timeLimit(.minutes(1))) struct StoreEventTests {
    private func shared(_ server: AuthorizationServer) throws -> AccountSettings {
        var settings = try AccountSettings.discovered(server)
        settings.isShared = true
        return settings
    }

    @Test func `a loss of the store is one event for all accounts, and so is its end`() async throws {
        let fleet = try TestFleet()
        try await Rig.run(account: shared, fleet: fleet) { rig in
            let events = rig.parts.events.subscribe(limit: 100) { event in
                if case .store = event.change { true } else { false }
            }.events
            let settings = try #require(rig.keeper.account("demo")?.settings)
            fleet.link.set(.denied)
            for _ in 1...3 { #expect(await rig.keeper.registerObstacle(settings) != nil) }
            #expect(rig.api.metrics().contains("\nvaletkey_store_reachable 0\n"))
            fleet.link.set(.up)
            #expect(await rig.keeper.registerObstacle(settings) == nil)
            var told: [Event.Change] = []
            for await event in events.prefix(2) { told.append(event.change) }
            guard case .store(.unreachable(let failure)) = told.first else { throw Unexpected() }
            #expect(failure.detail == "not allowed" && told.last == .store(.reachable(after: .zero)))
        }
    }

    @Test func `a request whose caller has gone is no loss`() async throws {
        let fleet = try TestFleet()
        fleet.link.set(.denied)
        let time = TestTime(clock: TestClock())
        let member = try fleet.store(time).membership
        let register = WatchedRegister(member, time: time) { _ in Issue.record("it is told") }
        let key = ShareKey(account: "ads", binding: GrantBinding(clientID: "c", server: "s"))
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask { _ = await register.perform(RegisterCall(key: key, request: .read, number: 1)) }
        }
        #expect(register.tally == RegisterTally(run: member.fleet.run))
    }

    @Test func `requests, claims and what isn't published are measured`() async throws {
        let fleet = try TestFleet()
        try await Rig.run(account: shared, fleet: fleet) { rig in
            try await fleet.change { _ = try await rig.consent() }
            let lines = rig.api.metrics().split(separator: "\n")
            for line in [
                "valetkey_store_reachable 1", "valetkey_store_requests_total{result=\"denied\"} 0",
                "valetkey_store_claims_total{result=\"won\"} 0", "valetkey_store_claims_total{result=\"lost\"} 0",
                "# TYPE valetkey_store_requests_total counter",
            ] {
                #expect(lines.contains { $0 == line }, "\(line)")
            }
            let answered = lines.first { $0.hasPrefix("valetkey_store_requests_total{result=\"answered\"} ") }
            #expect(answered.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0 > 1)
            fleet.link.set(.down)
            _ = try await rig.api.logout("demo").get()
            #expect(rig.api.metrics().contains("\nvaletkey_grant_unpublished{account=\"demo\"} 1\n"))
            try await fleet.change { fleet.link.set(.up) }
        }
    }

    @Test func `without a store nothing is measured of one`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            #expect(!rig.api.metrics().contains("valetkey_store"))
            #expect(!rig.api.metrics().contains("unpublished"))
        }
    }
}
