import Accounts
import Failures

/// A reader that waits for a token.
struct WaitingReader: Sendable {
    var id: ReaderID
    var need: ReaderNeed
    var deadline: Instant
    /// Whether a user asks for a refresh, however fresh the token is.
    var isRefresh = false
    var token = TokenKey.Token.main
}

extension GrantMachine {
    /// The number of readers that wait for a token.
    package var waiting: Int { readers.count }

    /// Takes a reader that the published token doesn't satisfy: it is answered now, or waits until `deadline`.
    package mutating func read(
        _ need: ReaderNeed, of token: TokenKey.Token = .main, id: ReaderID, deadline: Instant, now: Moment
    ) -> [GrantAction] {
        if token != .main {
            return readFurther(WaitingReader(id: id, need: need, deadline: deadline, token: token), now: now)
        }
        if let token = published, token.satisfies(need, at: now.instant) { return [.answer([id], .token(token))] }
        if let lifetime = grant?.lifetime, grant?.isUsable == true, need.validity > .zero, lifetime <= need.validity {
            return [.answer([id], .tooShortLived(lifetime))]
        }
        switch phase {
        case .empty: return [.answer([id], .consentRequired(emptiness))]
        case .consentRequired(_, let failure): return [.answer([id], .consentRequired(failure))]
        case .misconfigured(_, let failure, _): return [.answer([id], .misconfigured(failure))]
        case .active(let grant, _) where !grant.isRefreshable:
            return [.answer([id], .consentRequired(.noRefreshToken(account, at: now.wall)))]
        case .active:
            enqueue(WaitingReader(id: id, need: need, deadline: deadline))
            return startRefresh(now: now) + answerLateReaders(now: now)
        case .backingOff(_, let trouble, let until) where until > deadline:
            return [.answer([id], .unavailable(trouble.failure, retryAfter: until - now.instant))]
        case .refreshing where obstacle.map({ $0.until > deadline }) == true:
            return hindered(id, now: now)
        case .loading, .backingOff, .refreshing, .saving:
            enqueue(WaitingReader(id: id, need: need, deadline: deadline))
            return answerLateReaders(now: now)
        }
    }

    /// Refreshes at the request of a user: at once, even where a consent is required or the configuration was found
    /// wrong.
    package mutating func refreshNow(id: ReaderID, deadline: Instant, now: Moment) -> [GrantAction] {
        if isLoading {
            enqueue(WaitingReader(id: id, need: ReaderNeed(), deadline: deadline, isRefresh: true))
            return answerLateReaders(now: now)
        }
        guard let grant else { return [.answer([id], .consentRequired(emptiness))] }
        guard grant.isRefreshable else {
            return [.answer([id], .consentRequired(.noRefreshToken(account, at: now.wall)))]
        }
        retryFurther(now: now)
        // After the flight of a further token, the refresh of the account's own one is started whatever its phase.
        enqueue(
            WaitingReader(
                id: id, need: ReaderNeed(newerThan: published?.version), deadline: deadline,
                isRefresh: further?.flight != nil))
        return startRefresh(now: now)
    }

    /// Forgets a reader that has hung up.
    package mutating func abandon(_ id: ReaderID) {
        readers.removeAll { $0.id == id }
        if readers.isEmpty { earliestDeadline = .distantFuture }
    }

    mutating func enqueue(_ reader: WaitingReader) {
        readers.append(reader)
        earliestDeadline = min(earliestDeadline, reader.deadline)
    }

    /// Takes over the readers that wait at another machine of the same account.
    mutating func enqueue(readersOf other: GrantMachine) {
        for reader in other.readers { enqueue(reader) }
    }

    /// Evaluates the waiting readers again, after a grant has arrived or changed.
    mutating func readWaiting(now: Moment) -> [GrantAction] {
        let waiting = readers
        (readers, earliestDeadline) = ([], .distantFuture)
        return waiting.flatMap { reader in
            reader.isRefresh
                ? refreshNow(id: reader.id, deadline: reader.deadline, now: now)
                : read(reader.need, of: reader.token, id: reader.id, deadline: reader.deadline, now: now)
        }
    }

