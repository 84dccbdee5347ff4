import APIContract
import APIServer
import Accounts
import AuthorizationClient
import Failures
import FoundationEssentials
import Glibc
import Grants
import OAuth
import Text
import VendorInterface

/// The daemon's API as the socket serves it.
struct DaemonAPI: Sendable {
    let keeper: GrantKeeper
    let consents: Consents
    let reloader: Reloader
    let keys: KeyHolder?
    let policy: SandboxPolicy
    let readLog: ReadLog
    let vendors: [any VendorService]
    let revocation: Revocation
    let catalogue: ProviderCatalogue
    let time: any Timekeeper
    let started: Instant
    let events: EventBus
    let stream: EventStream
    let counts: EventCounts
    let tokenFiles: TokenFiles
    let registrations: Registrations
    /// nil where nothing is shared with other hosts.
    let presence: FleetPresence?
    let register: WatchedRegister?
    let refusedTokens = RefusedTokens()
    let idTokenRefreshes = RefusedTokens()

    /// Called on the event loop, so it must not block. `answer` is called once, now or later, from any thread.
    ///
    /// Returns a function to call when the reader hangs up; nil if the reader has already been answered.
    @Sendable func token(
        _ query: TokenQuery, _ caller: Caller, _ answer: @escaping @Sendable (Result<HandedToken, Problem>) -> Void
    ) -> (@Sendable () -> Void)? {
        guard let key = TokenKey(query).map(keeper.known) else {
            answer(.failure(.malformedToken(query)))
            return nil
        }
        return read(key, query, caller, answer)
    }

    private func read(
        _ key: TokenKey, _ query: TokenQuery, _ caller: Caller,
        _ answer: @escaping @Sendable (Result<HandedToken, Problem>) -> Void
    ) -> (@Sendable () -> Void)? {
        let published = keeper.published(key)
        let need = ReaderNeed(
            validity: .seconds(query.minTTL), newerThan: query.isFresh ? published?.version ?? 0 : nil)
        let now = time.instant()
        if let published, published.satisfies(need, at: now) {
            answer(.success(hand(published, of: key, to: caller, at: now)))
            return nil
        }
        let id = keeper.read(key, need, wait: .seconds(query.wait)) { answer(self.result($0, of: key, for: caller)) }
        guard let id else { return nil }
        return { keeper.abandon(id, of: key.account) }
    }

    /// Answers with a newer token than the refused one. If that is a current one, it is refreshed, though not again
    /// and again. As for `token`.
    @Sendable func replace(
        _ refused: String, _ query: TokenQuery, _ caller: Caller,
        _ answer: @escaping @Sendable (Result<HandedToken, Problem>) -> Void
    ) -> (@Sendable () -> Void)? {
        var query = query
        let current = keeper.account(query.account)?.machine.current(Secret(refused))
        if current != nil {
            if let wait = refusedTokens.take(query.account, at: time.instant()) {
                answer(.failure(.refusedAgain(query.account, retryAfter: wait)))
                return nil
            }
            query.isFresh = true
        }
        return read(TokenKey(account: query.account, token: current ?? .main), query, caller, answer)
    }

    /// Notes who reads before the token is handed out: a process may end with its answer.
    private func hand(_ token: ServedToken, of key: TokenKey, to caller: Caller, at now: Instant) -> HandedToken {
        readLog.note(caller, of: key.account, at: now)
        return HandedToken(token, now: now)
    }

    private func result(
        _ outcome: ReaderAnswer, of key: TokenKey, for caller: Caller
    ) -> Result<HandedToken, Problem> {
        switch outcome {
        case .token(let token): .success(hand(token, of: key, to: caller, at: time.instant()))
        case .noSuchToken: .failure(missing(key))
        default: .failure(Problem.unread(outcome, key) ?? missing(key.account))
        }
    }

    func health() -> HealthReport {
        let accounts = keeper.accounts
        return HealthReport(
            status: "ok", version: Version.current, accounts: accounts.count,
            unsaved: accounts.count { $0.machine.saveFailure != nil },
            uptime: (time.now().instant - started).wholeSeconds, sandboxedCallers: policy.state,
            pid: getpid())
    }

    func accounts() -> AccountList {
        let accounts = keeper.accounts
        let persons = Persons(accounts)
        return AccountList(accounts: accounts.map { report($0, persons) } + lockedAccounts)
    }

    func metrics() -> String {
        let uptime = (time.now().instant - started).wholeSeconds
        return Metrics(
            keeper.accounts, accounts().accounts, events: counts.all, register: register?.tally, uptime: uptime
        ).text
    }

    func account(_ name: String) -> Result<AccountReport, Problem> {
        guard let account = keeper.account(name) else {
            return lockedAccounts.first { $0.account == name }.map { .success($0) } ?? .failure(missing(name))
        }
        return .success(report(account, Persons(keeper.accounts)))
    }

    func startConsent(_ account: String, _ request: ConsentRequest) async -> Result<ConsentReport, Problem> {
        // A lock that is under way has ended the pending consents, and still waits for what they have led to.
        if let lock = keys?.lock { return .failure(Problem(lock)) }
        guard let kept = keeper.account(account) else { return .failure(missing(account)) }
        guard request.isWellFormed else { return .failure(.malformedConsent) }
        let demands = ConsentDemands(request, after: kept.machine.demandingFailure)
        switch await consents.start(kept.settings, flow: request.flow.map(Consent.Flow.init), demands: demands) {
        case .success(let consent): return .success(report(consent))
        case .failure(let failure): return .failure(.notStarted(failure, account: account))
        }
    }

