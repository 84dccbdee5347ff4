import Accounts
import Failures
import FoundationEssentials
import OAuth
import TestStores
import Testing
import Text

@testable import Grants

struct MachineStorageTests {
    private let reader = ReaderID(number: 5)
    private var deadline: Instant { start.instant + .seconds(30) }

    // MARK: - Loading

    @Test func `nothing is served or scheduled before the store has returned the grant`() {
        var machine = GrantMachine.loading
        #expect(machine.grant == nil && machine.published == nil && machine.lastFailure == nil)
        #expect(machine.nextRefresh == nil && machine.nextWake == nil && !machine.isSettled)
        #expect(machine.wake(now: start + .seconds(9999)).isEmpty && machine.retry(now: start).isEmpty)
        #expect(machine.adopt(RefreshPolicy(), now: start).isEmpty)
        #expect(machine.refreshNow(id: reader, deadline: deadline, now: start).isEmpty)
    }

    @Test func `a reader whose deadline passes before the store has returned the grant is told so`() {
        var machine = GrantMachine.loading
        #expect(machine.read(ReaderNeed(), id: reader, deadline: start.instant, now: start).answers.count == 1)
        #expect(machine.refreshNow(id: reader, deadline: start.instant, now: start).answers.count == 1)
        #expect(machine.readers.isEmpty && machine.nextWake == nil)
    }

    @Test func `readers of each kind are answered once the store has returned the grant`() {
        var machine = GrantMachine.loading
        _ = machine.read(ReaderNeed(), id: ReaderID(number: 1), deadline: deadline, now: start)
        _ = machine.refreshNow(id: ReaderID(number: 2), deadline: deadline, now: start)
        _ = machine.read(ReaderNeed(validity: .seconds(3590)), id: ReaderID(number: 3), deadline: deadline, now: start)
        let after = machine.loadEnded(.example(), now: start + .seconds(20))
        #expect(after.publishes && after.order != nil)
        #expect(after.answers.map(\.ids) == [[ReaderID(number: 1)]])
        #expect(machine.readers.map(\.id.number) == [2, 3] && machine.earliestDeadline == deadline)
    }

    @Test func `a second result of a load is ignored`() {
        var machine = GrantMachine.active()
        #expect(machine.loadEnded(nil, failure: .disk, now: start).isEmpty)
        #expect(machine.grant != nil && machine.lastFailure == nil)
    }

