package import APIContract
package import APIServer
import Failures
import HTTPListener
import MicrosoftAdvertisingContract
import MicrosoftAdvertisingDaemon
import NIOCore
import Synchronization

/// A daemon whose answers depend on the account's name: `ads` and `mail` have a grant, `late` lets its readers wait,
/// and each of the others has one kind of trouble. There are no other accounts.
package final class FakeDaemon: Sendable {
    private struct State {
        var held: [@Sendable (Result<HandedToken, Problem>) -> Void] = []
        var tokens: [String: HandedToken] = [
            "ads": .example("token-of-ads"), "mail": .example("token-of-mail"),
        ]
        var ends: [ConsentState] = []
        var hasConsented = false
        var callers: [Caller] = []
        var key = KeyReport.example
    }

    /// A description of each call, and of each reader that has disconnected.
    package let calls: AsyncStream<String>
    private let called: AsyncStream<String>.Continuation
    private let state = Mutex(State())

    package init() {
        (calls, called) = AsyncStream.makeStream()
    }

    package func hand(out token: String, of account: String, type: String = "Bearer") {
        let handed = HandedToken.example(token, type: type)
        state.withLock { $0.tokens[account] = handed }
    }

    /// The states that the next reads of a consent return, one after the other; the last one stays.
    package func consents(become ends: [ConsentState]) {
        state.withLock { $0.ends = ends }
    }

    /// Ends the wait for the user, so that no consent can be cancelled any more.
    package func refuseCancels() {
        state.withLock { $0.hasConsented = true }
    }

    /// Makes the key of the stored grants open.
    package func openKey() {
        state.withLock { $0.key = KeyReport(kind: "file", state: .open) }
    }

    /// The callers that have asked for tokens.
    package var callers: [Caller] { state.withLock { $0.callers } }

    /// Forgets these callers.
    package func forgetCallers() {
        state.withLock { $0.callers = [] }
    }

    /// Sends everybody who waits for `late` a token.
    package func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for answer in held { answer(.success(.example("token-of-late"))) }
    }

    /// Waits until this call has been made.
    package func call(_ expected: String) async {
        for await call in calls where call == expected { return }
    }

    /// All calls so far. Later calls are not recorded.
    package func allCalls() async -> [String] {
        called.finish()
        return await calls.reduce(into: []) { $0.append($1) }
    }

    /// The routes of the daemon and of every vendor, answered by this fake daemon.
    package var routes: [Route] { accountRoutes + consentRoutes + keyRoutes + vendorRoutes }

    private var accountRoutes: [Route] {
        [
            .token { query, caller, answer in self.token(query, caller, answer) },
            .namedToken { query, caller, answer in self.token(query, caller, answer) },
            .refused { refused, query, caller, answer in
                self.token(query, caller, refused: refused, answer)
            },
            .authorization { query, caller, answer in self.token(query, caller, answer) },
            .idToken { query, caller, answer in
                self.token(query, caller) { result in
                    answer(
                        result.map { _ in
                            IDTokenAnswer(
                                account: query.account, idToken: "id-token-of-\(query.account)", expiresAt: .example)
                        })
                }
            },
            .events { _, query in
                self.note("events \(query.account ?? "-") \(query.after.map { "\($0)" } ?? "-")")
                return .success { try await $0.write(ByteBuffer(string: "event: example\n\n")) }
            },
            .metrics { _ in
                self.note("metrics")
                return "example 1\n"
            },
            .docker { _ in
                self.note("docker")
                return Examples.docker
            },
            .health { _ in
                self.note("health")
                return .example
            },
            .accounts { _ in
                self.note("accounts")
                return AccountList(accounts: [.example("ads"), .example("mail")])
            },
            .account { call throws(Problem) in
                try self.answer("account \(call.account)", call, .example(call.account))
            },
            .readers { call throws(Problem) in
                try self.answer("readers \(call.account)", call, .example(call.account))
            },
            .refresh { call, wait throws(Problem) in
                try self.answer("refresh \(call.account) wait=\(wait)", call, .example(call.account))
            },
            .store { _ in
                self.note("store")
                return .example
            },
            .take { call throws(Problem) in
                try self.answer("take \(call.account)", call, .example(call.account))
            },
            .logout { call throws(Problem) in
                try self.answer("logout \(call.account)", call, .example(call.account, state: .noGrant))
            },
            .proof { call, wish throws(Problem) in
                try self.answer("proof \(call.account) \(wish.method) \(wish.url)", call, .example(call.account))
            },
            .registration { call throws(Problem) in
                try self.answer("registration \(call.account)", call, .example(call.account))
            },
            .keepRegistration { call, new throws(Problem) in
                try self.answer("keep registration \(call.account) \(new.clientID)", call, .example(call.account))
            },
            .deleteRegistration { call throws(Problem) in
                try self.answer("delete registration \(call.account)", call, .example(call.account))
            },
            .reload { _ in
                self.note("reload")
                return ReloadReport(
                    added: ["mail"], removed: [], changed: ["ads"], unchanged: ["late"], notes: ["restart it"])
            },
        ]
    }

    private var keyRoutes: [Route] {
        [
            .key { _ in
                self.note("key")
                return self.state.withLock { $0.key }
            },
            .unlock { _, wish in
                self.note("unlock \(wish.passphrase ?? "-") \(wish.isNew ?? false)")
                return .example
            },
            .lock { _ in
                self.note("lock")
                return .example
            },
            .rotate { _, wish in
                self.note("rotate \(wish.passphrase ?? "-") \(wish.newPassphrase ?? "-")")
                return .example
            },
        ]
    }

    private var consentRoutes: [Route] {
        [
            .consent { call, wait throws(Problem) in try await self.consent(call, wait: wait) },
            .startConsent { call, wish throws(Problem) in
                try self.answer(
                    "start consent \(call.account) \(wish.flow?.rawValue ?? "-")", call,
                    .example(call.account, flow: wish.flow ?? .loopback))
            },
            .cancelConsent { call, leaves throws(Problem) in
                self.note("\(leaves ? "leave" : "cancel") consent \(call.account)")
                if self.state.withLock({ $0.hasConsented }) { throw .example(.noConsentPending) }
                return try self.result(call.account, .example(call.account, state: .cancelled)).get()
            },
            .takeRedirect { call, pasted throws(Problem) in
                self.note("take redirect \(call.account) \(pasted.redirect)")
                guard pasted.redirect != "nonsense" else { throw .example(.malformedRequest) }
                return try self.result(call.account, .example(call.account, flow: .paste, state: .granted)).get()
            },
        ]
    }

    private var vendorRoutes: [Route] {
        [
            .advertisingHeaders { call throws(Problem) in
                let wish = try CustomerWish.read(call).map { " for \($0.customerID) \($0.customerAccountID ?? "-")" }
                return try self.answer("headers \(self.words(TokenQuery(call)))\(wish ?? "")", call, .example)
            },
            .chooseCustomer { call, customer throws(Problem) in
                try self.answer(
                    "choose \(call.account) \(customer.customerID) \(customer.customerAccountID)", call, customer)
            },
        ]
    }

    private func token(
        _ query: TokenQuery, _ caller: Caller, refused: String? = nil,
        _ answer: @escaping @Sendable (Result<HandedToken, Problem>) -> Void
    ) -> (@Sendable () -> Void)? {
        let name = query.account
        state.withLock { state in
            state.callers.append(caller)
            if name == "late" { state.held.append(answer) }
        }
        note((refused.map { "refused \($0), " } ?? "") + "token \(words(query))")
        if name == "late" { return { self.note("hung up: \(name)") } }
        let token = state.withLock { $0.tokens[name] }
        answer(result(name, token ?? .example("")))
        return nil
    }

    private func consent(_ call: RouteCall, wait: Int) async throws(Problem) -> ConsentReport {
        note("consent \(call.account) wait=\(wait)")
        if call.account == "late" {
            // Ends when the task is cancelled, like any wait of the daemon.
            let (never, end) = AsyncStream.makeStream(of: Never.self)
            defer { end.finish() }
            for await _ in never {}
            note("waited: \(call.account)")
        }
        let end = state.withLock { $0.ends.count > 1 ? $0.ends.removeFirst() : $0.ends.first }
        return try result(call.account, .example(call.account, state: end ?? .pending)).get()
    }

    private func words(_ query: TokenQuery) -> String {
        let further = [("token", query.token), ("scope", query.scope), ("resource", query.resource)]
            .compactMap { name, value in value.map { " \(name)=\($0)" } }.joined()
        return "\(query.account)\(further) min_ttl=\(query.minTTL) fresh=\(query.isFresh) wait=\(query.wait)"
    }

    private func answer<Report>(_ words: String, _ call: RouteCall, _ report: Report) throws(Problem) -> Report {
        note(words)
        return try result(call.account, report).get()
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
