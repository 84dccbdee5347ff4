package import APIContract
package import APIServer
import Failures
package import MicrosoftAdvertisingContract
import Synchronization

/// A daemon whose accounts' names say what it answers: `ads` and `mail` have a grant, `late` keeps everybody waiting,
/// and the others are in one kind of trouble each. There is no other account.
package final class FakeDaemon: DaemonInterface {
    private struct State {
        var held: [@Sendable (Result<HandedToken, Problem>) -> Void] = []
        var tokens: [String: String] = ["ads": "token-of-ads", "mail": "token-of-mail"]
        var ends: [ConsentState] = []
        var hasConsented = false
    }

    /// Each call in words, and each reader that hung up.
    package let calls: AsyncStream<String>
    private let called: AsyncStream<String>.Continuation
    private let state = Mutex(State())

    package init() {
        (calls, called) = AsyncStream.makeStream()
    }

    package func hand(out token: String, of account: String) {
        state.withLock { $0.tokens[account] = token }
    }

    /// What the next looks at a consent find, one after the other; the last one stays.
    package func consents(become ends: [ConsentState]) {
        state.withLock { $0.ends = ends }
    }

    /// The user has consented: no consent can be cancelled any more.
    package func refuseCancels() {
        state.withLock { $0.hasConsented = true }
    }

    /// Gives all who wait for `late` their token.
    package func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for answer in held { answer(.success(.example("token-of-late"))) }
    }

    /// Waits until the daemon has been called so.
    package func call(_ expected: String) async {
        for await call in calls where call == expected { return }
    }

    /// All calls so far; for a daemon that is called no more.
    package func allCalls() async -> [String] {
        called.finish()
        return await calls.reduce(into: []) { $0.append($1) }
    }

    package func token(
        _ query: TokenQuery, answer: @escaping @Sendable (Result<HandedToken, Problem>) -> Void
    ) -> (@Sendable () -> Void)? {
        let name = query.account
        if name == "late" { state.withLock { $0.held.append(answer) } }
        note("token \(name) min_ttl=\(query.minTTL) fresh=\(query.isFresh) wait=\(query.wait)")
        if name == "late" { return { self.note("hung up: \(name)") } }
        let token = state.withLock { $0.tokens[name] }
        answer(result(name, .example(token ?? "")))
        return nil
    }

    package func health() -> HealthReport {
        note("health")
        return HealthReport(status: "ok", version: "9.8.7", accounts: 2, unsaved: 1, uptime: 77)
    }

    package func accounts() -> AccountList {
        note("accounts")
        return AccountList(accounts: [.example("ads"), .example("mail")])
    }

    package func account(_ name: String) -> Result<AccountReport, Problem> {
        note("account \(name)")
        return result(name, .example(name))
    }

    package func startConsent(_ account: String, _ request: ConsentRequest) async -> Result<ConsentReport, Problem> {
        note("start consent \(account) \(request.flow?.rawValue ?? "-")")
        return result(account, .example(account, flow: request.flow ?? .loopback))
    }

    package func consent(_ account: String, wait: Int) async -> Result<ConsentReport, Problem> {
        note("consent \(account) wait=\(wait)")
        if account == "late" {
            // Over where the task is cancelled, as any wait of the daemon's.
            let (never, end) = AsyncStream.makeStream(of: Never.self)
            defer { end.finish() }
            for await _ in never {}
            note("waited: \(account)")
        }
        let end = state.withLock { $0.ends.count > 1 ? $0.ends.removeFirst() : $0.ends.first }
        return result(account, .example(account, state: end ?? .pending))
    }

    package func cancelConsent(_ account: String) async -> Result<ConsentReport, Problem> {
        note("cancel consent \(account)")
        if state.withLock({ $0.hasConsented }) { return .failure(.example(.noConsentPending)) }
        return result(account, .example(account, state: .cancelled))
    }

    package func takeRedirect(_ account: String, _ pasted: PastedRedirect) async -> Result<ConsentReport, Problem> {
        note("take redirect \(account) \(pasted.redirect)")
        guard pasted.redirect != "nonsense" else { return .failure(.example(.malformedRequest)) }
        return result(account, .example(account, flow: .paste, state: .granted))
    }

    package func refresh(_ account: String, wait: Int) async -> Result<AccountReport, Problem> {
        note("refresh \(account) wait=\(wait)")
        return result(account, .example(account))
    }

    package func logout(_ account: String) async -> Result<AccountReport, Problem> {
        note("logout \(account)")
        return result(account, .example(account, state: .noGrant))
    }

    package func advertisingHeaders(_ query: TokenQuery) async -> Result<AdvertisingHeaders, Problem> {
        note("headers \(query.account) min_ttl=\(query.minTTL) fresh=\(query.isFresh) wait=\(query.wait)")
        return result(query.account, .example)
    }

    package func chooseCustomer(
        _ account: String, _ customer: AdvertisingCustomer
    ) async -> Result<AdvertisingCustomer, Problem> {
        note("choose \(account) \(customer.customerID) \(customer.customerAccountID)")
        return result(account, customer)
    }

    package func proof(_ account: String, _ request: ProofRequest) -> Result<ProofAnswer, Problem> {
        note("proof \(account) \(request.method) \(request.url)")
        return result(account, ProofAnswer(account: account, proof: "a.signed.proof", isBound: true))
    }

    package func reload() async -> Result<ReloadReport, Problem> {
        note("reload")
        return .success(ReloadReport(added: ["mail"], removed: [], changed: ["ads"], unchanged: ["late"]))
    }

    private func note(_ call: String) {
        called.yield(call)
    }

    private func result<Report>(_ name: String, _ report: Report) -> Result<Report, Problem> {
        switch name {
        case "ads", "mail", "late": .success(report)
        default: .failure(Problem.troubles[name] ?? .example(.noSuchAccount, near: ["ads", "late"]))
        }
    }
}