    @Test func `an account without a grant gives the reason, until a consent`() {
        var machine = GrantMachine.loading
        _ = machine.loadEnded(nil, failure: .disk, now: start)
        #expect(machine.phase == .empty && machine.lastFailure == .disk)
        #expect(
            machine.refreshNow(id: reader, deadline: deadline, now: start).answers.first?.answer
                == .consentRequired(.disk))
        _ = machine.consented(.example(), now: start)
        #expect(machine.lastFailure == nil && machine.emptiness == nil)
    }

    @Test func `a stored grant of an earlier boot is refreshed at once only where it can be refreshed`() {
        var machine = GrantMachine.loading
        _ = machine.loadEnded(.example(refresh: nil), isOfEarlierBoot: true, now: start)
        #expect(machine.wake(now: start).isEmpty)
        #expect(machine.nextWake == start.instant + .seconds(3600))
    }

    @Test func `only a refresh of the stored grant is waited for`() {
        let other = RefreshOrder(version: 99, grant: .example("0", refresh: "r0"))
        var machine = GrantMachine.loading
        _ = machine.loadEnded(.example(), flights: [other], now: start)
        guard case .active = machine.phase else {
            Issue.record("\(machine.phase)")
            return
        }
        machine = .loading
        let same = RefreshOrder(version: 98, grant: .example())
        _ = machine.loadEnded(.example(), flights: [same, other], now: start)
        #expect(machine.phase == .refreshing(.example(), nil) && machine.version == 98)
        #expect(machine.published?.version == 98)
    }

    @Test func `readers move to another machine with their deadlines`() {
        var machine = GrantMachine.loading
        _ = machine.read(ReaderNeed(), id: reader, deadline: deadline, now: start)
        var other = GrantMachine.loading
        other.enqueue(readersOf: machine)
        #expect(other.readers.map(\.id) == [reader] && other.nextWake == deadline)
    }

    // MARK: - Saving

    @Test func `the save of an older grant has no effect`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        let saved = try #require(
            machine.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).saved)
        #expect(machine.saveEnded(nil, version: saved.version - 1, now: start).isEmpty)
        #expect(machine.saveEnded(.disk, version: saved.version + 1, now: start).isEmpty)
        #expect(machine.isSaving && machine.saveFailure == nil)
    }

    @Test func `a failed write is retried after growing pauses, one try at a time, until it succeeds`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        let saved = try #require(
            machine.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).saved)
        var now = start
        for failures in 1...8 {
            let after = machine.saveEnded(.disk, version: saved.version, now: now)
            guard case .tell(.saveFailed(.disk, let pause)) = after.first else {
                Issue.record("\(after)")
                return
            }
            #expect(pause >= .seconds(1) && pause <= .seconds(1 + min(300, 2 << failures)))
            #expect(machine.unsaved?.failures == failures)
            now = now + pause
            #expect(machine.wake(now: now).saved?.version == saved.version)
            #expect(machine.wake(now: now).saved == nil, "it is being written")
        }
        #expect(machine.saveEnded(nil, version: saved.version, now: now) == [.tell(.savedAtLast)])
        #expect(machine.isSettled && machine.lastFailure == nil)
    }

    @Test func `a logout ends the retries of a write`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        let saved = try #require(
            machine.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).saved)
        _ = machine.saveEnded(.disk, version: saved.version, now: start)
        _ = machine.logout(now: start)
        #expect(machine.saveFailure == nil && machine.wake(now: start + .seconds(600)).isEmpty)
    }

    // MARK: - Logouts

    @Test func `a logout first unpublishes, then erases, and its version identifies late results`() {
        var (machine, order, reader) = GrantMachine.refreshing()
        #expect(
            machine.logout(now: start) == [
                .publish(nil), .erase, .tell(.loggedOut), .answer([reader], .consentRequired(nil)),
            ])
        #expect(machine.grant == nil && machine.published == nil && machine.loggedOut == order.version)
        #expect(machine.version > order.version)
    }

    @Test func `an erasure that fails explains why there is no grant, unless there is a newer one`() {
        var machine = GrantMachine.active()
        _ = machine.logout(now: start)
        #expect(machine.eraseEnded(nil).isEmpty && machine.lastFailure == nil)
        #expect(machine.eraseEnded(.disk) == [.tell(.eraseFailed(.disk))] && machine.lastFailure == .disk)
        _ = machine.consented(.example(), now: start)
        #expect(machine.eraseEnded(.disk) == [.tell(.eraseFailed(.disk))] && machine.emptiness == nil)
    }

    // MARK: - Other hosts

    @Test(arguments: ["empty", "active", "refreshing", "backing off", "consent", "misconfigured"])
    func `another host's newer grant is adopted in each phase, except while one is being saved`(phase: String) {
        var (machine, order, _) = GrantMachine.refreshing()
        switch phase {
        case "empty": machine = .empty
        case "active": machine = .active()
        case "backing off": _ = machine.refreshEnded(.failed(.network), of: order, now: start)
        case "consent": _ = machine.requireConsent(.example(), .disk, now: start)
        case "misconfigured": _ = machine.refreshEnded(.failed(.invalidClient), of: order, now: start)
        default: break
        }
        let version = machine.version
        let after = machine.adopt(.example("7", refresh: "r7"), refreshedAt: start.wall, now: start)
        #expect(after.contains(.tell(.adopted(expiresIn: .seconds(3600)))))
        #expect(machine.published?.accessToken == Secret("a7") && machine.version == version + 1)
        #expect(machine.lastFailure == nil && machine.refreshedAt == start.wall)
        guard case .active(let grant, .some) = machine.phase else {
            Issue.record("\(machine.phase)")
            return
        }
        #expect(grant.refreshToken == Secret("r7"))
    }

    @Test func `a grant that this host has not saved yet is newer than one of another host`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        let saved = try #require(
            machine.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).saved)
        for fails in [false, true] {
            if fails { _ = machine.saveEnded(.disk, version: saved.version, now: start) }
            #expect(machine.adopt(.example("7"), refreshedAt: nil, now: start).isEmpty)
            #expect(machine.endElsewhere(now: start).isEmpty)
            #expect(machine.grant?.accessToken == Secret("a2"))
        }
        machine = .loading
        #expect(machine.adopt(.example("7"), refreshedAt: nil, now: start).isEmpty)
        #expect(machine.endElsewhere(now: start).isEmpty && machine.phase == .loading)
    }

    @Test func `after a logout on another host late results are revoked, and nothing is erased`() {
        var (machine, order, reader) = GrantMachine.refreshing()
        let after = machine.endElsewhere(now: start)
        #expect(after == [.publish(nil), .tell(.loggedOut), .answer([reader], .consentRequired(nil))])
        guard case .revoke = machine.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).first
        else {
            Issue.record("not revoked")
            return
        }
    }
}
