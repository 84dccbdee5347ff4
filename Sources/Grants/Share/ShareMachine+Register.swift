import Failures
import Register

/// The requests to the register, and what comes back.
extension ShareMachine {
    /// Performs everything that can be done now.
    mutating func goOn(at moment: EngineMoment) -> [ShareAction] {
        guard call == nil, isLoaded || isAbandoned, !isDone else { return [] }
        let now = moment.now.instant
        if let retry, retry > now { return hinderUnreachable(at: moment) }
        retry = nil
        if needsRead || nextRead.map({ $0 <= now }) ?? true {
            needsRead = false
            (call, calledAt) = (.read(sent: now), now)
            return [.read]
        }
        guard case .content(let record, let revision) = known else { return hinderUnreachable(at: moment) }
        if let local, local.isAbove(record?.stamp) { return raise(over: record, revision, at: moment) }
        switch phase {
        case .releasing(let id, let release):
            guard let record, record.claim?.id == id else {
                phase = .idle
                return (release.map { ended($0, record) } ?? []) + goOn(at: moment)
            }
            let released = released(record, release, at: moment)
            return write(released, .release(released, release), revision, at: moment)
        case .posting(_, let claim, let stamp):
            // The engine was set back, or another host has raised it again after it was wiped.
            guard var record, record.stamp == stamp, record.claim == nil else { return [] }
            record.claim = claim
            return write(record, .claim(record), revision, at: moment)
        case .idle, .queued, .claiming, .looking, .checking: return goOnWishing(record, revision, at: moment)
        }
    }

    mutating func write(
        _ record: SharedRecord, _ call: Call, _ revision: RegisterRevision, at moment: EngineMoment
    ) -> [ShareAction] {
        (self.call, calledAt) = (call, moment.now.instant)
        return [.write(record, ifRevision: revision)]
    }

    /// Publishes what this host holds, once it is saved. This ends any claim of the older version.
    private mutating func raise(
        over record: SharedRecord?, _ revision: RegisterRevision, at moment: EngineMoment
    ) -> [ShareAction] {
        guard !isSaving, let local, local.isEnded || held != nil else { return [] }
        let issued = held.flatMap { moment.earliest(of: $0.grant.issued.instant) }
        guard local.isEnded || issued != nil else { return [] }
        var raised = SharedRecord(
            stamp: local, kept: local.isEnded ? nil : held, issued: issued, host: author, allowance: record?.allowance)
        if case .posting(_, let claim, local) = phase { raised.claim = claim }
        return write(raised, .raise(raised), revision, at: moment)
    }

    private mutating func hinderUnreachable(at moment: EngineMoment) -> [ShareAction] {
        guard let post = wish, isIdle, let obstacle = hindrance(of: post, at: moment), obstacle != self.obstacle else {
            return []
        }
        self.obstacle = obstacle
        return [.hinder(obstacle)]
    }

    // MARK: - Answers

    mutating func readEnded(_ reply: RegisterReply, at moment: EngineMoment) -> [ShareAction] {
        guard case .read(let sent) = call else { return [] }
        call = nil
        guard case .read(let reading) = reply else { return fail(reply, at: moment) }
        reached(at: moment)
        // The engine was set back: a claim or a newer version may be missing that another host will write again.
        if reading.revision < knownRevision { settle(at: moment) }
        let noted = note(reading, at: moment)
        switch phase {
        case .looking(let claim) where record?.claim?.id == claim.id:
            return noted + won(claim, sent: sent, within: Fleet.slowLook, at: moment)
        case .looking:
            return noted + lose(at: moment)
        case .checking(let post, let outcome, let claim, let stamp):
            return noted + checked(post, outcome, claim, stamp, at: moment)
        case .idle, .queued, .claiming, .posting, .releasing: return noted + goOn(at: moment)
        }
    }

    mutating func writeEnded(_ reply: RegisterReply, at moment: EngineMoment) -> [ShareAction] {
        guard let call else { return [] }
        self.call = nil
        switch reply {
        case .written(let revision):
            reached(at: moment)
            return written(call, revision, at: moment)
        case .changed(let reading):
            reached(at: moment)
            let noted = note(reading, at: moment)
            if case .claiming = phase { return noted + lose(at: moment) }
            return noted + goOn(at: moment)
        case .failed, .read: return fail(reply, at: moment)
        }
    }

