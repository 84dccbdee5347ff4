import Accounts
import Failures
import OAuth

/// The refreshes of further tokens. The phase says what the refresh token is used for: while a further token is being
/// refreshed or saved, `further.flight` names it.
extension GrantMachine {
    /// The grant, where its refresh token is neither in use nor in doubt. A refusal of the account's own scope or
    /// resource doesn't concern the other tokens.
    var freeGrant: Grant? {
        let held: Grant
        switch phase {
        case .active(let grant, _): held = grant
        case .misconfigured(let grant, let failure, _) where failure.isOfTarget: held = grant
        case .consentRequired(let grant, let failure) where failure.isOfTarget: held = grant
        case .loading, .empty, .refreshing, .saving, .backingOff, .consentRequired, .misconfigured: return nil
        }
        return held.isRefreshable && held.isBelieved && held.unjudged == nil ? held : nil
    }

    /// The phase of the account's own token, whichever token is being refreshed.
    package var ownPhase: Phase {
        guard further?.flight != nil, let grant else { return phase }
        return further?.ownPhase ?? .active(grant, due: nil)
    }

    /// Starts the refresh of a further token that is due, where the refresh token is free. The account's own token goes
    /// first.
    mutating func startFurther(now: Moment) -> [GrantAction] {
        if case .active(_, let due?) = phase, due <= now.instant { return [] }
        guard var table = further, let grant = freeGrant, let index = table.next(at: now.instant) else { return [] }
        if let later = allowance.take(at: now.instant, of: policy.replies.allowance) {
            table.postpone(at: now.instant, to: later)
            further = table
            return answer(readersBefore: later, .tooManyRequests(retryAfter: later - now.instant))
        }
        table.flight = table.tokens[index].name
        table.ownPhase = isActive ? nil : phase
        table.tokens[index].isRead = false
        further = table
        phase = .refreshing(grant, nil)
        obstacle = nil
        let token = table.tokens[index]
        let wanted = RefreshOrder.Further(token: token.name, target: token.target)
        return [.post(RefreshOrder(version: version, grant: grant, further: wanted))]
    }

    mutating func furtherEnded(
        _ outcome: RefreshOutcome, of wanted: RefreshOrder.Further, _ grant: Grant, now: Moment
    ) -> [GrantAction] {
        switch outcome {
        case .granted(let tokens, let sent):
            let refreshed = grant.refreshed(byFurther: tokens, sent: sent)
            saveFlight(of: wanted, refreshed, now: now)
            let told = take(tokens, sent: sent, for: wanted, of: refreshed, now: now)
            return [.save(refreshed, version: version)] + told
        case .replaced(_, let failure):
            guard let replaced = outcome.grant(after: grant) else {
                return furtherFailed(failure, wanted, grant, now: now)
            }
            saveFlight(of: wanted, replaced, now: now)
            let told = further?.index(of: wanted).map { refuse($0, failure, now: now) } ?? []
            return [.save(replaced, version: version)] + told
        case .judged: return resumeOwn(grant, now: now)
        case .failed(let failure): return furtherFailed(failure, wanted, grant, now: now)
        }
    }

    private mutating func saveFlight(of wanted: RefreshOrder.Further, _ grant: Grant, now: Moment) {
        version += 1
        refreshedAt = now.wall
        phase = .saving(grant, nil)
        // After a reload, the order may be for a token that isn't configured any more.
        if further == nil { further = FurtherTokens() }
        further?.flight = wanted.token
    }

    /// Takes the token of a refresh, unless it is of no use.
    private mutating func take(
        _ tokens: IssuedTokens, sent: Moment, for wanted: RefreshOrder.Further, of grant: Grant, now: Moment
    ) -> [GrantAction] {
        guard let index = further?.index(of: wanted) else { return [] }
        let token = HeldToken(tokens, for: wanted.target, sent: sent)
        let view = grant.holding(token)
        let missing = wanted.target.scope.missing(from: token.scope)
        if !view.isUsable {
            return refuse(index, view.unusable(account, at: now.wall), now: now)
        }
        if !missing.isEmpty, missing == wanted.target.scope.missing(from: Scope([])) {
            let failure = Failure(
                .refusedScope, "the authorization server granted only \(shown(token.scope))",
                hint: hint(for: wanted.token), at: now.wall)
            return refuse(index, failure, now: now)
        }
        further?.tokens[index].held = token
        further?.tokens[index].trouble = nil
        // Planned anew once the grant is saved.
        further?.tokens[index].due = nil
        return [.tell(.tokenRefreshed(wanted.token, expiresIn: view.lifetime))]
    }

