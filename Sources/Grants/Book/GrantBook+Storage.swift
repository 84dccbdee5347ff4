import Accounts
import DequeModule
import Failures
import OAuth

/// The work in the store: one call at a time, and one task after the other.
extension GrantBook {
    mutating func enqueue(_ task: StoreTask) {
        storeQueue.append(task)
        startStoreWork()
    }

    mutating func save(_ grant: Grant, version: UInt64, of name: String) {
        guard let entry = accounts[name]?.value else { return }
        var kept = KeptGrant(
            grant: grant, binding: GrantBinding(entry.settings), refreshedAt: entry.machine.refreshedAt,
            further: entry.machine.heldFurther)
        kept = hold(kept, of: name)
        enqueue(.save(account: name, kept, version: version))
    }

    /// The grant with its stamp, where hosts share it.
    private mutating func hold(_ kept: KeptGrant, of name: String) -> KeptGrant {
        guard let key = shareKey(name) else { return kept }
        return shares[key]?.value.hold(kept) ?? kept
    }

    /// Drops the queued save of a consent's grant that isn't wanted any more. A save under way isn't affected.
    mutating func dropQueuedSave(of name: String, version dropped: UInt64) {
        storeQueue.removeAll { task in
            if case .save(name, _, let version) = task { version == dropped } else { false }
        }
    }

    /// Reports that another host may have written to this account.
    package mutating func storeChanged(_ name: String, now: Moment) -> [BookAction] {
        event(now: now) { book in
            guard book.stage == .running, book.accounts[name] != nil, book.loads[name] == nil else { return }
            book.enqueue(.look(account: name))
        }
    }

    /// Reports the end of the call to the store that is under way.
    package mutating func storeEnded(_ reply: StoreReply, now: Moment) -> [BookAction] {
        event(now: now) { book in
            guard let work = book.storeWork else { return }
            book.storeWork = nil
            book.go(on: work, reply, now: now)
            book.startStoreWork()
        }
    }

    private mutating func startStoreWork() {
        while storeWork == nil, let task = storeQueue.popFirst() { start(StoreWork(task: task)) }
    }

    private mutating func start(_ work: StoreWork) {
        let name = work.task.account
        switch work.task {
        case .load, .rescue, .look: call(.load(account: name), work)
        case .save(_, let kept, _): callSave(kept, work)
        case .erase(_, nil, _):
            call(place(of: name).isTaken ? .setAside(account: name) : .erase(account: name), work)
        case .erase(_, let kept?, _): callSave(kept, work)
        }
    }

    mutating func call(_ call: StoreCall, _ work: StoreWork) {
        storeWork = work
        act(.store(call))
    }

    private mutating func go(on work: StoreWork, _ reply: StoreReply, now: Moment) {
        switch (work.task, reply) {
        case (.load(let name, let number), .loaded(let stored)):
            loadEnded(name, number: number, .success(stored), now: now)
        case (.load(let name, let number), .failed(let failure)):
            loadEnded(name, number: number, .failure(failure), now: now)
        case (.erase(_, let kept?, let answers), _): goOnBurying(kept, answers: answers, work, reply, now: now)
        case (.erase(let name, nil, _), .failed(let failure)): eraseEnded(name, failure, now: now)
        case (.erase(let name, nil, _), _): eraseEnded(name, nil, now: now)
        case (.save(_, let kept, let version), _): goOnSaving(kept, version: version, work, reply, now: now)
        case (.rescue(_, let kept, let used), _): goOnRescuing(kept, replacing: used, work, reply, now: now)
        case (.look(let name), .loaded(let stored)): lookEnded(name, stored, now: now)
        case (.load, _), (.look, _): break
        }
    }

    // MARK: - Places

    func place(of name: String) -> Place {
        accounts[name]?.value.place ?? leftovers[name]?.place ?? .unknown
    }

    mutating func setPlace(_ place: Place, of name: String) {
        if accounts[name] != nil {
            accounts[name]?.value.place = place
        } else {
            leftovers[name, default: Leftover()].place = place
        }
    }

    /// Notes that the store now holds this grant.
    mutating func setPlace(_ revision: Revision, holding kept: KeptGrant, of name: String) {
        let isOwn = accounts[name].map { kept.fits($0.value.settings) } ?? true
        setPlace(isOwn ? .own(revision) : .foreign, of: name)
    }
}
