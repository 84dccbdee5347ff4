import Accounts
import Failures
import Register

/// The way of a refresh: wish, slot, claim, request, and the end of the claim.
extension ShareMachine {
    /// Takes the wish of the grant's machine to send this refresh.
    mutating func want(_ post: RefreshPost, at moment: EngineMoment) -> [ShareAction] {
        let dropped = dropWish()
        wish = post
        return dropped + goOn(at: moment)
    }

    /// Reports that the wish has a slot at the authorization server.
    mutating func turn(at moment: EngineMoment) -> [ShareAction] {
        guard case .queued = phase else { return [] }
        hasTurn = true
        return goOn(at: moment)
    }

    /// A person allows this host to take over the claim that hinders the refresh. Returns nil where there is none.
    mutating func take(at moment: EngineMoment) -> [ShareAction]? {
        guard let claim = record?.claim, claim.host != fleet.host || claim.run != fleet.run else { return nil }
        taken = claim.id
        return wish == nil ? [.refresh] : goOn(at: moment)
    }

    /// Forgets the wish, because its grant has been replaced or has ended.
    mutating func dropWish() -> [ShareAction] {
        guard let post = wish else { return [] }
        wish = nil
        obstacle = nil
        return leaveQueue(post)
    }

    mutating func leaveQueue(_ post: RefreshPost) -> [ShareAction] {
        switch phase {
        case .queued: phase = .idle
        case .claiming, .looking: break
        case .idle, .posting, .checking, .releasing: return []
        }
        let hadPlace = hasTurn || isIdle
        hasTurn = false
        return hadPlace ? [.leaveQueue(post)] : []
    }

    /// Performs the next step of the wish, where no request to the register is under way or needed.
    mutating func goOnWishing(
        _ record: SharedRecord?, _ revision: RegisterRevision, at moment: EngineMoment
    ) -> [ShareAction] {
        if isIdle, let ended = endLeftover(record, at: moment) { return ended }
        guard let post = wish, let record, let held else { return [] }
        switch phase {
        case .idle, .queued: break
        case .claiming, .looking, .posting, .checking, .releasing: return []
        }
        guard post.order.grant.refreshToken == held.grant.refreshToken else {
            let failure = Failure(.refreshing, "the grant has changed meanwhile", at: moment.now.wall)
            return dropWish() + [.pass(.failed(failure), post)]
        }
        if let obstacle = hindrance(of: post, at: moment) {
            defer { self.obstacle = obstacle }
            let told = tellOfDoubt(record, obstacle, at: moment)
            return leaveQueue(post) + (obstacle == self.obstacle ? [] : [.hinder(obstacle)]) + told
        }
        let cleared: [ShareAction] = obstacle == nil ? [] : [.hinder(nil)]
        obstacle = nil
        guard hasTurn else {
            if isIdle {
                phase = .queued
                return cleared + [.queue(post)]
            }
            return cleared
        }
        guard let earliest = moment.earliest else { return cleared }
        var claimed = record
        let claim = SharedRecord.Claim(
            id: newID(), host: fleet.host, name: fleet.name, run: fleet.run, at: earliest)
        claimed.claim = claim
        overtaken = record.claim.flatMap { $0.host == fleet.host ? nil : $0.name }
        claimed.allowance = allowance(after: record, post, at: earliest)
        phase = .claiming(claim, sent: moment.now.instant)
        return cleared + write(claimed, .claim(claimed), revision, at: moment)
    }

    /// Ends a claim of this host that nobody uses: one of this run, whose request was lost, or one of an earlier run.
    private mutating func endLeftover(_ record: SharedRecord?, at moment: EngineMoment) -> [ShareAction]? {
        guard wish == nil, let claim = record?.claim, claim.host == fleet.host else { return nil }
        if claim.run == fleet.run {
            phase = .releasing(claim.id, nil)
            return goOn(at: moment)
        }
        guard let ends = earlierClaimEnds, ends <= moment.now.instant else { return nil }
        self.claim = (claim.id, moment.now.instant)
        taken = claim.id
        return [.refresh]
    }

    private func allowance(after record: SharedRecord, _ post: RefreshPost, at time: EngineInstant) -> SharedAllowance {
        let allowed = post.settings.traits.replies.allowance
        let full = SharedAllowance(left: Double(allowed.burst), counted: time)
        var allowance = record.allowance?.regained(at: time, of: allowed) ?? full
        allowance.left = max(0, allowance.left - 1)
        return allowance
    }