    private func shown(_ scope: Scope) -> String { scope.isEmpty ? "no scope" : "\(scope)" }

    private mutating func furtherFailed(
        _ failure: Failure, _ wanted: RefreshOrder.Further, _ grant: Grant, now: Moment
    ) -> [GrantAction] {
        var failure = failure
        if failure.meaning == .configuration, failure.isOfTarget, !failure.refusesTarget {
            failure.hint = hint(for: wanted.token)
        }
        endFlight(grant)
        var actions: [GrantAction] = []
        if let index = further?.index(of: wanted) { actions = refuse(index, failure, now: now) }
        if failure.code == .throttled { actions += throttleOthers(failure, now: now) }
        let isInDoubt = failure.meaning == .consentNeeded && !failure.isOfTarget && !grant.isOwn && !needsConsent
        // Whether the refresh token is dead, or only this token is refused, shows the next refresh without its scope.
        return actions + (isInDoubt ? doubt(grant, failure, now: now) : resumeReaders(now: now))
    }

    /// Lets the other tokens that are due wait too: a server counts the requests for all of them.
    private mutating func throttleOthers(_ failure: Failure, now: Moment) -> [GrantAction] {
        (further?.tokens.indices ?? 0..<0).flatMap { index -> [GrantAction] in
            guard let token = further?.tokens[index], token.trouble == nil, let due = token.due, due <= now.instant
            else { return [] }
            return refuse(index, failure, now: now)
        }
    }

    /// Notes the failure of a token, and plans its next try.
    private mutating func refuse(_ index: Int, _ failure: Failure, now: Moment) -> [GrantAction] {
        guard let token = further?.tokens[index] else { return [] }
        let failures = (token.trouble?.failures ?? 0) + 1
        let (pause, isRefused): (Duration, Bool)
        switch failure.meaning {
        case .consentNeeded where !failure.isOfTarget && failures == 1:
            (pause, isRefused) = (RefreshPolicy.secondTry, false)
        case .consentNeeded, .configuration: (pause, isRefused) = (RefreshPolicy.misconfigured, true)
        case .passing where failure.code == .unexplainedRefusal && failures > 2:
            (pause, isRefused) = (RefreshPolicy.unexplained, false)
        case .passing, .usage, .conflict, .fault:
            pause = RefreshPolicy.pause(after: failure, failures: failures, jitter: &jitter)
            isRefused = false
        }
        further?.tokens[index].due = now.instant + pause
        further?.tokens[index].trouble = FurtherTokens.Trouble(
            failure: failure, failures: failures, isRefused: isRefused)
        return [.tell(.tokenFailed(token.name, failure, retryIn: pause))]
    }

    /// What to do about a token whose scope or resource is refused.
    private func hint(for token: TokenKey.Token) -> String {
        switch token {
        case .named(let name):
            "check [accounts.\(account).tokens.\(name)]; where the consent didn't cover it yet: valetkey login \(account)"
        case .main, .scoped:
            "ask for less, or add it to the account as [accounts.\(account).tokens.NAME] and run: "
                + "valetkey reload, then valetkey login \(account)"
        }
    }

    /// Returns to the phase of the account's own token.
    private mutating func endFlight(_ grant: Grant) {
        let own = further?.ownPhase
        further?.flight = nil
        further?.ownPhase = nil
        if further?.tokens.isEmpty == true { further = nil }
        if let own { phase = own.with(grant) } else { settle(grant) }
    }

    /// Handles the end of saving the grant of a further token's refresh.
    mutating func furtherSaved(_ grant: Grant, _ token: TokenKey.Token, now: Moment) -> [GrantAction] {
        endFlight(grant)
        let actions = publishFurther(grant, now: now)
        guard let served = further?[token]?.published, served.version == version else {
            return actions + resumeReaders(now: now)
        }
        return actions + answerReaders(with: served, of: token, now: now) + resumeReaders(now: now)
    }

    private mutating func resumeOwn(_ grant: Grant, now: Moment) -> [GrantAction] {
        endFlight(grant)
        return resumeReaders(now: now)
    }

    /// Evaluates the readers who have waited for the refresh token, then the tokens that are due.
    mutating func resumeReaders(now: Moment) -> [GrantAction] {
        readWaiting(now: now) + startFurther(now: now)
    }
}
