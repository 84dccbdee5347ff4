import Accounts
import Failures
import Grants
import OAuth
import RedirectListener
import Text

/// The calls of API handlers and browsers.
extension Consents {
    /// Starts a consent, or joins the account's live one, whose demands then remain those it was started with. Returns
    /// once the user can consent.
    func start(
        _ settings: AccountSettings, flow: Consent.Flow?, demands: ConsentDemands = ConsentDemands()
    ) async -> Result<Consent, Failure> {
        await withCheckedContinuation { continuation in
            transition { core, now in
                let starter = core.nextWaiter()
                var random = SystemRandomNumberGenerator()
                let orders = core.book.start(
                    settings, flow: flow, for: starter,
                    key: { settings.provesPossession ? SigningKey.make().stored : nil }, now: now, using: &random)
                let isJoined = !orders.contains { if case .resolve = $0.action { true } else { false } }
                for order in orders where !demands.isEmpty {
                    if case .resolve = order.action { core.demands[order.consent] = demands }
                }
                core.starts.add(starter) { result in
                    continuation.resume(
                        returning: result.map { consent in
                            var consent = consent
                            consent.isJoined = isJoined
                            return consent
                        })
                }
                return orders
            }
        }
    }

    /// Returns the newest consent of an account once it is over or `wait` has passed; nil if there is none. A cancelled
    /// task gets its current state.
    func consent(of account: String, wait: Duration) async -> Consent? {
        let waiter = nextWaiter()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                var isThere = false
                transition { core, now in
                    let orders = core.book.happen(toNewestOf: account) {
                        $0.wait(waiter, until: Task.isCancelled ? now.instant : now.instant + wait, now: now)
                    }
                    guard let orders else { return [] }
                    isThere = true
                    core.waits.add(waiter) { continuation.resume(returning: $0) }
                    return orders
                }
                if !isThere { continuation.resume(returning: nil) }
            }
        } onCancel: {
            transition { core, now in core.book.release(waiter, now: now) }
        }
    }

    /// Takes what the user has pasted. If it is accepted, returns once the consent is over.
    func paste(_ text: String, takesCode: Bool = true, of account: String) async -> Result<Consent, Failure> {
        await withCheckedContinuation { continuation in
            var isThere = false
            transition { core, now in
                let waiter = core.nextWaiter()
                let orders = core.book.happen(toNewestOf: account) {
                    $0.paste(text, takesCode: takesCode, from: waiter, now: now)
                }
                guard let orders else { return [] }
                isThere = true
                core.pastes.add(waiter) { continuation.resume(returning: $0) }
                return orders
            }
            if !isThere { continuation.resume(returning: .failure(.noConsent(account, at: time.now()))) }
        }
    }

    /// Cancels the account's consent; returns nil if none can be cancelled.
    @discardableResult
    func cancel(_ account: String) -> Consent? {
        end { book, now in book.cancel(account, now: now) }
    }

    /// Cancels the account's consent unless others who started or joined it still want it. Returns it as it is then, or
    /// nil if none can be cancelled.
    func leave(_ account: String) -> Consent? {
        end { book, now in book.leave(account, now: now) }
    }

    private func end(
        _ event: (inout ConsentBook, Moment) -> (consent: Consent?, orders: [ConsentOrder])
    ) -> Consent? {
        var ended: Consent?
        transition { core, now in
            let (consent, orders) = event(&core.book, now)
            ended = consent
            return orders
        }
        return ended
    }

    /// Handles a browser that has connected to the listener of a consent.
    fileprivate func serve(
        _ consent: String, answer: @escaping @Sendable (RedirectAnswer) -> Void,
        _ event: (inout ConsentMachine, WaiterID, Moment) -> [ConsentAction]
    ) {
        var isThere = false
        transition { core, now in
            let browser = core.nextWaiter()
            guard let orders = core.book.happen(to: consent, { event(&$0, browser, now) }) else { return [] }
            isThere = true
            core.browsers.add(browser) { answer(RedirectAnswer($0)) }
            return orders
        }
        if !isThere { answer(.page(.foreign)) }
    }
}

/// Passes the browsers of one listener to its consent.
struct ConsentReceiver: RedirectReceiver {
    let consents: Consents
    let id: String

    func open(answer: @escaping @Sendable (RedirectAnswer) -> Void) {
        consents.serve(id, answer: answer) { $0.browserCame($1, now: $2) }
    }

    func receive(_ fields: [FormField], answer: @escaping @Sendable (RedirectAnswer) -> Void) {
        consents.serve(id, answer: answer) { $0.respond(fields, from: $1, now: $2) }
    }
}

extension RedirectAnswer {
    fileprivate init(_ answer: BrowserAnswer) {
        switch answer {
        case .forward(let url): self = .forward(to: url)
        case .page(let verdict): self = .page(RedirectVerdict(verdict))
        }
    }
}

extension RedirectVerdict {
    fileprivate init(_ verdict: ConsentVerdict) {
        switch verdict {
        case .granted(let account, let scope, let missing, let user):
            self = .granted(account: account, scope: scope, missingScope: missing, user: user)
        case .unsaved(let failure):
            self = .unsaved(detail: failure.detail, hint: failure.hint ?? "")
        case .refused(let said): self = .refused(detail: said)
        case .failed(let failure): self = .failed(detail: failure.detail, hint: failure.hint ?? "")
        case .expired: self = .expired
        case .cancelled: self = .cancelled
        case .alreadyUsed: self = .alreadyUsed
        case .foreign: self = .foreign
        case .adminConsented: self = .adminConsented
        case .notReady(let failure): self = .notReady(detail: failure.detail, hint: failure.hint ?? "")
        }
    }
}
