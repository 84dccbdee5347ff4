package import Accounts
import OAuth
package import Text

/// One consent from its start to its end: a pure state machine. What happens comes in by a method with the moment at
/// which it happened, and what is to be done goes out as actions.
///
///     stage        what happens                             next stage        actions
///     ───────────  ───────────────────────────────────────  ────────────────  ────────────────────────────────────
///     resolving    endpoints known, for the browser         binding           listen
///                  endpoints known, for a paste             pushing, waiting  push; else answer who started it
///                  endpoints known, for a device            authorizing       authorizeDevice
///                  endpoints known, for the client itself   redeeming         requestTokens, answer who started it
///     binding      bound                                    pushing, waiting  push; else answer who started it
///     pushing      pushed                                   waiting           answer who started it
///     authorizing  a user code                              polling           answer who started it
///     any so far   a failure                                over              answer who started it, closeListener
///     waiting      a browser comes for the URL              waiting           forward it; push the next request
///                  the pushed request has grown old         waiting           push
///                  a code, from a browser or pasted         redeeming         redeem
///                  an error, another issuer, or neither     over              answer browsers and waiters
///                  nor a code
///                  an administrator's consent               waiting           answer the browser
///     polling      the interval is over                     polling           poll
///                  pending, slow_down, or no reply          polling
///                  tokens                                   keeping           keep
///                  any other error                          over              answer waiters
///     redeeming    tokens                                   keeping           keep
///                  the server has not acted, first time     redeeming
///                  the pause after that is over             redeeming         redeem, or requestTokens
///                  any other failure                        over              answer browsers and waiters
///     keeping      stored, or not to be stored              over              answer browsers and waiters
///     waiting,     the time is up                           over              answer browsers and waiters
///     polling
///     up to        cancel, stop                             over              answer browsers and waiters
///     polling
///     over         a response, or a browser for the URL     over              answer with what came of the consent
///
/// The time is judged whenever something happens, by the clock that counts time asleep: what comes too late is refused
/// although no timer has said so yet. From `redeeming` on neither the time nor a cancel nor a stop ends the consent: the
/// code that is used up comes to its grant. Only in the pause before a second try a cancel or a stop does. A consent
/// that had a listener retires it at its end.
///
/// A consent that is over keeps what it reports and, as long as its listener is there, digests of `state` and of the
/// response that was taken, to know both again.
package struct ConsentMachine: Sendable {
    enum Phase: Sendable {
        case live(ConsentTerms, Stage)
        case over(EndedConsent)
    }

    enum Stage: Sendable, Equatable {
        case resolving
        case binding(ResolvedAccount)
        case pushing(BrowserWait)
        case authorizing(ResolvedAccount)
        case waiting(BrowserWait)
        case polling(DeviceWait)
        case redeeming(Redemption)
        case keeping(Grant)
    }

    enum Listener: Sendable, Equatable {
        case none
        case binding
        case bound(port: Int)
    }

    struct Waiter: Sendable, Equatable {
        var id: WaiterID
        var deadline: Instant
    }

    package let id: String
    package let account: String
    package let flow: Consent.Flow
    var phase: Phase
    var expires: Moment
    var redirectURI: String?
    var listener = Listener.none
    var mark: ResponseMark?
    /// Who has asked for the consent to be started.
    var starters: [WaiterID]
    /// Browsers that wait for the URL or for the verdict.
    var browsers: [WaiterID] = []
    /// Who waits for the end.
    var waiters: [Waiter] = []

    /// A consent that is being made ready. `id` names it among all consents.
    package static func start(
        _ terms: ConsentTerms, id: String, flow: Consent.Flow, for starter: WaiterID, now: Moment
    ) -> (machine: ConsentMachine, actions: [ConsentAction]) {
        let machine = ConsentMachine(
            id: id, account: terms.settings.name, flow: flow, phase: .live(terms, .resolving),
            expires: now + terms.timeout, starters: [starter])
        return (machine, [.resolve(terms.settings, flow)])
    }

    /// Lets something happen in place, without a copy.
    mutating func apply(_ event: (inout ConsentMachine) -> [ConsentAction]) -> [ConsentAction] { event(&self) }

    package var isOver: Bool {
        if case .over = phase { true } else { false }
    }

    package var isCancelled: Bool {
        if case .over(let ended) = phase { ended.consent.state == .cancelled } else { false }
    }

    /// Whether what its user needs could not be made ready.
    package var couldNotBegin: Bool {
        if case .over(let ended) = phase { !ended.hasBegun && ended.consent.state == .failed } else { false }
    }

    /// Whether it has a listener, or is about to have one.
    package var hasListener: Bool { listener != .none }

    /// The port that it needs and no other consent can have; nil once it is over.
    package var fixedPort: Int? {
        guard case .live(let terms, _) = phase, flow == .loopback else { return nil }
        return terms.settings.redirectURI.port
    }

    var isPreparing: Bool {
        guard case .live(_, let stage) = phase else { return false }
        switch stage {
        case .resolving, .binding, .pushing, .authorizing: return true
        case .waiting, .polling, .redeeming, .keeping: return false
        }
    }

    /// Whether the user is waited for.
    var isPending: Bool {
        guard case .live(_, let stage) = phase else { return false }
        switch stage {
        case .waiting, .polling: return true
        case .resolving, .binding, .pushing, .authorizing, .redeeming, .keeping: return false
        }
    }

    /// When `wake` must be called at the latest; nil where no time matters.
    package var nextWake: Instant? {
        var wake = waiters.map(\.deadline).min() ?? .distantFuture
        switch phase {
        case .live(_, .waiting(let wait)): wake = min(wake, expires.instant, wait.pushes?.due ?? .distantFuture)
        case .live(_, .polling(let wait)): wake = min(wake, expires.instant, wait.nextPoll ?? .distantFuture)
        case .live(_, .redeeming(let redemption)): wake = min(wake, redemption.retry ?? .distantFuture)
        case .live, .over: break
        }
        return wake == .distantFuture ? nil : wake
    }

    /// What there is to tell of it. Changes nothing, also where its time is up.
    package func consent(at now: Moment) -> Consent {
        if isOverdue(at: now) { return report(.expired) }
        switch phase {
        case .live(_, .resolving), .live(_, .binding), .live(_, .pushing), .live(_, .authorizing):
            return report(.preparing)
        case .live(_, .waiting(let wait)):
            var consent = report(.pending)
            consent.openURL = wait.openURL
            consent.authorizationURL = wait.url(at: now.instant)
            return consent
        case .live(_, .polling(let wait)):
            var consent = report(.pending)
            consent.device = DeviceInstructions(wait.device)
            return consent
        case .live(_, .redeeming), .live(_, .keeping): return report(.redeeming)
        case .over(let ended): return ended.consent
        }
    }

    func report(_ state: Consent.State) -> Consent {
        Consent(account: account, id: id, flow: flow, state: state, expires: expires, redirectURI: redirectURI)
    }

    /// Whether it waits for its user although the time is up.
    func isOverdue(at now: Moment) -> Bool { isPending && now.instant >= expires.instant }
}

/// What a consent is bound to from its start on.
package struct ConsentTerms: Sendable {
    /// As they are configured: the grant is for them.
    package var settings: AccountSettings
    /// What the tokens will be bound to (RFC 9449), in its stored form.
    package var key: Secret?
    /// How long the user may take.
    package var timeout: Duration
    /// Whose vendors may know the server's errors.
    package var catalogue: ProviderCatalogue

    package init(settings: AccountSettings, key: Secret?, timeout: Duration, catalogue: ProviderCatalogue) {
        self.settings = settings
        self.key = key
        self.timeout = timeout
        self.catalogue = catalogue
    }
}

/// What a consent keeps at its end.
struct EndedConsent: Sendable, Equatable {
    var consent: Consent
    var verdict: ConsentVerdict
    /// Whether it ever waited for its user.
    var hasBegun: Bool
}