    private mutating func written(
        _ call: Call, _ revision: RegisterRevision, at moment: EngineMoment
    ) -> [ShareAction] {
        var noted: [ShareAction] = []
        switch call {
        case .read: return []
        case .claim(let record), .raise(let record), .release(let record, _):
            // A change that was reported meanwhile may be newer.
            if revision > knownRevision { noted = note(SharedReading(.record(record), revision: revision), at: moment) }
        }
        switch phase {
        case .claiming(let claim, let sent):
            guard record?.claim?.id == claim.id else { return noted + lose(at: moment) }
            return noted + won(claim, sent: sent, within: Fleet.confirmed, at: moment)
        case .releasing(_, let release):
            guard case .release(let record, _) = call else { break }
            phase = .idle
            noted += release.map { ended($0, record) } ?? []
        case .idle, .queued, .looking, .posting, .checking: break
        }
        return noted + goOn(at: moment)
    }

    /// Handles that this host has found out that the grant is refused for good.
    private mutating func ended(_ release: Release, _ record: SharedRecord?) -> [ShareAction] {
        guard let record, record.isRefused, record.stamp == local, refused != local else { return [] }
        refused = local
        return [.refuse(release.failure, isOwn: true)]
    }

    /// Handles that the register hasn't got the claim, or that this isn't known.
    private mutating func lose(at moment: EngineMoment) -> [ShareAction] {
        forgetClaim() + goOn(at: moment)
    }

    private mutating func forgetClaim() -> [ShareAction] {
        let left = wish.map { leaveQueue($0) } ?? []
        phase = .idle
        return left
    }

    private mutating func fail(_ reply: RegisterReply, at moment: EngineMoment) -> [ShareAction] {
        if case .failed(let failure) = reply { lastFailure = failure }
        unreachableSince = unreachableSince ?? moment.now
        let pause = min(Fleet.longestRetry / 2, Fleet.firstRetry / 2 * (1 << min(failures, 8)))
        failures += 1
        retry = moment.now.instant + pause + jitter.fraction(of: pause)
        needsRead = true
        switch phase {
        case .claiming, .looking: return lose(at: moment)
        case .idle, .queued, .posting, .checking, .releasing: return goOn(at: moment)
        }
    }

    private mutating func reached(at moment: EngineMoment) {
        (failures, retry, lastFailure, unreachableSince) = (0, nil, nil, nil)
        nextRead = moment.now.instant + fleet.interval + jitter.fraction(of: fleet.interval / 4)
    }

    private var knownRevision: RegisterRevision {
        switch known {
        case .nothing: .absent
        case .content(_, let revision), .unusable(_, let revision): revision
        }
    }

    private func isKnown(_ reading: SharedReading) -> Bool {
        switch (known, reading.content) {
        case (.content(let record, let revision), .record(let other)):
            revision == reading.revision && record?.stamp == other.stamp && record?.claim == other.claim
        case (.content(nil, _), .absent): true
        default: false
        }
    }

    // MARK: - Reports

    /// Takes the report of a change. The absence of a value has no revision of its own and is read again.
    mutating func changed(_ reading: SharedReading, at moment: EngineMoment) -> [ShareAction] {
        if reading.content == .absent {
            needsRead = true
            return goOn(at: moment)
        }
        guard reading.revision > knownRevision else { return [] }
        return note(reading, at: moment) + goOn(at: moment)
    }

    /// Takes what the register holds after its changes could not be followed for some time.
    mutating func resynced(_ reading: SharedReading, at moment: EngineMoment) -> [ShareAction] {
        retry = nil
        var lost: [ShareAction] = []
        if call != nil, moment.now.instant - calledAt > Fleet.confirmed {
            // Its answer may take as long as the register was lost.
            call = nil
            needsRead = true
            switch phase {
            case .claiming, .looking: lost = forgetClaim()
            case .idle, .queued, .posting, .checking, .releasing: break
            }
        }
        if known == .nothing { return lost + goOn(at: moment) }
        guard !isKnown(reading) else { return lost + goOn(at: moment) }
        if reading.revision < knownRevision { settle(at: moment) }
        return lost + note(reading, at: moment) + goOn(at: moment)
    }
}
