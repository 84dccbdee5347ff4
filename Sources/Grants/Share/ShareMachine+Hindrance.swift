import Accounts
import Failures
import Register
import Text

/// What keeps a refresh from being sent.
extension ShareMachine {
    /// Why the wish can't be met now, and until when; nil where a claim may be made.
    func hindrance(of wish: RefreshPost, at moment: EngineMoment) -> Obstacle? {
        let now = moment.now
        switch known {
        case .nothing: return unreachable(at: now)
        case .unusable(let failure, _): return Obstacle(failure: failure, until: nextRead ?? now.instant)
        case .content(nil, _): return nil
        case .content(let record?, _):
            if retry != nil { return unreachable(at: now) }
            if let claim = record.claim, let until = takeover(of: claim, wish), until > now.instant {
                return Obstacle(failure: doubt(about: claim, until: until, at: now), until: until)
            }
            if let trouble = record.trouble, let left = moment.left(until: trouble.until), left > .zero {
                let failure = Failure(
                    trouble.code, "a refresh by one of the hosts has failed, and all of them wait", at: now.wall)
                return Obstacle(failure: failure, until: now.instant + min(left, Fleet.longestPause))
            }
            if let settled, settled > now.instant {
                let failure = Failure(
                    .refreshing, "other hosts get time to publish a newer grant", at: now.wall)
                return Obstacle(failure: failure, until: settled)
            }
            return shortage(record, wish, at: moment)
        }
    }

    /// When this claim may be taken over, where it isn't this run's own.
    func takeover(of claim: SharedRecord.Claim, _ wish: RefreshPost) -> Instant? {
        if claim.host == fleet.host, claim.run == fleet.run { return nil }
        guard claim.id != taken, let seen = self.claim, seen.id == claim.id else { return nil }
        let doubt = seen.since + Fleet.doubt
        if claim.host == fleet.host || wish.settings.traits.toleratesReuse { return doubt }
        return max(doubt, held?.grant.expires?.instant ?? doubt) + fleet.patience
    }

    /// When an earlier run's claim may be ended, although no refresh is due.
    var earlierClaimEnds: Instant? {
        guard isIdle, wish == nil, held != nil, retry == nil, let claim = record?.claim, claim.host == fleet.host,
            claim.run != fleet.run, let seen = self.claim, seen.id == claim.id
        else { return nil }
        return seen.since + Fleet.doubt
    }

    private func shortage(_ record: SharedRecord, _ wish: RefreshPost, at moment: EngineMoment) -> Obstacle? {
        let allowed = wish.settings.traits.replies.allowance
        guard let earliest = moment.earliest,
            let wait = record.allowance?.regained(at: earliest, of: allowed).wait(for: allowed)
        else { return nil }
        let failure = Failure(
            .tooManyRequests, "all hosts together have used up the requests of this account", at: moment.now.wall)
        return Obstacle(failure: failure, until: moment.now.instant + wait)
    }

    private func unreachable(at now: Moment) -> Obstacle {
        var failure = Failure.storeUnreachable(lastFailure, at: now)
        failure.retryAfter = max(.seconds(1), (retry ?? now.instant) - now.instant)
        return Obstacle(failure: failure, until: retry ?? .distantFuture)
    }

    private func doubt(about claim: SharedRecord.Claim, until: Instant, at now: Moment) -> Failure {
        let since = self.claim?.since ?? now.instant
        let isInDoubt = now.instant >= since + Fleet.doubt
        let seconds = max(0, (until - now.instant).wholeSeconds)
        return Failure(
            isInDoubt ? .refreshInDoubt : .refreshing,
            isInDoubt
                ? "\(claim.name.shown) began a refresh and hasn't published its result; taken over in \(seconds) s"
                : "\(claim.name.shown) is refreshing",
            hint: isInDoubt ? "or, if \(claim.name.shown) is gone for good: valetkey store take \(account)" : nil,
            retryAfter: until - now.instant, at: now.wall)
    }
}

extension Failure {
    /// The register hasn't answered; nil where it wasn't asked yet.
    static func storeUnreachable(_ failure: RegisterFailure?, at now: Moment) -> Failure {
        let why = failure.map { ": \($0)" } ?? ""
        return Failure(
            .storeUnreachable, "the shared store has not answered\(why)", hint: "check: valetkey store status",
            at: now.wall)
    }
}
