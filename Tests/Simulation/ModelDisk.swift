import Failures
import FoundationEssentials
import Grants

/// A model of the folder with the grants. It outlives the daemon.
struct ModelDisk {
    struct File {
        var kept: KeptGrant
        var stamp: IssueStamp
        var revision: Revision
        var isMarked = false
    }

    private(set) var files: [String: File] = [:]
    /// How many of the next calls fail, for each fault.
    var faults: [Command.DiskFault: Int] = [:]
    private var lastRevision = 0

    /// What is loaded for an account: nil where it has no file, or was logged out.
    func usable(_ account: String) -> File? {
        files[account].flatMap { $0.isMarked ? nil : $0 }
    }

    /// Writes a copy of the file, as another program might.
    mutating func rewrite(_ account: String) {
        let revision = nextRevision()
        files[account]?.revision = revision
    }

    mutating func perform(_ call: StoreCall, now: Moment, boot: Int, isClockSure: Bool) -> StoreReply {
        switch call {
        case .load(let account):
            if strikes(.load) { return failed(now) }
            return .loaded(
                usable(account).map {
                    StoredGrant($0.kept(now: now, boot: boot, isClockSure: isClockSure), revision: $0.revision)
                })
        case .save(let kept, let account, let expected):
            if strikes(.save) { return failed(now) }
            guard usable(account)?.revision == expected else { return .saved(.changed) }
            let revision = nextRevision()
            let wall = WallStamp(issued: kept.grant.issued.instant, now: now, isSure: isClockSure)
            files[account] = File(
                kept: kept, stamp: IssueStamp(instant: kept.grant.issued.instant, bootID: "\(boot)", wall: wall),
                revision: revision)
            return strikes(.saveAfterWriting) ? failed(now) : .saved(.saved(revision))
        case .erase(let account):
            if files[account] != nil, strikes(.eraseUnmarked) { return failed(now) }
            if files[account] != nil, strikes(.erase) {
                files[account]?.isMarked = true
                return failed(now)
            }
            files[account] = nil
        case .setAside(let account):
            if files[account] != nil, strikes(.setAside) { return failed(now) }
            files[account] = nil
        }
        return .removed
    }

    private mutating func nextRevision() -> Revision {
        lastRevision += 1
        return Revision("\(lastRevision)")
    }

    private mutating func strikes(_ fault: Command.DiskFault) -> Bool {
        guard let left = faults[fault] else { return false }
        faults[fault] = left > 1 ? left - 1 : nil
        return true
    }

    private func failed(_ now: Moment) -> StoreReply {
        .failed(Failure(.storage, "the disk fails", at: now.wall))
    }
}

extension ModelDisk.File {
    /// The age of a grant from an earlier boot, as far as the disk can tell.
    fileprivate func kept(now: Moment, boot: Int, isClockSure: Bool) -> KeptGrant {
        var kept = kept
        let grant = kept.grant
        kept.grant.issued.instant = stamp.instant(
            life: grant.lifetime ?? .seconds(366 * 86_400), isRefreshable: grant.isRefreshable, now: now,
            bootID: "\(boot)",
            isSure: isClockSure)
        for (name, token) in kept.further {
            kept.further[name]?.issued.instant = stamp.later(by: token.issued.instant - grant.issued.instant).instant(
                life: grant.holding(token).lifetime ?? .seconds(366 * 86_400), isRefreshable: grant.isRefreshable,
                now: now, bootID: "\(boot)", isSure: isClockSure)
        }
        kept.isOfEarlierBoot = stamp.bootID != "\(boot)"
        return kept
    }
}
