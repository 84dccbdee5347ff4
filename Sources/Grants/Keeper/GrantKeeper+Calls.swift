package import Accounts
package import Failures
import OAuth
import Synchronization

/// The calls that other modules make to the keeper.
extension GrantKeeper {
    /// Applies a configuration, and returns once its accounts are loaded; may be called before `run`. Where several
    /// calls overlap, the newest configuration counts for every account.
    package func configure(_ settings: [String: AccountSettings]) async -> Change {
        let keys = settings.filter { $0.value.flow == .clientCredentials && $0.value.provesPossession }
            .compactMapValues { _ in SigningKey.make().stored }
        let (changes, tell) = AsyncStream.makeStream(of: Change.self)
        happen { state, now in
            let id = CallID(number: state.nextID())
            state.callers[id] = { if case .configured(_, let change) = $0 { tell.yield(change) } }
            return state.book.configure(settings, keys: keys, call: id, now: now)
        }
        // A daemon loads its accounts before it runs.
        while let call = state.withLock({ $0.takeStoreCall() }) { await work(call) }
        for await change in changes { return change }
        return Change()
    }

    /// Stores the grant of a consent that was given for these settings. Returns once it is stored, or can't be.
    package func consented(_ grant: Grant, settings: AccountSettings) async -> ConsentOutcome {
        await call { book, id, now in
            book.consented(grant, settings: settings, call: id, now: now)
        } outcome: {
            if case .consented(_, let outcome) = $0 { outcome } else { nil }
        } ?? .accountChanged
    }

    /// Forgets the grant, and returns it for the revocation at the server once the store has erased it, or has failed
    /// to. The tokens of a refresh that ends after the logout are revoked.
    package func logout(_ name: String) async -> LogoutOutcome {
        await call { book, id, now in
            book.logout(name, call: id, now: now)
        } outcome: {
            if case .loggedOut(_, let outcome) = $0 { outcome } else { nil }
        } ?? LogoutOutcome()
    }

    /// Returns once no refresh and no call to the store is under way, also of accounts that were taken out. Needs `run`.
    package func settle() async {
        _ = await call { book, id, now in
            book.settle(call: id, now: now)
        } outcome: {
            if case .settled = $0 { true } else { nil }
        }
    }

    /// Starts an event and waits for the action that ends it, from which `outcome` takes the result.
    private func call<Outcome: Sendable>(
        _ event: (inout GrantBook, CallID, Moment) -> [BookAction],
        outcome: @escaping @Sendable (BookAction) -> Outcome?
    ) async -> Outcome? {
        await withCheckedContinuation { continuation in
            happen { state, now in
                let id = CallID(number: state.nextID())
                state.callers[id] = { continuation.resume(returning: outcome($0)) }
                return event(&state.book, id, now)
            }
        }
    }

    /// Asks the register that hosts share for the account's grant. Returns why other hosts don't learn of a consent or a
    /// logout on this one; nil if they do, or if the grant isn't shared.
    package func registerObstacle(_ settings: AccountSettings) async -> Failure? {
        guard let register, state.withLock({ $0.book.isShared(settings) }) else { return nil }
        let key = ShareKey(account: settings.name, binding: GrantBinding(settings))
        switch await register.perform(RegisterCall(key: key, request: .read, number: 0)).0 {
        case .read(let reading), .changed(let reading):
            guard case .unusable(let failure) = reading.content else { return nil }
            return failure
        case .written: return nil
        case .failed(let failure): return .storeUnreachable(failure, at: time.now())
        }
    }

    /// Lets this host take over the claim that another host has on the account's refresh. Returns whether there was one.
    package func take(_ name: String) async -> Bool {
        await call { book, id, now in
            book.take(name, call: id, now: now)
        } outcome: {
            if case .taken(_, let isTaken) = $0 { isTaken } else { nil }
        } ?? false
    }

    // MARK: - Readers

    /// Takes a reader whose need the board doesn't meet. `answer` is called once, from any thread, after `wait` at the
    /// latest. Returns nil where it was called already.
    @discardableResult
    package func read(
        _ key: TokenKey, _ need: ReaderNeed, wait: Duration, answer: @escaping @Sendable (ReaderAnswer) -> Void
    ) -> ReaderID? {
        ask(answer) { book, id, now in
            book.read(key, need, id: id, deadline: now.instant + wait, now: now)
        }
    }

    /// The key under which the token is published: one of the configuration, where it has what was asked for.
    package func known(_ key: TokenKey) -> TokenKey {
        guard case .scoped = key.token else { return key }
        return state.withLock { $0.book.known(key) }
    }

    /// The published token. A token that the configuration doesn't name is only refreshed as long as it is read.
    package func published(_ key: TokenKey) -> ServedToken? {
        guard case .scoped = key.token else { return board.token(of: key) }
        let (token, isFirst) = board.readToken(of: key)
        if isFirst { happen { $0.book.noteRead(key, now: $1) } }
        return token
    }

    /// Refreshes at the request of a user.
    package func refreshNow(_ name: String, wait: Duration) async -> ReaderAnswer {
        await withCheckedContinuation { continuation in
            ask({ continuation.resume(returning: $0) }) { book, id, now in
                book.refreshNow(name, id: id, deadline: now.instant + wait, now: now)
            }
        }
    }

    @discardableResult
    private func ask(
        _ answer: @escaping @Sendable (ReaderAnswer) -> Void,
        _ event: (inout GrantBook, ReaderID, Moment) -> [BookAction]
    ) -> ReaderID? {
        var id = ReaderID(number: 0)
        happen { state, now in
            id.number = state.nextID()
            state.readers[id] = answer
            return event(&state.book, id, now)
        }
        return state.withLock { [id] in $0.readers[id] == nil } ? nil : id
    }

    /// Forgets a reader that has hung up.
    package func abandon(_ id: ReaderID, of name: String) {
        happen { state, now in
            state.readers[id] = nil
            return state.book.abandon(id, of: name, now: now)
        }
    }

    /// Tells every waiting reader that the daemon is stopping. Consents still wait for their grants to be stored.
    package func dismissReaders() {
        happen { $0.book.dismissReaders(now: $1) }
    }

    // MARK: - Time

    /// Reports that the requested time has come.
    package func wake() {
        happen { $0.book.wake(now: $1) }
    }

    /// Reports that the machine was asleep, or that its wall clock jumped.
    package func resume() {
        happen { $0.book.resume(now: $1) }
    }

    /// Starts no further refresh, and ends `run` once the refreshes under way have ended and are on disk, because a
    /// rotated refresh token must not be lost. Grants that the disk has refused are written once more; see `unsaved`.
    package func drain() {
        happen { $0.book.drain(now: $1) }
    }

    // MARK: - Queries

    /// The account as it is now; nil where there is none.
    package func account(_ name: String) -> Account? {
        state.withLock { $0.book.account(name) }
    }

    /// What is known of the account in the register that hosts share; nil where it isn't shared.
    package func share(_ name: String) -> ShareState? {
        state.withLock { $0.book.share(name, now: time.now()) }
    }

    /// All accounts, by name.
    package var accounts: [Account] {
        state.withLock { $0.book.all }
    }

    /// The accounts whose newest grant is only in memory, with the reason: the grant is lost where the process ends.
    package var unsaved: [String: Failure] {
        state.withLock { $0.book.unsaved(now: time.now()) }
    }
}
