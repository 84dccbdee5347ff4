import OAuth
import RedirectListener
import Synchronization
import Text

/// A receiver like that of the daemon: it checks `state`, then `iss`, then `error` or `code`, and accepts each code
/// once.
final class PendingConsent: RedirectReceiver {
    private struct State {
        var received: [[FormField]] = []
        var isUsed = false
        var held: [@Sendable () -> Void] = []
    }

    let authorizationURL = "https://as.example/authorize?client_id=c&state=right&scope=a%20b"
    let issuer = "https://as.example"
    /// Whether grants wait for `store`.
    let isSlow: Bool
    private let state = Mutex(State())
    let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation

    init(isSlow: Bool = false) {
        self.isSlow = isSlow
        (arrivals, arrived) = AsyncStream.makeStream()
    }

    var received: [[FormField]] { state.withLock { $0.received } }

    func open(answer: @escaping @Sendable (RedirectAnswer) -> Void) {
        answer(.forward(to: authorizationURL))
    }

    func receive(_ fields: [FormField], answer: @escaping @Sendable (RedirectAnswer) -> Void) {
        state.withLock { $0.received.append(fields) }
        let verdict = judge(fields)
        if isSlow, case .granted = verdict {
            state.withLock { $0.held.append { answer(.page(verdict)) } }
        } else {
            answer(.page(verdict))
        }
        arrived.yield()
    }

    /// Ends the storing of the waiting grants.
    func store() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for answer in held { answer() }
    }

    private func judge(_ fields: [FormField]) -> RedirectVerdict {
        func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
        guard value("state") == "right" else { return .foreign }
        if let iss = value("iss"), iss != issuer {
            return .failed(detail: "the response names the issuer \(iss)", hint: "log in again")
        }
        if value("error") != nil { return .refused(detail: value("error_description") ?? "access_denied") }
        guard value("code") != nil else { return .failed(detail: "no code", hint: "") }
        let isSecond = state.withLock { state in
            defer { state.isUsed = true }
            return state.isUsed
        }
        if isSecond { return .alreadyUsed }
        return .granted(account: "ads", scope: Scope(parsing: "a b"), missingScope: Scope(parsing: "c"))
    }
}
