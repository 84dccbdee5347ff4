import APIContract
import Accounts
import AuthorizationServer
import Etcd
import Failures
import FoundationEssentials
import Grants
import Register
import Stores
import TestRegister
import Testing

@testable import Daemon

/// What `GET /store` answers.
@Suite(.timeLimit(.minutes(1))) struct StoreReportTests {
    private func shared(_ server: AuthorizationServer) throws -> AccountSettings {
        var settings = try AccountSettings.discovered(server)
        settings.isShared = true
        return settings
    }

    private func member(
        leads: Bool = true, hasLeader: Bool = true, alarms: [String] = [], latency: Duration = .milliseconds(3)
    ) -> EtcdMember {
        EtcdMember(
            endpoint: "https://etcd-1:2379",
            state: .success(
                EtcdMember.State(
                    version: "3.4.23", latency: latency, isLeader: leads, hasLeader: hasLeader, alarms: alarms,
                    cluster: "c", member: "m", time: EngineTime(seconds: 1, sent: .zero, received: .zero))))
    }

    @Test func `a member tells its state, and what is wrong with it`() {
        let fine = StoreReport.Member(member(latency: .microseconds(10)))
        #expect(fine.reachable && fine.leader == true && fine.latencyMs == 1 && fine.version == "3.4.23")
        #expect(fine.endpoint == "https://etcd-1:2379" && fine.problem == nil)
        #expect(StoreReport.Member(member(leads: false)).leader == false)
        #expect(StoreReport.Member(member()).latencyMs == 3)
        let full = StoreReport.Member(member(alarms: ["NOSPACE\u{1b}"]))
        #expect(full.problem?.detail.hasPrefix("it reports NOSPACE") == true && full.reachable)
        #expect(full.problem?.detail.contains("\u{1b}") == false)
        #expect(StoreReport.Member(member(hasLeader: false)).problem?.detail == "it has no leader")
        let failure = RegisterFailure(.unreachable(mayBeApplied: false), "no\u{1b}reply")
        let silent = StoreReport.Member(EtcdMember(endpoint: "e", state: .failure(failure)))
        #expect(!silent.reachable && silent.leader == nil && silent.latencyMs == nil && silent.version == nil)
        #expect(silent.problem?.code == "store_unreachable" && silent.problem?.detail.contains("\u{1b}") == false)
    }

    @Test func `the report has this host, its keys, the hosts, the members and the shared accounts`() async throws {
        let (key, old) = (try TestFleet.key(), try TestFleet.key())
        let fleet = try TestFleet(keys: FleetKeys(all: [key, old]))
        try await Rig.run(account: shared, fleet: fleet, members: [member()]) { rig in
            // This host has written its note, and another one with one key only.
            await rig.clock.awaitSleeper(for: .seconds(300))
            let place = RegisterName("\(SharedPlace.hosts(of: TestFleet.name))/h-2")
            let note = HostNote(
                name: "build-2", version: "8", keys: [old.id],
                at: EngineInstant(milliseconds: 999_940_000))
            let sealed = try SealedRecord.seal(Array(try JSONEncoder().encode(note)), for: place, key: old)
            _ = try await fleet.other.write(sealed, to: place, ifRevision: .absent)
            try await fleet.change { _ = try await rig.consent() }
            let report = try await rig.api.store().get()
            #expect(report.kind == "etcd" && report.fleet == "team")
            #expect(report.host == "h-1" && report.hostName == "build-1")
            #expect(report.sealsWith == key.id && report.opensWith == [key.id, old.id] && report.problem == nil)
            #expect(report.members.map(\.reachable) == [true])
            #expect(report.hosts.map(\.host) == ["h-1", "h-2"] && report.hosts.map(\.own) == [true, false])
            #expect(report.hosts.map(\.name) == ["build-1", "build-2"])
            #expect(report.hosts.map(\.seenAgo) == [0, 60] && report.hosts.map(\.lacks) == [nil, [key.id]])
            #expect(report.hosts[1].seenAt == rig.time.now().wall - 60 && report.hosts[1].version == "8")
            #expect(report.hosts[1].sealsWith == old.id && report.hosts[1].opensWith == [old.id])
            #expect(report.accounts.map(\.account) == ["demo"])
            #expect(report.accounts[0].share.host == "build-1" && report.accounts[0].share.era == 1)
            #expect(report.accounts[0].refreshedAt == rig.api.accounts().accounts[0].refreshedAt)
        }
    }

    @Test func `a host whose note can't be opened is told with the key that it takes`() async throws {
        let fleet = try TestFleet()
        let other = try TestFleet.key()
        try await Rig.run(account: shared, fleet: fleet) { rig in
            await rig.clock.awaitSleeper(for: .seconds(300))
            let root = SharedPlace.hosts(of: TestFleet.name)
            let sealed = try SealedRecord.seal([1], for: RegisterName("\(root)/h-2"), key: other)
            _ = try await fleet.other.write(sealed, to: RegisterName("\(root)/h-2"), ifRevision: .absent)
            _ = try await fleet.other.write([1], to: RegisterName("\(root)/h-3"), ifRevision: .absent)
            let hosts = try await rig.api.store().get().hosts
            #expect(hosts.map(\.sealsWith) == [fleet.keys.current?.id, other.id, nil])
            #expect(hosts[1].problem?.hint == "add that key to old_keys in [store]" && hosts[1].name == nil)
            #expect(hosts[2].problem?.hint == "update valetkey on this host")
        }
    }

    @Test func `while the register is lost, the rest is told`() async throws {
        let fleet = try TestFleet()
        fleet.link.set(.down)
        try await Rig.run(account: shared, fleet: fleet, members: [member()]) { rig in
            let report = try await rig.api.store().get()
            #expect(report.problem?.code == "store_unreachable" && report.problem?.detail == "no connection")
            #expect(report.hosts.isEmpty && report.members.count == 1 && report.accounts.count == 1)
            #expect(report.sealsWith == fleet.keys.current?.id)
        }
    }

    @Test func `without a store there is nothing to report`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            guard case .failure(let problem) = await rig.api.store() else { throw Unexpected() }
            #expect(problem.code == .configurationError && problem.hint?.contains("[store]") == true)
        }
    }
}
