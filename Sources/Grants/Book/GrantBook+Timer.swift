import HeapModule

/// One timer for all accounts.
extension GrantBook {
    struct Wake: Sendable, Comparable {
        var instant: Instant
        var account: String

        static func < (left: Wake, right: Wake) -> Bool { left.instant < right.instant }
    }

    /// Reports that the requested time has come.
    package mutating func wake(now: Moment) -> [BookAction] {
        event(now: now) { book in
            book.wakeShares(now: now)
            for name in book.popDue(now.instant) {
                let isRunning = book.stage == .running
                book.happen(to: name, now: now) { isRunning ? $0.wake(now: now) : $0.answerLateReaders(now: now) }
            }
        }
    }

    /// Reports that the machine was asleep, or that its wall clock jumped.
    package mutating func resume(now: Moment) -> [BookAction] {
        event(now: now) { book in
            guard book.stage == .running else { return }
            for name in book.accounts.keys.sorted() { book.happen(to: name, now: now) { $0.resume(now: now) } }
        }
    }

    /// Puts the account's next wake on the list. An entry that has become too early is harmless: it finds nothing due
    /// and schedules the next one, so that entries never have to be searched for and removed.
    mutating func schedule(_ name: String) {
        guard let entry = accounts[name]?.value else { return }
        let next = stage == .running ? entry.machine.nextWake : entry.machine.nextDeadline
        guard let next, next < entry.scheduled ?? .distantFuture else { return }
        accounts[name]?.value.scheduled = next
        wakes.insert(Wake(instant: next, account: name))
    }

    private mutating func popDue(_ now: Instant) -> [String] {
        var due: [String] = []
        while let wake = wakes.min, wake.instant <= now {
            wakes.removeMin()
            guard accounts[wake.account]?.value.scheduled == wake.instant else { continue }
            accounts[wake.account]?.value.scheduled = nil
            due.append(wake.account)
        }
        return due
    }

    mutating func ask(toWakeAt instant: Instant?) {
        guard instant != alarm else { return }
        alarm = instant
        act(.wake(at: instant))
    }
}
