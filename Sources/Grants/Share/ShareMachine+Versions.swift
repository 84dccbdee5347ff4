import Failures
import Register

/// What this host holds, compared with the register.
extension ShareMachine {
    /// Takes what the store of this host held.
    mutating func loaded(_ kept: KeptGrant?, at moment: EngineMoment) -> [ShareAction] {
        (isLoaded, isAbandoned) = (true, false)
        let stamp = kept?.share
        if local == nil || stamp?.isAbove(local) == true {
            local = stamp
            held = stamp?.isEnded == true ? nil : kept
        }
        isUndated = kept?.isOfEarlierBoot == true
        var missed: [ShareAction] = []
        // The account was configured again, and the store has less than this machine.
        if let local, stamp != local { missed = [held.map { .adopt($0) } ?? .end] }
        return missed + compare(at: moment) + goOn(at: moment)
    }

    /// The account was taken out of the configuration. What is under way goes on until it is published.
    mutating func abandon(at moment: EngineMoment) -> [ShareAction] {
        (isLoaded, isAbandoned) = (false, true)
        return dropWish() + goOn(at: moment)
    }

    /// Lets nothing begin any more, because the daemon stops.
    mutating func stop(at moment: EngineMoment) -> [ShareAction] {
        stopLimit = moment.now.instant + Fleet.stopLimit
        return dropWish() + goOn(at: moment)
    }

    /// Takes the grant of a consent on this host, which is passed to `hold` next.
    mutating func consented(at moment: EngineMoment) -> [ShareAction] {
        replace(consent: newID())
    }

    mutating func loggedOut(at moment: EngineMoment) -> [ShareAction] {
        held = nil
        return replace(consent: "")
    }

    private mutating func replace(consent: String) -> [ShareAction] {
        let newest = max(local?.version ?? .none, record?.stamp.version ?? .none)
        local = SharedStamp(version: newest.ended, id: newID(), consent: consent)
        (isSaving, isPending, author, refused) = (true, true, fleet.name, nil)
        return dropWish()
    }

    /// Takes a grant that is about to be saved, and returns it with its stamp.
    mutating func hold(_ kept: KeptGrant) -> KeptGrant {
        var kept = kept
        kept.share = local
        if local?.isEnded != true { held = kept }
        return kept
    }

    /// Reports that the store has the content with this stamp, or has failed to write it: then the register is the only
    /// place that has it.
    mutating func saved(_ stamp: SharedStamp?, at moment: EngineMoment) -> [ShareAction] {
        guard isSaving, stamp == local else { return [] }
        isSaving = false
        // The request may have ended long after the stop began.
        if isStopOver || stopLimit != nil { (isStopOver, stopLimit) = (false, moment.now.instant + Fleet.stopLimit) }
        return goOn(at: moment)
    }

    mutating func wake(at moment: EngineMoment) -> [ShareAction] {
        if let stopLimit, stopLimit <= moment.now.instant {
            isStopOver = true
            self.stopLimit = nil
        }
        return goOn(at: moment)
    }

    // MARK: - Comparing

    /// Takes what was read or reported.
    mutating func note(_ reading: SharedReading, at moment: EngineMoment) -> [ShareAction] {
        switch reading.content {
        case .absent: known = .content(nil, reading.revision)
        case .record(let record): known = .content(record, reading.revision)
        case .unusable(let failure): known = .unusable(failure, reading.revision)
        }
        return compare(at: moment)
    }

    private mutating func compare(at moment: EngineMoment) -> [ShareAction] {
        guard case .content(let record, _) = known else { return [] }
        if record?.claim?.id != claim?.id { claim = record?.claim.map { ($0.id, moment.now.instant) } }
        guard isLoaded || local != nil else { return [] }
        guard let record else { return lackOf(at: moment) }
        if record.stamp == local { return same(record, at: moment) }
        if let local, local.isAbove(record.stamp) { return lackOf(at: moment) }
        if isPending, let local {
            // Another host has consented or logged out meanwhile, and this host's user came later.
            self.local = SharedStamp(version: record.stamp.version.ended, id: local.id, consent: local.consent)
            isSaving = true
            return [.keep]
        }
        if local?.isEnded == true, local?.version == record.stamp.version { return [] }
        return adopt(record, at: moment)
    }

    /// Handles that the register has an older version, or nothing.
    private mutating func lackOf(at moment: EngineMoment) -> [ShareAction] {
        guard let local else {
            guard held != nil else { return [] }
            // The first host of a fleet publishes the grant that it has.
            let version = SharedVersion.none.ended
            self.local = SharedStamp(version: version, id: newID(), consent: newID())
            isSaving = true
            return [.keep]
        }
        // The engine was set back or wiped: another host may have a newer version than this one.
        if local == published { settle(at: moment) }
        return []
    }

    private mutating func same(_ record: SharedRecord, at moment: EngineMoment) -> [ShareAction] {
        let isFirst = published != local
        (published, isPending, author) = (local, false, record.host)
        if isUndated { return adopt(record, at: moment) + refuse(record, at: moment) }
        if isFirst, held?.isLate(at: moment.now.instant) == true, !isOwn(record) { settle(at: moment) }
        return refuse(record, at: moment)
    }

    /// Whether this process has got the version of the record.
    private func isOwn(_ record: SharedRecord) -> Bool { record.stamp.id.hasPrefix("\(fleet.run)-") }

    private mutating func adopt(_ record: SharedRecord, at moment: EngineMoment) -> [ShareAction] {
        var actions = dropWish()
        if local == nil, held != nil { actions.append(.setAside) }
        local = record.stamp
        (published, author, isSaving, isPending, isUndated) = (local, record.host, false, false, false)
        (settled, refused) = (nil, nil)
        guard let kept = record.kept, let issued = record.issued.flatMap({ moment.local($0) }) else {
            held = nil
            return actions + [.end]
        }
        var dated = kept.issued(at: min(issued, moment.now.instant), now: moment.now)
        dated.share = record.stamp
        held = dated
        if dated.isLate(at: moment.now.instant) { settle(at: moment) }
        return actions + [.adopt(dated)] + refuse(record, at: moment)
    }

    /// Reports once that the grant of the record is refused.
    private mutating func refuse(_ record: SharedRecord, at moment: EngineMoment) -> [ShareAction] {
        guard record.isRefused, refused != record.stamp, let trouble = record.trouble else { return [] }
        if case .releasing = phase { return [] }
        refused = record.stamp
        let failure = Failure(
            trouble.code, "the authorization server has refused the grant on another host", account: account,
            at: moment.now.wall)
        return [.refuse(failure, isOwn: false)]
    }

    mutating func settle(at moment: EngineMoment) {
        let life = held?.grant.lifetime ?? Fleet.settling
        settled = moment.now.instant + min(Fleet.settling, life)
    }
}

extension KeptGrant {
    /// Whether the access token has lived for more than half of its lifetime.
    fileprivate func isLate(at now: Instant) -> Bool {
        guard let life = grant.lifetime else { return false }
        return now - grant.issued.instant > life / 2
    }
}
