import Accounts
import Failures
import FoundationEssentials
import OAuth
import TestStores
import Testing
import Text

@testable import Grants

struct MachineTimeTests {
    /// A machine in a pause of two minutes after a failure, or of twenty seconds after a refusal.
    private func backingOff(refused: Bool = false) -> GrantMachine {
        var (machine, order, _) = GrantMachine.refreshing()
        let outcome: RefreshOutcome =
            refused ? .refused("invalid_grant") : .failed(.badReply, retryAfter: .seconds(120))
        _ = machine.refreshEnded(outcome, of: order, now: start)
        return machine
    }

    // REFRESH-6
    @Test func `after a sleep a refresh that waits for the network is tried within three seconds`() {
        var waits: Set<Duration> = []
        for seed in UInt64(1)...20 {
            var machine = backingOff()
            machine.jitter = Jitter(seed: seed)
            let awake = start + .seconds(10)
            #expect(machine.resume(now: awake).order == nil)
            let wait = (machine.nextWake ?? .distantFuture) - awake.instant
            #expect(wait >= .zero && wait < .seconds(3))
            waits.insert(wait)
            #expect(machine.wake(now: awake + .seconds(3)).order != nil)
        }
        #expect(waits.count == 20, "not all at once")
    }

    @Test func `a sleep doesn't delay a retry that is due sooner`() {
        var machine = backingOff()
        let soon = (machine.nextWake ?? .distantFuture) - .milliseconds(1)
        _ = machine.resume(now: Moment(instant: soon, wall: start.wall))
        #expect((machine.nextWake ?? .distantFuture) <= soon + .milliseconds(1))
    }

    // REFRESH-7
    @Test func `after a sleep the pause of a refusal continues`() {
        var machine = backingOff(refused: true)
        #expect(machine.resume(now: start + .seconds(10)).order == nil)
        #expect(machine.nextWake == start.instant + .seconds(20))
        #expect(machine.resume(now: start + .seconds(20)).order != nil)
    }

    @Test func `after a sleep everything is done that became due during it`() {
        var machine = GrantMachine.active()
        #expect(machine.resume(now: start + .seconds(3400)).order != nil)
    }

    @Test func `new settings move the planned refresh`() {
        var machine = GrantMachine.active()
        #expect((machine.nextRefresh ?? start.instant) > start.instant + .seconds(3000))
        #expect(machine.adopt(RefreshPolicy(lead: .seconds(1800)), now: start).isEmpty)
        let due = machine.nextRefresh ?? .distantFuture
        #expect(due <= start.instant + .seconds(1800) && due > start.instant + .seconds(1300))
        #expect(machine.nextWake == due)
        _ = machine.adopt(RefreshPolicy(), now: start)
        #expect((machine.nextRefresh ?? start.instant) > start.instant + .seconds(3000))
    }