    /// Answers the readers whose deadline has passed.
    mutating func answerLateReaders(now: Moment) -> [GrantAction] {
        guard earliestDeadline <= now.instant else { return [] }
        let pause = max(.seconds(1), (nextRefresh ?? now.instant) - now.instant)
        let work = isLoading ? "the stored grant is being read" : "a refresh is under way"
        let failure =
            lastFailure
            ?? Failure(
                .refreshing, "\(work) and has not ended in time", hint: "try again in a moment, or wait longer",
                at: now.wall)
        return answerLateReadersOfFurther(now: now)
            + answer(readersUntil: now.instant, .unavailable(failure, retryAfter: pause))
    }

    /// Answers the readers of further tokens that wait because of a failure of their own.
    private mutating func answerLateReadersOfFurther(now: Moment) -> [GrantAction] {
        var actions: [GrantAction] = []
        for token in further?.tokens ?? [] {
            guard let trouble = token.trouble, let due = token.due else { continue }
            let answer = ReaderAnswer.unavailable(trouble.failure, retryAfter: max(.seconds(1), due - now.instant))
            actions += self.answer(readersUntil: now.instant, answer) { $0 == token.name }
        }
        return actions
    }

    /// Answers the readers of the account's own token, or of a further one, with the new token.
    mutating func answerReaders(
        with token: ServedToken, of name: TokenKey.Token = .main, now: Moment
    ) -> [GrantAction] {
        var served: [ReaderID] = []
        var short: [ReaderID] = []
        takeReaders { reader in
            guard reader.token == name, !reader.isRefresh else { return false }
            let serves = token.satisfies(reader.need, at: now.instant)
            if serves { served.append(reader.id) } else { short.append(reader.id) }
            return true
        }
        // The token is new: a reader that it doesn't satisfy won't be satisfied by the next one either.
        let lifetime = (token.expires ?? now.instant) - now.instant
        return [.answer(served, .token(token)), .answer(short, .tooShortLived(lifetime))].filter(\.isWorthwhile)
    }

    mutating func answerAll(_ answer: ReaderAnswer) -> [GrantAction] {
        self.answer(readersUntil: .distantFuture, answer)
    }

    /// Answers those for whom a failure of the account's own token is final. Where only its scope or resource is
    /// refused, these are the readers of this token.
    mutating func answerAll(_ answer: ReaderAnswer, after failure: Failure, now: Moment) -> [GrantAction] {
        guard failure.isOfTarget else { return answerAll(answer) }
        return self.answer(readersUntil: .distantFuture, answer) { $0 == .main } + resumeReaders(now: now)
    }

    mutating func answer(readersBefore instant: Instant, _ answer: ReaderAnswer) -> [GrantAction] {
        self.answer(readersUntil: Instant(nanoseconds: instant.nanoseconds - 1), answer)
    }

    private mutating func answer(
        readersUntil instant: Instant, _ answer: ReaderAnswer, of isMeant: (TokenKey.Token) -> Bool = { _ in true }
    ) -> [GrantAction] {
        var ids: [ReaderID] = []
        takeReaders { reader in
            guard reader.deadline <= instant, isMeant(reader.token) else { return false }
            ids.append(reader.id)
            return true
        }
        return ids.isEmpty ? [] : [.answer(ids, answer)]
    }

    private mutating func takeReaders(where isTaken: (WaitingReader) -> Bool) {
        readers.removeAll(where: isTaken)
        earliestDeadline = readers.map(\.deadline).min() ?? .distantFuture
    }
}

extension GrantAction {
    fileprivate var isWorthwhile: Bool {
        if case .answer(let ids, _) = self { !ids.isEmpty } else { true }
    }
}
