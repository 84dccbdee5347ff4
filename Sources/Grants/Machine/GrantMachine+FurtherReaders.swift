import Accounts
import Failures
import OAuth

/// The readers of further tokens.
extension GrantMachine {
    /// Notes that the published token was read.
    package mutating func noteRead(_ token: TokenKey.Token, now: Moment) -> [GrantAction] {
        guard let index = further?.index(of: token) else { return [] }
        further?.tokens[index].isRead = true
        return startFurther(now: now)
    }

    /// Takes a reader of a further token that the published one doesn't satisfy.
    mutating func readFurther(_ reader: WaitingReader, now: Moment) -> [GrantAction] {
        let id = reader.id
        let known = further?.index(of: reader.token)
        if let known, let token = further?.tokens[known].published, token.satisfies(reader.need, at: now.instant) {
            further?.tokens[known].isRead = true
            return [.answer([id], .token(token))]
        }
        if known == nil, reader.token.askedTarget == nil { return [.answer([id], .noSuchToken)] }
        switch phase {
        case .empty: return [.answer([id], .consentRequired(emptiness))]
        case .consentRequired(_, let failure) where !failure.isOfTarget:
            return [.answer([id], .consentRequired(failure))]
        case .misconfigured(_, let failure, _) where !failure.isOfTarget:
            return [.answer([id], .misconfigured(failure))]
        case .backingOff(_, let trouble, let until) where until > reader.deadline:
            return [.answer([id], .unavailable(trouble.failure, retryAfter: until - now.instant))]
        case .refreshing where obstacle.map({ $0.until > reader.deadline }) == true:
            return hindered(id, now: now)
        case .active, .consentRequired, .misconfigured: return ask(for: reader, now: now)
        case .loading, .backingOff, .refreshing, .saving:
            if let known { further?.tokens[known].isRead = true }
            enqueue(reader)
            return answerLateReaders(now: now)
        }
    }

    private mutating func ask(for reader: WaitingReader, now: Moment) -> [GrantAction] {
        let id = reader.id
        guard let grant = freeGrant else {
            return [.answer([id], .consentRequired(.noRefreshToken(account, at: now.wall)))]
        }
        guard let index = index(of: reader.token, at: now.instant), let token = further?.tokens[index] else {
            return [.answer([id], .tooManyTokens)]
        }
        if let lifetime = token.held.flatMap({ grant.holding($0).lifetime }), reader.need.validity > .zero,
            lifetime <= reader.need.validity
        {
            return [.answer([id], .tooShortLived(lifetime))]
        }
        further?.tokens[index].isRead = true
        if let trouble = token.trouble, let due = token.due, due > now.instant {
            if trouble.isRefused { return [.answer([id], .refused(trouble.failure))] }
            if due > reader.deadline {
                return [.answer([id], .unavailable(trouble.failure, retryAfter: due - now.instant))]
            }
        } else {
            further?.tokens[index].due = now.instant
        }
        enqueue(reader)
        return startFurther(now: now) + answerLateReaders(now: now)
    }

    /// The token's place in the table; one that isn't configured is added.
    private mutating func index(of name: TokenKey.Token, at now: Instant) -> Int? {
        if let index = further?.index(of: name) { return index }
        guard let target = name.askedTarget else { return nil }
        var table = further ?? FurtherTokens()
        defer { further = table }
        return table.add(name, target, at: now)
    }
}

extension ReaderAnswer {
    /// The answer about a token that the authorization server refuses.
    static func refused(_ failure: Failure) -> ReaderAnswer {
        failure.meaning == .consentNeeded ? .consentRequired(failure) : .misconfigured(failure)
    }
}
