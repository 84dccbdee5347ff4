import Accounts
package import Failures
import FoundationEssentials
import OAuth

extension GrantLife {
    /// Starts a refresh where none is under way and the allowance has one left; else plans it.
    mutating func startRefresh(now: Moment) -> [GrantAction] {
        let (grant, trouble): (Grant, Trouble?)
        switch phase {
        case .active(let held, _): (grant, trouble) = (held, nil)
        case .backingOff(let held, let past, _): (grant, trouble) = (held, past)
        case .consentRequired(let held, let failure):
            (grant, trouble) = (held, Trouble(failure: failure, failures: 0, refusals: 1))
        case .misconfigured(let held, let failure, _):
            (grant, trouble) = (held, Trouble(failure: failure, failures: 0, refusals: 0))
        case .empty, .refreshing, .saving: return []
        }
        guard grant.isRenewable else { return requireConsent(grant, .noRefreshToken(account, at: now.wall), now: now) }
        if let later = allowance.take(at: now.instant) {
            phase = trouble.map { .backingOff(grant, $0, until: later) } ?? .active(grant, due: later)
            return answer(readersBefore: later, .tooManyRequests(retryAfter: later - now.instant))
        }
        phase = .refreshing(grant, trouble)
        return [.post(RefreshOrder(version: version, grant: grant))]
    }

    package mutating func refreshEnded(
        _ outcome: RefreshOutcome, of order: RefreshOrder, now: Moment
    ) -> [GrantAction] {
        guard order.version == version, case .refreshing(let grant, let trouble) = phase else {
            return stale(outcome, of: order)
        }
        switch outcome {
        case .granted(let tokens, let sent):
            let renewed = grant.renewed(by: tokens, sent: sent)
            version += 1
            refreshedAt = now.wall
            phase = .saving(renewed)
            let rotated = tokens.refreshToken.map { $0 != grant.refreshToken } ?? false
            return [
                .save(renewed, version: version),
                .tell(.refreshed(expiresIn: renewed.lifetime, rotated: rotated)),
            ]
        case .failed(let failure):
            switch failure.meaning {
            // Where the client asks for itself there is nobody who could consent.
            case .consentNeeded where grant.isOwn, .configuration:
                return misconfigure(grant, failure, now: now)
            case .consentNeeded where (trouble?.refusals ?? 0) > 0:
                return requireConsent(grant, failure, now: now)
            case .consentNeeded:
                return backOff(grant, failure, trouble, refusals: 1, for: RefreshPolicy.secondTry, now: now)
            case .passing, .usage, .conflict, .fault:
                return backOff(grant, failure, trouble, asked: failure.retryAfter, now: now)
            }
        }
    }

    package mutating func saveEnded(
        _ failure: Failure?, version saved: UInt64, now: Moment
    ) -> [GrantAction] {
        guard saved == version else { return [] }
        var actions: [GrantAction] = []
        if let failure {
            let failures = (unsaved?.failures ?? 0) + 1
            let pause = RefreshPolicy.pause(failures: failures, asked: nil, jitter: &jitter)
            unsaved = Unsaved(failure: failure, failures: failures, retry: now.instant + pause)
            actions.append(.tell(.saveFailed(failure, retryIn: pause)))
        } else if unsaved != nil {
            unsaved = nil
            actions.append(.tell(.savedAtLast))
        }
        guard case .saving(let grant) = phase else { return actions }
        guard grant.isUsable else {
            let failure = Failure(
                .unusableToken,
                "the access token can't be handed out: its type is unknown, or its id_token isn't believed",
                account: account, at: now.wall)
            return actions + misconfigure(grant, failure, now: now)
        }
        settle(grant)
        let token = ServedToken(grant, version: version)
        published = token
        return actions + [.publish(token)] + answerReaders(with: token, now: now)
    }

    /// A consent gave a new grant; it takes the place of what was there.
    package mutating func consented(_ grant: Grant, now: Moment) -> [GrantAction] {
        version += 1
        emptiness = nil
        phase = .saving(grant)
        return [
            .save(grant, version: version),
            .tell(.consented(expiresIn: grant.lifetime, scope: grant.scope, missingScope: grant.missingScope)),
        ]
    }

    package mutating func logout(now: Moment) -> [GrantAction] {
        loggedOut = version
        version += 1
        phase = .empty
        unsaved = nil
        emptiness = nil
        published = nil
        return [.publish(nil), .erase, .tell(.loggedOut)] + answerAll(.consentRequired(nil))
    }

    /// What was kept of the grant is gone from the disk, or isn't.
    package mutating func eraseEnded(_ failure: Failure?) -> [GrantAction] {
        guard let failure, case .empty = phase else { return [] }
        emptiness = failure
        return [.tell(.eraseFailed(failure))]
    }

    /// A user's own wish for a refresh: at once, also out of quarantine and out of a configuration error.
    package mutating func refreshNow(id: ReaderID, deadline: Instant, now: Moment) -> [GrantAction] {
        guard let grant else { return [.answer([id], .consentRequired(emptiness))] }
        guard grant.isRenewable else {
            return [.answer([id], .consentRequired(.noRefreshToken(account, at: now.wall)))]
        }
        enqueue(Reader(id: id, need: ReaderNeed(newerThan: published?.version), deadline: deadline))
        return startRefresh(now: now)
    }

    mutating func requireConsent(_ grant: Grant, _ failure: Failure, now: Moment) -> [GrantAction] {
        phase = .consentRequired(grant, failure)
        return [.tell(.consentRequired(failure))] + answerAll(.consentRequired(failure))
    }

    private mutating func misconfigure(_ grant: Grant, _ failure: Failure, now: Moment) -> [GrantAction] {
        phase = .misconfigured(grant, failure, until: now.instant + RefreshPolicy.misconfigured)
        return [.tell(.misconfigured(failure))] + answerAll(.misconfigured(failure))
    }

    private mutating func backOff(
        _ grant: Grant, _ failure: Failure, _ trouble: Trouble?, refusals: Int = 0, for fixed: Duration? = nil,
        asked: Duration? = nil, now: Moment
    ) -> [GrantAction] {
        var failure = failure
        failure.hint = failure.hint ?? "it is tried again by itself; if it stays so, the server is at fault"
        let failures = (trouble?.failures ?? 0) + 1
        let pause = fixed ?? RefreshPolicy.pause(failures: failures, asked: asked, jitter: &jitter)
        let until = now.instant + pause
        phase = .backingOff(grant, Trouble(failure: failure, failures: failures, refusals: refusals), until: until)
        let valid = max(.zero, grant.expires.instant - now.instant)
        return [.tell(.refreshFailed(failure, retryIn: pause, validFor: valid))]
            + answer(readersBefore: until, .unavailable(failure, retryAfter: pause))
    }
}
