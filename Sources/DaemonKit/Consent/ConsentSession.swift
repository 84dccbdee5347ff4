import Grants
import LoopbackListener
import OAuth
import SocketContract
import Synchronization

/// One consent from its start to its end: judges what arrives on the redirect URI and lets the first response that
/// belongs to it through, once.
final class ConsentSession: RedirectReceiver {
    /// What moves a consent on. `answer` is where the browser waits, if a browser is there.
    enum Event: Sendable {
        case code(Secret, answer: @Sendable (RedirectVerdict) -> Void)
        case refused(OAuthError, answer: @Sendable (RedirectVerdict) -> Void)
        case mixedUp(issuer: String, answer: @Sendable (RedirectVerdict) -> Void)
        case expired
        case cancelled
    }

    private struct State: Sendable {
        var request: AuthorizationRequest?
        var phase = ConsentState.pending
        var result: GrantFailure?
        var grant: Grant?
        var watchers: [AsyncStream<Void>.Continuation] = []
    }

    let id: String
    let settings: AccountSettings
    let flow: ConsentFlow
    let expires: Moment
    let events: AsyncStream<Event>
    private let happen: AsyncStream<Event>.Continuation
    private let state = Mutex(State())

    init(id: String, settings: AccountSettings, flow: ConsentFlow, expires: Moment) {
        self.id = id
        self.settings = settings
        self.flow = flow
        self.expires = expires
        (events, happen) = AsyncStream.makeStream()
    }

    var request: AuthorizationRequest? { state.withLock { $0.request } }
    var phase: ConsentState { state.withLock { $0.phase } }
    var failure: GrantFailure? { state.withLock { $0.result } }
    var grant: Grant? { state.withLock { $0.grant } }
    var authorizationURL: String { request?.url ?? "" }

    /// The redirect URI is known: the request can go out.
    func start(_ request: AuthorizationRequest) {
        state.withLock { $0.request = request }
    }

    func receive(_ fields: [FormField], answer: @escaping @Sendable (RedirectVerdict) -> Void) {
        if let verdict = take(fields, answer: answer) { answer(verdict) }
    }

    /// Judges a response; a verdict where the matter is settled by that.
    private func take(
        _ fields: [FormField], answer: @escaping @Sendable (RedirectVerdict) -> Void
    ) -> RedirectVerdict? {
        state.withLock { state in
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
            case .mixedUp(let issuer): happen.yield(.mixedUp(issuer: issuer, answer: answer))
            case .foreign, .malformed: break
            }
            return nil
        }
    }

    /// Takes what the user pasted: the whole redirected URL, or a bare code, for which the user vouches in the place of
    /// `state`.
    func take(pasted text: String) async -> RedirectVerdict {
        let text = text.filter { !$0.isWhitespace }
        let query = text.contains("?") ? text.drop { $0 != "?" }.dropFirst().prefix { $0 != "#" } : text[...]
        let isBareCode = !text.contains("://") && !query.contains("=")
        return await withCheckedContinuation { continuation in
            let answer = { @Sendable (verdict: RedirectVerdict) in continuation.resume(returning: verdict) }
            guard isBareCode else { return receive(FormEncoding.decode(query) ?? [], answer: answer) }
            let isTaken = !text.isEmpty && take(code: Secret(text), answer: answer)
            if !isTaken { answer(.foreign) }
        }
    }

    private func take(code: Secret, answer: @escaping @Sendable (RedirectVerdict) -> Void) -> Bool {
        state.withLock { state in
            guard state.phase == .pending, state.request != nil else { return false }
            state.phase = .redeeming
            happen.yield(.code(code, answer: answer))
            return true
        }
    }

    /// Ends the wait for the user; false where the user was quicker.
    @discardableResult
    func stopWaiting(_ phase: ConsentState) -> Bool {
        state.withLock { state in
            guard state.phase == .pending else { return false }
            state.phase = phase
            happen.yield(phase == .expired ? .expired : .cancelled)
            return true
        }
    }

    /// The consent is over: those who watch it are told.
    func end(_ phase: ConsentState, grant: Grant? = nil, failure: GrantFailure? = nil) {
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
