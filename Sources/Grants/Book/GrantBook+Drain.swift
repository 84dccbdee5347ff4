/// The orderly end of all work.
extension GrantBook {
    /// Starts no further refresh. `drained` follows once the refreshes under way have ended and are saved, because a
    /// rotated refresh token must not be lost. Grants that the store has refused are written once more; see `unsaved`.
    package mutating func drain(now: Moment) -> [BookAction] {
        event(now: now) { book in
            guard book.stage == .running else { return }
            book.stage = .draining
            for key in book.shares.keys.sorted(by: { $0.account < $1.account }) {
                book.share(key, now: now) { $0.stop(at: $1) }
            }
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

    /// Drops the loads in the queue, because nobody will ask for those accounts any more, except those that a logout
    /// needs to tell the authorization server.
    private mutating func dropQueuedLoads() {
        storeQueue.removeAll { [logouts] in $0.isLook && logouts[$0.account] == nil }
        lastLoadEnded = lastLoad
        answerConfigurations()
    }

    /// `settled` follows once no refresh and no call to the store is under way, such as those of accounts that were
    /// taken out.
    package mutating func settle(call: CallID, now: Moment) -> [BookAction] {
        event(now: now) { $0.settling.append(call) }
    }

    mutating func finishSettling() {
        guard !settling.isEmpty, isQuiet else { return }
        for call in settling { act(.settled(call)) }
        settling = []
    }

    /// Whether no work is under way that a drain must wait for.
    private var isQuiet: Bool {
        flights.isEmpty && revocations == 0 && storeWork == nil && storeQueue.isEmpty
    }

    mutating func finishDrain(now: Moment) {
        guard stage == .draining, isQuiet, shares.values.allSatisfy(\.value.isQuiet) else { return }
        stage = .drained
        answerReaders(.stopping(at: now), now: now)
        act(.drained)
    }
}
