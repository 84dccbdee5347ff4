/// The end.
extension GrantBook {
    /// Starts no further refresh; `drained` follows once those under way have ended and are saved: a rotation that has
    /// reached the server must not be lost. What the store has refused is written once more; see `unsaved`.
    package mutating func drain(now: Moment) -> [BookAction] {
        event(now: now) { book in
            guard book.stage == .running else { return }
            book.stage = .draining
            book.dropQueuedPosts { _ in true }
            book.dropQueuedLoads()
            for name in book.accounts.keys.sorted() {
                guard let machine = book.accounts[name]?.value.machine, machine.saveFailure != nil,
                    let grant = machine.grant
                else { continue }
                book.save(grant, version: machine.version, of: name)
            }
        }
    }

    /// Nobody will ask for these accounts any more, but for a logout that must tell the authorization server.
    private mutating func dropQueuedLoads() {
        storeQueue.removeAll { [logouts] in $0.isLook && logouts[$0.account] == nil }
        lastLoadEnded = lastLoad
        answerConfigurations()
    }

    /// Whether nothing is under way that must come to its end.
    private var isQuiet: Bool {
        flights.isEmpty && revocations == 0 && storeWork == nil && storeQueue.isEmpty
    }

    mutating func finishDrain(now: Moment) {
        guard stage == .draining, isQuiet else { return }
        stage = .drained
        answerReaders(.stopping(at: now), now: now)
        act(.drained)
    }
}
