import HeapModule
import Synchronization

extension GrantKeeper {
    /// The time that was asked for has come.
    package func wake() {
        let now = time.now()
        while let name = popDue(at: now.instant) {
            transition(name) { $0.wake(now: $1) }
        }
    }

    /// The machine was asleep, or its wall clock jumped.
    package func resume() {
        for name in core.withLock({ Array($0.accounts.keys) }) {
            transition(name) { $0.resume(now: $1) }
        }
    }

    /// Brings the account's next wake into the list. An entry that has become too early is harmless: it finds nothing
    /// due and is set anew; so none is ever searched for and removed.
    func schedule(_ name: String, in core: inout Core) {
        guard let account = core.accounts[name], let next = account.life.nextWake, !core.isDraining else { return }
        if let scheduled = account.scheduled, scheduled <= next { return }
        core.accounts[name]?.scheduled = next
        core.wakes.insert(Wake(instant: next, account: name))
        if core.wakes.min?.instant == next { time.wake(at: next) }
    }

    private func popDue(at now: Instant) -> String? {
        core.withLock { core in
            while let wake = core.wakes.min {
                guard wake.instant <= now else {
                    time.wake(at: wake.instant)
                    return nil
                }
                core.wakes.removeMin()
                guard core.accounts[wake.account]?.scheduled == wake.instant else { continue }
                core.accounts[wake.account]?.scheduled = nil
                return wake.account
            }
            time.wake(at: nil)
            return nil
        }
    }
}
