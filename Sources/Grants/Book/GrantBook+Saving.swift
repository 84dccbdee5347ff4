import Accounts
import Failures
import OAuth
import Text

/// Tasks that take several calls to the store. Each write names the revision that was read or written last; where the
/// store holds another one, somebody else has written, and the new content is read first.
extension GrantBook {
    /// A limit, so that a faster writer doesn't keep this one busy for ever.
    private static let mostConflicts = 5

    // MARK: - Saving

    /// Saves the grant. Foreign content in its place is set aside first.
    mutating func callSave(_ kept: KeptGrant, _ work: StoreWork) {
        let name = work.task.account
        switch work.seen ?? place(of: name) {
        case .own(let revision): call(.save(kept, account: name, replacing: revision), work)
        case .empty, .ended: call(.save(kept, account: name, replacing: nil), work)
        case .foreign, .unread: call(.setAside(account: name), work)
        case .unknown: call(.load(account: name), work)
        }
    }

    mutating func goOnSaving(_ kept: KeptGrant, version: UInt64, _ work: StoreWork, _ reply: StoreReply, now: Moment) {
        let name = work.task.account
        var work = work
        switch reply {
        case .saved(.saved(let revision)):
            setPlace(revision, holding: kept, of: name)
            saveEnded(kept, name, nil, version: version, now: now)
        case .saved(.changed):
            guard let failure = conflict(&work, now: now) else { return call(.load(account: name), work) }
            saveEnded(kept, name, failure, version: version, now: now)
        case .loaded(let stored):
            work.seen = stored.map { $0.kept.isSameGrantee(as: kept) ? .own($0.revision) : .foreign } ?? .empty
            callSave(kept, work)
        case .removed:
            setPlace(.empty, of: name)
            work.seen = nil
            callSave(kept, work)
        case .failed(let failure):
            // The next try sets aside what can't be opened.
            if !failure.isOfStorage, !place(of: name).isEnded { setPlace(.foreign, of: name) }
            saveEnded(kept, name, failure, version: version, now: now)
        }
    }

    // MARK: - Burying

    /// Continues to replace a shared grant that was logged out by its tombstone. Where the store can't do that, the grant
    /// is erased.
    mutating func goOnBurying(
        _ kept: KeptGrant, answers: Bool, _ work: StoreWork, _ reply: StoreReply, now: Moment
    ) {
        let name = work.task.account
        var work = work
        var failure: Failure?
        switch reply {
        case .saved(.saved(let revision)): setPlace(revision, holding: kept, of: name)
        case .saved(.changed):
            failure = conflict(&work, now: now)
            if failure == nil { return call(.load(account: name), work) }
        case .loaded(let stored):
            work.seen = stored.map { $0.kept.isSameGrantee(as: kept) ? .own($0.revision) : .foreign } ?? .empty
            return callSave(kept, work)
        case .removed:
            setPlace(.empty, of: name)
            guard !work.isErased else { break }
            work.seen = nil
            return callSave(kept, work)
        case .failed(let reason):
            guard !work.isErased else {
                failure = reason
                setPlace(.ended(reason), of: name)
                break
            }
            work.isErased = true
            return call(.erase(account: name), work)
        }
        happen(to: name, now: now) { $0.eraseEnded(failure) }
        if answers { answerLogout(name, failure) }
        noteSaved(kept, of: name, now: now)
    }

    private mutating func saveEnded(
        _ kept: KeptGrant, _ name: String, _ failure: Failure?, version: UInt64, now: Moment
    ) {
        let machine = accounts[name].map { GrantMachine.number(of: $0.value.machine.version) }
        if let failure, machine != GrantMachine.number(of: version) { act(.tell(account: name, .lost(failure))) }
        happen(to: name, now: now) { $0.saveEnded(failure, version: version, now: now) }
        noteSaved(kept, of: name, now: now)
    }

    /// Lets the other hosts have a shared grant that this one has saved, or has failed to save.
    private mutating func noteSaved(_ kept: KeptGrant, of name: String, now: Moment) {
        guard let stamp = kept.share else { return }
        share(ShareKey(account: name, binding: kept.binding), now: now) { $0.saved(stamp, at: $1) }
    }

    // MARK: - Rescuing

    /// Continues a rescue. Where the store holds another grant by now, a consent or a later refresh has replaced the
    /// one that was refreshed, and the rescued one is dropped.
    mutating func goOnRescuing(
        _ kept: KeptGrant, replacing used: Secret, _ work: StoreWork, _ reply: StoreReply, now: Moment
    ) {
        let name = work.task.account
        var work = work
        switch reply {
        case .loaded(let stored?) where stored.kept.isSameGrantee(as: kept) && stored.kept.grant.refreshToken == used:
            call(.save(kept, account: name, replacing: stored.revision), work)
        case .loaded:
            act(.tell(account: name, .staleResult))
            noteSaved(kept, of: name, now: now)
        case .saved(.saved(let revision)):
            setPlace(revision, holding: kept, of: name)
            noteSaved(kept, of: name, now: now)
            happen(to: name, now: now) { $0.rescueEnded(nil, kept.grant, replacing: used, now: now) }
        case .saved(.changed):
            guard let failure = conflict(&work, now: now) else { return call(.load(account: name), work) }
            noteSaved(kept, of: name, now: now)
            happen(to: name, now: now) { $0.rescueEnded(failure, kept.grant, replacing: used, now: now) }
        case .failed(let failure):
            noteSaved(kept, of: name, now: now)
            happen(to: name, now: now) { $0.rescueEnded(failure, kept.grant, replacing: used, now: now) }
        case .removed: break
        }
    }

    /// Counts a conflict with another writer; a failure where there have been too many.
    private func conflict(_ work: inout StoreWork, now: Moment) -> Failure? {
        work.conflicts += 1
        guard work.conflicts > Self.mostConflicts else { return nil }
        return Failure(
            .storage, "somebody else keeps writing the grant of \(work.task.account)",
            hint: "find out which program writes into the folder of the grants", at: now.wall)
    }

    // MARK: - Looking for changes

    /// Adopts what another host has written, unless this host has a newer grant that isn't saved yet.
    mutating func lookEnded(_ name: String, _ stored: StoredGrant?, now: Moment) {
        guard let entry = accounts[name]?.value, entry.machine.isSettled else { return }
        switch (entry.place, stored) {
        case (.ended, _): break
        case (.own(let revision), let stored?) where revision == stored.revision: break
        case (_, let stored?) where stored.kept.fits(entry.settings):
            setPlace(.own(stored.revision), of: name)
            if let failure = entry.settings.refusal(ofStored: stored.kept.grant.identity, at: now.wall) {
                return happen(to: name, now: now) { $0.endElsewhere(failure, now: now) }
            }
            var grant = stored.kept.grant
            grant.share(entry.settings.scope)
            happen(to: name, now: now) {
                $0.adopt(grant, further: stored.kept.further, refreshedAt: stored.kept.refreshedAt, now: now)
            }
        case (_, _?): setPlace(.foreign, of: name)
        case (.own, nil):
            setPlace(.empty, of: name)
            happen(to: name, now: now) { $0.endElsewhere(now: now) }
        case (_, nil): break
        }
    }
}