    @Test func `new settings apply to the refresh after the one that is under way`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        #expect(machine.adopt(RefreshPolicy(lead: .seconds(1800)), now: start).isEmpty)
        let saved = try #require(
            machine.refreshEnded(.granted(.example("2"), sent: start), of: order, now: start).saved)
        _ = machine.saveEnded(nil, version: saved.version, now: start)
        #expect((machine.nextRefresh ?? .distantFuture) <= start.instant + .seconds(1800))
    }

    @Test func `a reload retries waiting refreshes, but not after a refusal`() {
        var machine = backingOff()
        #expect(machine.retry(now: start + .seconds(1)).order != nil)
        machine = backingOff(refused: true)
        #expect(machine.retry(now: start + .seconds(1)).isEmpty)
        #expect(machine.nextWake == start.instant + .seconds(20))
        machine = .active()
        #expect(machine.retry(now: start + .seconds(1)).isEmpty)
        machine = backingOff()
        #expect(machine.adopt(RefreshPolicy(), now: start + .seconds(1)).order != nil)
    }

    @Test func `a first refusal counts only if the next try is refused as well`() throws {
        var machine = backingOff(refused: true)
        let second = try #require(machine.wake(now: start + .seconds(20)).order)
        _ = machine.refreshEnded(.failed(.network), of: second, now: start + .seconds(20))
        let third = try #require(machine.wake(now: start + .seconds(40)).order)
        _ = machine.refreshEnded(.refused("invalid_grant"), of: third, now: start + .seconds(40))
        #expect(!machine.needsConsent)
    }

    @Test func `a refresh beyond the allowance is delayed, and its reader is told`() {
        var machine = GrantMachine.active()
        var answers: [ReaderAnswer] = []
        for number in UInt64(1)...31 {
            let asked = machine.refreshNow(
                id: ReaderID(number: number), deadline: start.instant + .seconds(2), now: start)
            answers += asked.answers.map(\.answer)
            guard let order = asked.order else { continue }
            let saved = machine.refreshEnded(.granted(.example("n"), sent: start), of: order, now: start).saved
            _ = machine.saveEnded(nil, version: saved?.version ?? 0, now: start)
        }
        #expect(answers == [.tooManyRequests(retryAfter: .seconds(5))])
        #expect(machine.nextRefresh == start.instant + .seconds(5))
        #expect(machine.wake(now: start + .seconds(5)).order != nil)
    }

    @Test func `a retry that the allowance delays keeps its failure`() {
        var machine = backingOff()
        machine.allowance = Allowance()
        for _ in 1...30 { _ = machine.allowance.take(at: start.instant, of: .standard) }
        _ = machine.retry(now: start)
        #expect(machine.lastFailure?.code == .badReply && machine.nextRefresh == start.instant + .seconds(5))
    }

    @Test func `the next refresh is known in each phase`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        #expect(machine.nextRefresh == start.instant)
        let failed = machine.refreshEnded(.failed(.badReply, retryAfter: .seconds(90)), of: order, now: start)
        #expect((machine.nextRefresh ?? start.instant) >= start.instant + .seconds(90))
        guard case .tell(.refreshFailed(let failure, let pause, let valid)) = failed.first else {
            Issue.record("\(failed)")
            return
        }
        #expect(failure.code == .badReply && start.instant + pause == machine.nextRefresh)
        #expect(valid == .seconds(3600))
        _ = machine.logout(now: start)
        #expect(machine.nextRefresh == nil && machine.nextWake == nil)
    }
}

struct MachinePauseTests {
    @Test func `each pause is random, and above one second or what the server asks for`() {
        for failures in [1, 4, 9, 50] {
            let pauses = (UInt64(1)...50).map { seed in
                var jitter = Jitter(seed: seed)
                return RefreshPolicy.pause(failures: failures, asked: nil, jitter: &jitter)
            }
            let ceiling = Duration.seconds(min(300, 2 << min(failures, 8)))
            #expect(Set(pauses).count == 50)
            #expect(pauses.allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(1) + ceiling })
            #expect(pauses.contains { $0 > ceiling / 2 } && pauses.contains { $0 < ceiling / 2 })
        }
        var jitter = Jitter(seed: 1)
        #expect(RefreshPolicy.pause(failures: 1, asked: .seconds(90), jitter: &jitter) >= .seconds(90))
    }

    @Test func `many clients that fail at once don't retry at once`() {
        let waits = (UInt64(1)...50).map { seed in
            var (machine, order, _) = GrantMachine.refreshing()
            machine.jitter = Jitter(seed: seed)
            _ = machine.refreshEnded(.failed(.network), of: order, now: start)
            return (machine.nextWake ?? start.instant) - start.instant
        }
        #expect(Set(waits).count == 50)
        #expect((waits.max() ?? .zero) - (waits.min() ?? .zero) > .seconds(2))
    }

    @Test func `each token request uses one of the allowance, which regains one every five seconds`() {
        var allowance = Allowance()
        for _ in 1...30 { #expect(allowance.take(at: start.instant, of: .standard) == nil) }
        #expect(allowance.take(at: start.instant, of: .standard) == start.instant + .seconds(5))
        let wait =
            (allowance.take(at: start.instant + .seconds(4), of: .standard) ?? start.instant)
            - (start.instant + .seconds(4))
        #expect(wait > .milliseconds(999) && wait <= .seconds(1))
        // A nanosecond early, rounding must not make the wait zero.
        let almost = start.instant + .seconds(5) - .nanoseconds(1)
        #expect(allowance.take(at: almost, of: .standard) == almost + .milliseconds(1))
        #expect(allowance.take(at: start.instant + .seconds(5), of: .standard) == nil)
        #expect(allowance.take(at: start.instant + .seconds(5), of: .standard) != nil)
        // The allowance never exceeds its initial size.
        let later = start.instant + .seconds(100_000)
        for _ in 1...30 { #expect(allowance.take(at: later, of: .standard) == nil) }
        #expect(allowance.take(at: later, of: .standard) != nil)
    }
}
