import Failures
import Files
import Grants
import Synchronization

/// What is done on the queue.
extension TokenFiles {
    /// Brings the files that are due to what is published.
    func work() {
        let due = state.withLock { state in
            state.isQueued = false
            defer { state.due = [] }
            return state.isStopped ? [] : state.due
        }
        var earliest: Instant?
        for key in due {
            guard var entry = state.withLock({ $0.files[key] }) else { continue }
            if let event = entry.follow(token(of: key), of: key, now: time.now()) { observer(key.account, event) }
            state.withLock { $0.files[key] = entry }
            if let ends = entry.ends { earliest = min(earliest ?? ends, ends) }
        }
        arm(earliest)
    }

    /// The token that the file shows: none where the user must consent again.
    private func token(of key: TokenKey) -> ServedToken? {
        guard let token = keeper.board.token(of: key), token.satisfies(ReaderNeed(), at: time.instant()) else {
            return nil
        }
        return keeper.account(key.account)?.machine.needsConsent == false ? token : nil
    }

    /// Removes the files that aren't wanted any more, and takes over those that are there.
    func replace(by wanted: [TokenKey: TokenFileEntry]) {
        var (old, leftovers) = state.withLock { ($0.files, $0.leftovers) }
        var wanted = wanted
        for (key, entry) in wanted {
            if let before = old[key], before.path == entry.path {
                old[key] = nil
                wanted[key]?.continue(before)
            } else if let (other, before) = old.first(where: { $1.path == entry.path && $1.isPlaced }) {
                // A file that another token had until now.
                old[other] = nil
                wanted[key]?.take(before)
            } else if leftovers.contains(entry.path) {
                wanted[key]?.adoptLeftover()
            }
        }
        for (key, var entry) in old {
            leftovers.remove(entry.path)
            guard let event = entry.follow(nil, of: key, now: time.now()), case .failed = event else { continue }
            leftovers.insert(entry.path)
            observer(key.account, event)
        }
        leftovers.subtract(wanted.values.map(\.path))
        for path in leftovers {
            var file = FreshFile(path)
            file.adoptLeftover()
            do throws(FreshFileFault) {
                try file.remove()
                leftovers.remove(path)
            } catch {
                // It is tried again with each configuration and each start.
            }
        }
        // Before the first file is written, so that a later start knows all of them.
        places.list.write(leftovers.union(wanted.values.map(\.path)))
        state.withLock { [leftovers, wanted] state in
            state.leftovers = leftovers
            state.files = wanted
            state.due = Set(wanted.keys)
        }
    }
}
