import APIContract
import Accounts
import Failures
import Grants
import OAuth
import RedirectListener
import Synchronization
import Text

/// One consent from its start to its end: judges what arrives on the redirect URI and lets the first response that
/// belongs to it through, once.
final class ConsentSession: RedirectReceiver {
    /// What moves a consent on. `answer` is where the browser waits, if a browser is there.
    enum Event: Sendable {
        case code(Secret, answer: @Sendable (RedirectVerdict) -> Void)
        case refused(OAuthError, answer: @Sendable (RedirectVerdict) -> Void)
        /// nil where the response names no issuer although the server promises one.
        case mixedUp(issuer: String?, error: OAuthError?, answer: @Sendable (RedirectVerdict) -> Void)
        /// A device's user has said yes.
        case deviceGranted(IssuedTokens, sent: Moment)
        case deviceFailed(Failure)
        /// The pushed request has been used, or grows old: the next who opens it needs another one.
        case pushAgain
        /// Nobody has to consent: the client acts for itself.
        case ask
        case expired
        case cancelled
    }

    private struct State: Sendable {
        var request: AuthorizationRequest?
        var pushed: PushedRequest?
        var device: DeviceAuthorization?
        var phase = ConsentState.pending
        var result: Failure?
        var grant: Grant?
        var watchers: [AsyncStream<Void>.Continuation] = []
    }

    let id: String
    /// As they are configured: the grant is bound to them.
    let settings: AccountSettings
    let account: ResolvedAccount
    /// What the tokens will be bound to.
    let key: SigningKey?
    let flow: ConsentFlow
    let expires: Moment
    let events: AsyncStream<Event>
    private let happen: AsyncStream<Event>.Continuation
    private let time: any Timekeeper
    private let state = Mutex(State())

    init(
        id: String, settings: AccountSettings, account: ResolvedAccount, key: SigningKey?, flow: ConsentFlow,
        expires: Moment, time: any Timekeeper
    ) {
        self.id = id
        self.settings = settings
        self.account = account
        self.key = key
        self.flow = flow
        self.expires = expires
        self.time = time
        (events, happen) = AsyncStream.makeStream()
    }

    /// The state as it is now: where the time is up, the wait is over, whether or not the timer has said so yet.
    private func withState<Result>(_ body: (inout State) -> sending Result) -> sending Result {
        state.withLock { state in
            if state.phase == .pending, time.instant() >= expires.instant { stopWaiting(.expired, &state) }
            return body(&state)
        }
    }

    private func stopWaiting(_ phase: ConsentState, _ state: inout State) {
        state.phase = phase
        happen.yield(phase == .expired ? .expired : .cancelled)
    }

    var request: AuthorizationRequest? { state.withLock { $0.request } }
    var phase: ConsentState { withState { $0.phase } }
    var failure: Failure? { state.withLock { $0.result } }
    var grant: Grant? { state.withLock { $0.grant } }
    var device: DeviceAuthorization? { state.withLock { $0.device } }
    var pushed: PushedRequest? { state.withLock { $0.pushed } }

    /// For those who look; opening it by hand works once where the request was pushed.
    var shownURL: String? { state.withLock { Self.url($0) } }

    /// For a browser, each time one comes: a pushed request is used once (RFC 9126 section 4), so the next one is got.
    var authorizationURL: String {
        let (url, isPushed) = state.withLock { (Self.url($0), $0.pushed != nil && $0.phase == .pending) }
        if isPushed { happen.yield(.pushAgain) }
        return url ?? ""
    }

    private static func url(_ state: State) -> String? {
        state.request.map { request in state.pushed.map { request.url(pushedAs: $0.uri) } ?? request.url }
    }

    /// The redirect URI is known: the request can go out.
    func start(_ request: AuthorizationRequest, pushed: PushedRequest?) {
        state.withLock { ($0.request, $0.pushed) = (request, pushed) }
    }

    func renew(_ pushed: PushedRequest) {
        state.withLock { $0.pushed = pushed }
    }

    func start(_ device: DeviceAuthorization) {
        state.withLock { $0.device = device }
    }

    /// Nobody is waited for.
    func startAlone() {
        state.withLock { $0.phase = .redeeming }
        happen.yield(.ask)
    }

    /// The pushed request grows old.
    func pushAgain() {
        happen.yield(.pushAgain)
    }

    /// A device's poll has brought the end of the wait; false where that came otherwise.
    @discardableResult
    func settle(_ event: Event) -> Bool {
        withState { state in
            guard state.phase == .pending else { return false }
            state.phase = .redeeming
            happen.yield(event)
            return true
        }
    }

    func receive(_ fields: [FormField], answer: @escaping @Sendable (RedirectVerdict) -> Void) {
        if let verdict = take(fields, answer: answer) { answer(verdict) }
    }

    /// Judges a response; a verdict where the matter is settled by that.
    private func take(
        _ fields: [FormField], answer: @escaping @Sendable (RedirectVerdict) -> Void
    ) -> RedirectVerdict? {
        withState { state in
            guard let response = state.request?.check(fields) else { return .foreign }
            switch (response, state.phase) {
            case (.foreign, _), (.malformed, _): return .foreign
            case (_, .expired): return .expired
            case (_, .pending): break
            default: return .alreadyUsed
            }
            state.phase = .redeeming
            switch response {
            case .code(let code): happen.yield(.code(code, answer: answer))
            case .refused(let error): happen.yield(.refused(error, answer: answer))
            case .mixedUp(let issuer, let error):
                happen.yield(.mixedUp(issuer: issuer, error: error, answer: answer))
            case .foreign, .malformed: break
            }
            return nil
        }
    }

    /// Takes what the user pasted.
    func take(pasted text: String) async -> RedirectVerdict {
        await withCheckedContinuation { continuation in
            let answer = { @Sendable (verdict: RedirectVerdict) in continuation.resume(returning: verdict) }
            switch PastedResponse(text) {
            case .fields(let fields): receive(fields, answer: answer)
            case .code(let code): if !take(code: code, answer: answer) { answer(.foreign) }
            case nil: answer(.foreign)
            }
        }
    }

    private func take(code: Secret, answer: @escaping @Sendable (RedirectVerdict) -> Void) -> Bool {
        withState { state in
            guard state.phase == .pending, state.request != nil else { return false }
            state.phase = .redeeming
            happen.yield(.code(code, answer: answer))
            return true
        }
    }

    /// Ends the wait for the user; false where the user was quicker.
    @discardableResult
    func stopWaiting(_ phase: ConsentState) -> Bool {
        withState { state in
            guard state.phase == .pending else { return false }
            stopWaiting(phase, &state)
            return true
        }
    }

    /// The consent is over: those who watch it are told.
    func end(_ phase: ConsentState, grant: Grant? = nil, failure: Failure? = nil) {
        let watchers = state.withLock { state in
            state.phase = phase
            state.grant = grant
            state.result = failure
            defer { state.watchers = [] }
            return state.watchers
        }
        happen.finish()
        for watcher in watchers { watcher.finish() }
    }

    /// Returns once the consent is over, or the task is cancelled.
    func waitForEnd() async {
        let (ended, tell) = AsyncStream.makeStream(of: Void.self)
        let isOver = state.withLock { state in
            if !state.phase.isOver { state.watchers.append(tell) }
            return state.phase.isOver
        }
        if isOver { return }
        for await _ in ended {}
    }
}