    /// Returns once the consent is over, or after `wait` seconds with its state.
    func consent(_ account: String, wait: Int) async -> Result<ConsentReport, Problem> {
        let consent =
            wait > 0
            ? await consents.consent(of: account, wait: .seconds(wait)) : consents.consent(of: account)
        return consent.map { .success(report($0)) } ?? .failure(noConsent(account))
    }

    func cancelConsent(_ account: String, leaves: Bool = false) async -> Result<ConsentReport, Problem> {
        let cancelled = leaves ? consents.leave(account) : consents.cancel(account)
        return cancelled.map { .success(report($0)) } ?? .failure(noConsent(account))
    }

    func takeRedirect(_ account: String, _ pasted: PastedRedirect) async -> Result<ConsentReport, Problem> {
        switch await consents.paste(pasted.redirect, takesCode: pasted.takesCode ?? true, of: account) {
        case .success(let consent): return .success(report(consent))
        case .failure(let failure) where failure.code == .noConsentPending: return .failure(noConsent(account))
        case .failure(let failure): return .failure(Problem(failure))
        }
    }

    func refresh(_ account: String, wait: Int) async -> Result<AccountReport, Problem> {
        let answer = await keeper.refreshNow(account, wait: .seconds(wait))
        if case .token = answer { return self.account(account) }
        return .failure(.unread(answer, account: account) ?? missing(account))
    }

    /// Lets this host refresh although another one has begun to.
    func take(_ account: String) async -> Result<AccountReport, Problem> {
        guard keeper.account(account) != nil else { return .failure(missing(account)) }
        guard keeper.share(account) != nil else { return .failure(.notShared(account)) }
        guard await keeper.take(account) else { return .failure(.noClaim(account)) }
        return self.account(account)
    }

    /// Forgets the grant at once, then revokes it at the server. If its file can't be removed, that is a failure
    /// whatever the server answers.
    func logout(_ account: String) async -> Result<AccountReport, Problem> {
        guard let known = keeper.account(account) else { return .failure(missing(account)) }
        // Otherwise a browser tab that is still open could log the user in again.
        consents.cancel(account)
        let outcome = await keeper.logout(account)
        for vendor in vendors { await vendor.forget(account) }
        var told: RevocationReport?
        if let grant = outcome.grant {
            told = RevocationReport(
                await revocation.revoke(grant, further: outcome.further, settings: known.settings))
        }
        if let failure = outcome.failure { return .failure(.fileStays(account, failure, told)) }
        let obstacle = outcome.grant == nil ? nil : await keeper.registerObstacle(known.settings)
        return self.account(account).map { [told] report in
            var report = report
            report.revocation = told
            if let obstacle {
                report.share?.unpublished = true
                report.share?.problem = FailureReport(obstacle)
            }
            return report
        }
    }

    func proof(_ account: String, _ request: ProofRequest) async -> Result<ProofAnswer, Problem> {
        guard let known = keeper.account(account) else { return .failure(missing(account)) }
        guard let grant = known.machine.grant, let stored = grant.proofKey else {
            return .failure(.noProofKey(known.settings))
        }
        guard let method = request.checkedMethod, let url = try? EndpointURL(request.url) else {
            return .failure(.malformedProof)
        }
        let token = keeper.board.token(of: TokenKey(account: account))?.accessToken
        var random = SystemRandomNumberGenerator()
        do throws(SigningFault) {
            let proof = try await PossessionProof.make(
                method: method, url: url.text, key: SigningKey(stored: stored), nonce: request.nonce,
                accessToken: token, now: time.now().wall, using: &random)
            return .success(ProofAnswer(account: account, proof: proof.expose(), isBound: token != nil))
        } catch {
            return .failure(
                Problem(
                    .internalError, "\(account): \(error)"))
        }
    }

    func reload() async -> Result<ReloadReport, Problem> {
        await reloader.reload().answer
    }

    private func report(_ account: GrantKeeper.Account, _ persons: Persons) -> AccountReport {
        let now = time.now()
        let consent = consents.consent(of: account.settings.name)
        let pending = consent.flatMap { $0.state.isOver ? nil : $0 }
        var report = AccountReport(
            account, consent: pending.map { ConsentReport($0, now: now) }, catalogue: catalogue, now: now)
        report.sameUserAs = persons.others(than: account.settings.name, with: account.machine.grant?.identity)
        report.tokenFiles = tokenFiles.reports(of: account.settings.name)
        report.share = keeper.share(account.settings.name).map { ShareReport($0, now: now) }
        return report
    }

    private func report(_ consent: Consent) -> ConsentReport {
        var report = ConsentReport(consent, now: time.now())
        if let identity = consent.grant?.identity {
            report.sameUserAs = Persons(keeper.accounts).others(than: consent.account, with: identity)
        }
        return report
    }

    func missing(_ name: String) -> Problem {
        if let lock = keys?.lock { return Problem(lock) }
        let names = keeper.accounts.map(\.settings.name)
        return .noSuchAccount(name, near: NearestName.near(name, in: names), isEmpty: names.isEmpty)
    }

    /// The account has no such token.
    private func missing(_ key: TokenKey) -> Problem {
        guard let account = keeper.account(key.account), case .named(let name) = key.token else {
            return missing(key.account)
        }
        return .noSuchToken(name, of: key.account, among: account.settings.tokens.keys.sorted())
    }

    private func noConsent(_ account: String) -> Problem {
        keeper.account(account) == nil ? missing(account) : .noConsent(account)
    }
}
