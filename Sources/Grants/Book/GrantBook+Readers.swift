import Failures

/// Readers that wait for a token. Each is answered once.
extension GrantBook {
    /// Takes a reader whose need the published token doesn't meet. It is answered by `deadline` at the latest.
    package mutating func read(
        _ name: String, _ need: ReaderNeed, id: ReaderID, deadline: Instant, now: Moment
    ) -> [BookAction] {
        ask(name, id, now: now) { $0.read(need, id: id, deadline: deadline, now: now) }
    }

    /// Refreshes at the request of a user.
    package mutating func refreshNow(_ name: String, id: ReaderID, deadline: Instant, now: Moment) -> [BookAction] {
        ask(name, id, now: now) { $0.refreshNow(id: id, deadline: deadline, now: now) }
    }

    private mutating func ask(
        _ name: String, _ id: ReaderID, now: Moment, _ ask: (inout GrantMachine) -> [GrantAction]
    ) -> [BookAction] {
        event(now: now) { book in
            if book.accounts[name] == nil { return book.act(.answer([id], .noSuchAccount)) }
            guard book.stage == .running else { return book.act(.answer([id], .stopping(at: now))) }
            book.happen(to: name, now: now, ask)
        }
    }

    /// Forgets a reader that has hung up; it isn't answered.
    package mutating func abandon(_ id: ReaderID, of name: String, now: Moment) -> [BookAction] {
        event(now: now) { $0.accounts[name]?.value.machine.abandon(id) }
    }

    /// Tells every waiting reader that the daemon is stopping.
    package mutating func dismissReaders(now: Moment) -> [BookAction] {
        event(now: now) { $0.answerReaders(.stopping(at: now), now: now) }
    }

    mutating func answerReaders(_ answer: ReaderAnswer, now: Moment) {
        for name in accounts.keys.sorted() where accounts[name]?.value.machine.readers.isEmpty == false {
            happen(to: name, now: now) { $0.answerAll(answer) }
        }
    }
}

extension ReaderAnswer {
    static func stopping(at now: Moment) -> ReaderAnswer {
        .unavailable(
            Failure(.stopping, "the daemon is stopping", at: now.wall), retryAfter: .seconds(1))
    }
}
