import Accounts
import Failures
import OAuth

/// Readers that wait for a token. Each is answered once.
extension GrantBook {
    /// Takes a reader whose need the published token doesn't meet. It is answered by `deadline` at the latest.
    package mutating func read(
        _ key: TokenKey, _ need: ReaderNeed, id: ReaderID, deadline: Instant, now: Moment
    ) -> [BookAction] {
        let token = known(key).token
        return ask(key.account, id, now: now) { $0.read(need, of: token, id: id, deadline: deadline, now: now) }
    }

    /// The key under which the token is known: where the account itself or a token that is configured has the scope and
    /// the resource that were asked for, it is that one.
    func known(_ key: TokenKey) -> TokenKey {
        guard case .scoped = key.token, let settings = accounts[key.account]?.value.settings else { return key }
        return TokenKey(account: key.account, token: settings.known(key.token))
    }

    /// Notes that a reader has got the published token, whose refresh depends on readers.
    package mutating func noteRead(_ key: TokenKey, now: Moment) -> [BookAction] {
        event(now: now) { book in
            guard book.stage == .running, book.accounts[key.account] != nil else { return }
            book.happen(to: key.account, now: now) { $0.noteRead(key.token, now: now) }
        }
    }

    /// Refreshes at the request of a user.
    package mutating func refreshNow(_ name: String, id: ReaderID, deadline: Instant, now: Moment) -> [BookAction] {
        ask(name, id, now: now) { $0.refreshNow(id: id, deadline: deadline, now: now) }
    }

    private mutating func ask(
        _ name: String, _ id: ReaderID, now: Moment, _ ask: (inout GrantMachine) -> [GrantAction]
    ) -> [BookAction] {
        event(now: now) { book in
            if book.accounts[name] == nil { return book.act(.answer([id], .noSuchAccount)) }
            guard book.stage == .running else { return book.act(.answer([id], .stopping(at: now))) }
            book.happen(to: name, now: now, ask)
        }
    }

    /// Forgets a reader that has hung up; it isn't answered.
    package mutating func abandon(_ id: ReaderID, of name: String, now: Moment) -> [BookAction] {
        event(now: now) { $0.accounts[name]?.value.machine.abandon(id) }
    }

    /// Tells every waiting reader that the daemon is stopping.
    package mutating func dismissReaders(now: Moment) -> [BookAction] {
        event(now: now) { $0.answerReaders(.stopping(at: now), now: now) }
    }

    mutating func answerReaders(_ answer: ReaderAnswer, now: Moment) {
        for name in accounts.keys.sorted() where accounts[name]?.value.machine.readers.isEmpty == false {
            happen(to: name, now: now) { $0.answerAll(answer) }
        }
    }
}

extension AccountSettings {
    /// The token of the account that has the scope and the resource that were asked for; else the token itself.
    fileprivate func known(_ token: TokenKey.Token) -> TokenKey.Token {
        guard case .scoped(let scope, let resource) = token else { return token }
        func isSame(_ other: TokenTarget) -> Bool {
            other.scope.sorted == scope.sorted && other.resource == resource && other.audience == nil
        }
        if isSame(TokenTarget(scope: self.scope)) { return .main }
        return self.tokens.sorted { $0.key < $1.key }.first { isSame($0.value) }.map { .named($0.key) } ?? token
    }
}

extension ReaderAnswer {
    static func stopping(at now: Moment) -> ReaderAnswer {
        .unavailable(
            Failure(.stopping, "the daemon is stopping", at: now.wall), retryAfter: .seconds(1))
    }
}