    /// Handles that the register has this claim. It was confirmed by a request that was sent at this instant.
    mutating func won(_ claim: SharedRecord.Claim, sent: Instant, within limit: Duration, at moment: EngineMoment)
        -> [ShareAction]
    {
        guard var post = wish, hasTurn, let local else {
            phase = .releasing(claim.id, nil)
            return goOn(at: moment)
        }
        guard moment.now.instant - sent <= limit else {
            phase = .looking(claim)
            needsRead = true
            return goOn(at: moment)
        }
        post.order.notAfter = sent + Fleet.beginning
        phase = .posting(post, claim, local)
        (wish, hasTurn, taken, settled) = (nil, false, nil, nil)
        defer { overtaken = nil }
        return (overtaken.map { [.tell(.claimTakenOver(from: $0))] } ?? []) + [.post(post)]
    }

    private mutating func tellOfDoubt(
        _ record: SharedRecord, _ obstacle: Obstacle, at moment: EngineMoment
    ) -> [ShareAction] {
        guard obstacle.failure.code == .refreshInDoubt, let claim = record.claim, doubted != claim.id else { return [] }
        doubted = claim.id
        return [.tell(.claimInDoubt(host: claim.name, takenOverIn: obstacle.until - moment.now.instant))]
    }

    // MARK: - The end of the request

    mutating func postEnded(_ outcome: RefreshOutcome, of post: RefreshPost, at moment: EngineMoment) -> [ShareAction] {
        guard case .posting(let sent, let claim, let stamp) = phase, sent.order == post.order else {
            return [.pass(outcome, post)]
        }
        let refreshed = outcome.grant(after: post.order.grant)
        guard local == stamp else { return late(refreshed, post, at: moment) }
        if let refreshed {
            isSaving = true
            local = SharedStamp(version: stamp.version.refreshed, id: claim.id, consent: stamp.consent)
            held?.grant = post.order.rescued(refreshed)
            author = fleet.name
            phase = .idle
            return [.pass(outcome, post)]
        }
        guard case .failed(let failure) = outcome else {
            phase = .releasing(claim.id, nil)
            return [.pass(outcome, post)] + goOn(at: moment)
        }
        if failure.meaning == .consentNeeded, !failure.isOfTarget, post.order.further == nil {
            phase = .checking(post, outcome, claim, stamp)
            needsRead = true
            return goOn(at: moment)
        }
        let pause = RefreshPolicy.pause(
            after: failure, failures: (record?.trouble?.failures ?? 0) + 1, jitter: &jitter)
        let release = Release(failure: failure, isRefusal: false, pause: pause)
        phase = .releasing(claim.id, failure.concernsFleet ? release : nil)
        return [.pass(outcome, post)] + goOn(at: moment)
    }

    /// Handles a result that comes after this host has gone on with a newer version.
    private mutating func late(_ refreshed: Grant?, _ post: RefreshPost, at moment: EngineMoment) -> [ShareAction] {
        phase = .idle
        let end: ShareAction =
            if let refreshed, local?.isEnded == true { .revoke(refreshed, post) } else { .tell(.staleResult) }
        return [end] + goOn(at: moment)
    }

    /// Handles the read that follows a refusal.
    mutating func checked(
        _ post: RefreshPost, _ outcome: RefreshOutcome, _ claim: SharedRecord.Claim, _ stamp: SharedStamp,
        at moment: EngineMoment
    ) -> [ShareAction] {
        guard local == stamp, case .failed(let failure) = outcome else { return late(nil, post, at: moment) }
        phase = .releasing(claim.id, Release(failure: failure, isRefusal: true, pause: RefreshPolicy.secondTry))
        return [.pass(outcome, post)] + goOn(at: moment)
    }

    /// The record without the claim that is given back.
    func released(_ record: SharedRecord, _ release: Release?, at moment: EngineMoment) -> SharedRecord {
        var record = record
        record.claim = nil
        guard let release, let earliest = moment.earliest else { return record }
        let refusals = (record.trouble?.refusals ?? 0) + (release.isRefusal ? 1 : 0)
        record.trouble = SharedRecord.Trouble(
            failures: (record.trouble?.failures ?? 0) + 1, refusals: refusals, code: release.failure.code,
            until: earliest + release.pause)
        record.isRefused = record.isRefused || refusals >= 2
        return record
    }
}

extension Failure {
    /// Whether the next refresh of any host would meet the same failure. It wouldn't where nothing was sent, or where
    /// only this host's configuration may be wrong.
    fileprivate var concernsFleet: Bool {
        if isUnprocessed || meaning == .configuration || isOfTarget { return false }
        switch code {
        case .nameLookup, .connection, .tls, .outOfDescriptors, .secretUnavailable, .discovery, .refreshing:
            return false
        default: return true
        }
    }
}
