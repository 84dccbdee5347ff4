import Failures
import Synchronization

extension GrantKeeper {
    /// A reader whose need the board doesn't meet. `answer` is called once, from any thread, by the time `wait` is
    /// over at the latest.
    @discardableResult
    package func read(
        _ name: String, _ need: ReaderNeed, wait: Duration, answer: @escaping @Sendable (ReaderAnswer) -> Void
    ) -> ReaderID? {
        read(name, until: time.now().instant + wait, answer: answer) { life, id, deadline, now in
            life.read(need, id: id, deadline: deadline, now: now)
        }
    }

    /// A user's own refresh.
    package func refreshNow(_ name: String, wait: Duration) async -> ReaderAnswer {
        await withCheckedContinuation { continuation in
            read(name, until: time.now().instant + wait, answer: { continuation.resume(returning: $0) }) {
                $0.refreshNow(id: $1, deadline: $2, now: $3)
            }
        }
    }

    /// The reader has hung up: it is forgotten.
    package func abandon(_ id: ReaderID, of name: String) {
        guard core.withLock({ $0.readers.removeValue(forKey: id) }) != nil else { return }
        transition(name) { life, _ in
            life.abandon(id)
            return []
        }
    }

    /// The daemon is stopping: every reader who still waits is told so. A consent's grant is waited for all the same.
    package func dismissReaders() {
        let readers = core.withLock { core in
            core.accounts.values.flatMap(\.life.readers).filter { $0.deadline < .distantFuture }
                .compactMap { core.readers.removeValue(forKey: $0.id) }
        }
        let failure = Failure(.stopping, "the daemon is stopping", at: time.now().wall)
        for answer in readers { answer(.unavailable(failure, retryAfter: .seconds(1))) }
    }

    @discardableResult
    func read(
        _ name: String, until deadline: Instant, answer: @escaping @Sendable (ReaderAnswer) -> Void,
        _ happen: (inout GrantLife, ReaderID, Instant, Moment) -> [GrantAction]
    ) -> ReaderID? {
        let id: ReaderID? = core.withLock { core in
            guard core.accounts[name] != nil else { return nil }
            core.lastReader += 1
            let id = ReaderID(number: core.lastReader)
            core.readers[id] = answer
            return id
        }
        guard let id else {
            answer(.noSuchAccount)
            return nil
        }
        transition(name) { happen(&$0, id, deadline, $1) }
        // The account may have gone between the two locks.
        core.withLock { $0.accounts[name] == nil ? $0.readers.removeValue(forKey: id) : nil }?(.noSuchAccount)
        return core.withLock { $0.readers[id] == nil } ? nil : id
    }
}
