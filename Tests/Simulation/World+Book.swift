import Accounts
import Failures
import Grants

/// The shell of the production book, which performs its actions.
extension World {
    /// Passes an event to the book in place, since a copy of the book would copy everything in it.
    mutating func happen(_ event: (inout GrantBook, Moment) -> [BookAction]) {
        let now = moment
        guard violation == nil, let actions = book?.apply(event, now) else { return }
        for action in actions where !sabotages(action) { perform(action) }
    }

    mutating func perform(_ action: BookAction) {
        switch action {
        case .post(let post): send(post)
        case .revoke(let revocation):
            stories[Cast.index(revocation.settings.name)].revocations += 1
            schedule(.revocation(revocation), in: Self.latency)
        case .store(let call):
            if storeCall != nil { fail("two calls of the store are under way at once") }
            storeCall = call
            schedule(.store(call), in: Self.diskLatency)
        case .publish(let token, let key):
            board[key] = token
            if case .scoped = key.token { unread.insert(key) }
            checkPublished(token, key)
        case .answer(let ids, let answer): for id in ids { take(answer, of: id) }
        case .tell(let account, let event): take(event, of: Cast.index(account))
        case .wake(let instant): alarm = instant
        case .configured(let id, _):
            if configurations.remove(id) == nil { fail("a configuration was answered twice") }
        case .consented(let id, let outcome): take(outcome, of: id)
        case .loggedOut(let id, let outcome): take(outcome, of: id)
        // No event asks for it.
        case .settled, .taken, .register: fail("somebody was told what nobody has asked for")
        case .drained: endStop()
        }
    }

    private mutating func take(_ answer: ReaderAnswer, of id: ReaderID) {
        guard let reader = readers.removeValue(forKey: id) else { return fail("a reader was answered twice") }
        if reader.deadline < now { fail("a reader was answered late") }
        switch answer {
        case .token(let token): serve(token, reader.need, target: reader.target)
        case .consentRequired(let failure?), .misconfigured(let failure), .unavailable(let failure, _):
            checkTexts(failure)
        case .noSuchToken where configured[reader.account]?.targets.contains(reader.target) == true:
            fail("a reader of a token that is configured was told that there is none")
        default: break
        }
        if case .noSuchAccount = answer, configured[reader.account] != nil {
            fail("a reader of an account that is configured was told that there is none")
        }
    }

    mutating func serve(_ token: ServedToken, _ need: ReaderNeed, target: Int) {
        served += 1
        if ModelToken(token.accessToken)?.target != target { fail("a reader got another token than it asked for") }
        if ModelToken(token.accessToken)?.isAlive(at: now) != true { fail("a dead token was served") }
        if !token.satisfies(need, at: now) { fail("a reader got less than it asked for") }
    }

    private mutating func take(_ event: GrantEvent, of account: Int) {
        switch event {
        case .refreshed: refreshes += 1
        case .consentRequired(let failure) where failure.code != .noRefreshToken:
            checkTexts(failure)
            let machine = book?.account(Cast.name(account))?.machine
            if let token = ModelToken(machine?.grant?.refreshToken), accepts(token) {
                fail("consent is asked for while the server would take the refresh token")
            }
        case .misconfigured(let failure):
            checkTexts(failure)
            if account != Cast.own, failure.code == .invalidScope || failure.code == .invalidRequest {
                fail("a refresh that is refused because of its scope isn't tried without")
            }
        case .refreshFailed(let failure, _, _), .refusedWithoutReason(let failure): checkTexts(failure)
        case .saveFailed:
            guard let machine = book?.account(Cast.name(account))?.machine else { break }
            stories[account].refused.formUnion(machine.grant.map { [$0.accessToken] } ?? [])
            stories[account].refused.formUnion(machine.furtherAccessTokens)
        case .lost: forgetLost(account)
        default: break
        }
    }

    private mutating func take(_ outcome: GrantBook.ConsentOutcome, of id: CallID) {
        guard let consent = keptConsents.removeValue(forKey: id) else { return fail("a consent was answered twice") }
        let story = stories[consent.grantee.account]
        guard outcome == .accountChanged, let token = ModelToken(consent.refreshToken) else { return }
        // The consent's tokens are dropped unless they were being written, and the grant that they would have replaced
        // may come back.
        if story.oldest[token.grantee] == token.number {
            stories[consent.grantee.account].oldest[token.grantee] = min(consent.oldest ?? 0, token.number)
            stories[consent.grantee.account].oldestFurther[token.grantee] = consent.oldestFurther
        }
        if story.received[token.grantee]?.number == token.number {
            stories[consent.grantee.account].received[token.grantee] = nil
        }
    }

    private mutating func take(_ outcome: GrantBook.LogoutOutcome, of id: CallID) {
        guard let grantee = logouts.removeValue(forKey: id) else { return fail("a logout was answered twice") }
        if (outcome.failure == nil) != (disk.files[Cast.name(grantee.account)] == nil) {
            fail("a logout that fails says that it didn't, or the reverse")
        }
        if let token = ModelToken(outcome.grant?.refreshToken) {
            servers[token.grantee % 2].end(token, at: now)
        } else {
            // A grant that could not be read can't be revoked.
            stories[grantee.account].received[grantee.number] = nil
        }
    }

    /// The book has reported a grant as lost: tokens that neither the book nor the disk has are not expected any more,
    /// and the grant that the lost one has replaced may come back.
    private mutating func forgetLost(_ account: Int) {
        let name = Cast.name(account)
        let file = disk.usable(name)?.kept
        let onDisk = file?.grant
        let held = [book?.account(name)?.machine.grant?.refreshToken, onDisk?.refreshToken]
        for (grantee, token) in stories[account].received where !held.contains(token.secret) {
            stories[account].received[grantee] = nil
        }
        if let kept = ModelToken(onDisk?.accessToken), stories[account].oldest[kept.grantee] != Story.loggedOut {
            let story = stories[account]
            let further = story.oldestFurther[kept.grantee] ?? story.oldest[kept.grantee] ?? 0
            let others = file?.further.values.compactMap { ModelToken($0.accessToken)?.number } ?? []
            stories[account].oldestFurther[kept.grantee] = others.reduce(min(further, kept.number), min)
            stories[account].oldest[kept.grantee] = kept.number
        }
    }
}

extension GrantBook {
    fileprivate mutating func apply(
        _ event: (inout GrantBook, Moment) -> [BookAction], _ now: Moment
    ) -> [BookAction] {
        event(&self, now)
    }
}
