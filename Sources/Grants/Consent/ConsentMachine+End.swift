import Accounts
import Failures
import OAuth

/// Storing the grant, and every other way in which a consent ends.
extension ConsentMachine {
    mutating func keep(_ tokens: IssuedTokens, sent: Moment, _ terms: ConsentTerms, now: Moment) -> [ConsentAction] {
        if let failure = terms.settings.refusal(ofConsent: tokens.identity, at: now.wall) {
            return end(.failed, .failed(failure), failure: failure)
        }
        var grant = Grant(
            tokens, requestedScope: terms.settings.scope, sent: sent, isOwn: flow == .clientCredentials,
            proofKey: terms.key)
        grant.$replies = terms.settings.traits.$replies
        phase = .live(terms, .keeping(grant))
        return [.keep(grant, terms.settings)]
    }

    /// The account has stored the grant, or couldn't take it.
    package mutating func kept(_ outcome: GrantKeeper.ConsentOutcome, now: Moment) -> [ConsentAction] {
        guard case .live(let terms, .keeping(let grant)) = phase else { return [] }
        switch outcome {
        case .kept where grant.lifetime.map { $0 <= .zero } == true:
            let failure = Failure(
                .unusableToken, "the access token had expired when it arrived (expires_in)",
                hint: "tell the operator of the server, then run: valetkey refresh \(account)", at: now.wall)
            return end(.failed, .failed(failure), failure: failure)
        case .kept:
            let warning: Failure? =
                // A token without a stated lifetime needs no refresh token.
                grant.isRefreshable || grant.lifetime == nil
                ? terms.catalogue.refusedScope(grant, of: terms.settings) : .noRefreshToken(account, at: now.wall)
            return end(
                .granted,
                .granted(
                    account: account, scope: grant.scope, missingScope: grant.missingScope, user: grant.identity?.user),
                grant: grant, failure: warning)
        case .unsaved(let failure): return end(.granted, .unsaved(failure), grant: grant, failure: failure)
        case .unusable(let failure): return end(.failed, .failed(failure), failure: failure)
        case .accountChanged:
            let failure = Failure(
                .accountChanged, "the account was changed or logged out meanwhile", account: account, at: now.wall)
            return end(.failed, .failed(failure), failure: failure)
        }
    }

    /// Ends the consent because the user or the authorization server refused.
    mutating func refuse(_ failure: Failure, said: String) -> [ConsentAction] {
        let failure = withHint(failure)
        switch failure.code {
        case .accessDenied, .authorizationDeclined: return end(.refused, .refused(said), failure: failure)
        case .expiredToken: return end(.expired, .failed(failure), failure: failure)
        default: return end(.failed, .failed(failure), failure: failure)
        }
    }

    func withHint(_ failure: Failure) -> Failure {
        var failure = failure
        failure.hint = failure.hint ?? "run: valetkey login \(account)"
        return failure
    }

    /// Cancels the consent if it is being prepared, waits for the user, or pauses before a second try.
    package mutating func cancel(now: Moment) -> [ConsentAction] {
        let expired = expire(now)
        return expired + (canBeCancelled ? end(.cancelled, .cancelled) : [])
    }

    /// Whether the consent is being prepared, waits for the user, or pauses before a second try.
    package var canBeCancelled: Bool { isPreparing || isPending || isPausing }

    /// One of those who started or joined the consent no longer wants it; the last one's leaving cancels it.
    package mutating func leave(now: Moment) -> [ConsentAction] {
        let expired = expire(now)
        guard canBeCancelled else { return expired }
        users -= 1
        return users > 0 ? [] : end(.cancelled, .cancelled)
    }

    /// Cancels the consent because its user has begun one of another flow.
    package mutating func replace(by flow: Consent.Flow, now: Moment) -> [ConsentAction] {
        let failure = Failure(
            .consentConflict, "another login of \(account) has replaced this one (\(flow.rawValue))",
            hint: "follow the other login, or run: valetkey login \(account)", at: now.wall)
        return end(.cancelled, .cancelled, failure: failure)
    }

    /// Ends the consent if its time is up, even if the timer hasn't fired yet.
    mutating func expire(_ now: Moment) -> [ConsentAction] {
        isOverdue(at: now) ? end(.expired, .expired) : []
    }

    /// Performs everything that is due at `now`.
    package mutating func wake(now: Moment) -> [ConsentAction] {
        var actions = expire(now)
        if case .live(_, .waiting(let wait)) = phase, let due = wait.pushes?.due, due <= now.instant {
            actions += pushNext(now: now)
        }
        actions += pollIfDue(now: now) + redeemIfDue(now: now)
        let late = waiters.filter { $0.deadline <= now.instant }.map(\.id)
        return actions + release(late, now: now)
    }

    /// Adds a waiter for the end of the consent, to be answered at `deadline` at the latest.
    package mutating func wait(_ waiter: WaiterID, until deadline: Instant, now: Moment) -> [ConsentAction] {
        let expired = expire(now)
        waiters.append(Waiter(id: waiter, deadline: deadline))
        return expired + (isOver || deadline <= now.instant ? release([waiter], now: now) : [])
    }

    /// Answers these waiters with the current state of the consent.
    package mutating func release(_ ids: [WaiterID], now: Moment) -> [ConsentAction] {
        let released = waiters.map(\.id).filter(ids.contains)
        waiters.removeAll { ids.contains($0.id) }
        return released.isEmpty ? [] : [.answerWaiters(released, consent(at: now))]
    }

    mutating func answerBrowsers(_ answer: BrowserAnswer) -> [ConsentAction] {
        defer { browsers = [] }
        return browsers.isEmpty ? [] : [.answerBrowsers(browsers, answer)]
    }

    mutating func end(
        _ state: Consent.State, _ verdict: ConsentVerdict, grant: Grant? = nil, failure: Failure? = nil
    ) -> [ConsentAction] {
        guard case .live(_, let stage) = phase else { return [] }
        let hasBegun = !isPreparing
        var consent = report(state)
        consent.grant = grant.map(GrantSummary.init)
        consent.failure = failure
        if mark == nil, case .waiting(let wait) = stage { mark = ResponseMark(state: wait.request.state) }
        phase = .over(EndedConsent(consent: consent, verdict: verdict, hasBegun: hasBegun))
        var actions = answerStarters(.success(consent)) + answerBrowsers(.page(verdict))
        if !waiters.isEmpty { actions.append(.answerWaiters(waiters.map(\.id), consent)) }
        waiters = []
        if hasBegun { actions.append(.tell(.ended(consent))) }
        if case .bound = listener {
            actions.append(hasBegun ? .retireListener : .closeListener)
        } else {
            mark = nil
        }
        return actions
    }
}
