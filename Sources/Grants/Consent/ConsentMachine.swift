package import Accounts
import OAuth
package import Text

/// One consent from its start to its end: a pure state machine. Each event is a method that takes the moment at which
/// it happened, and returns the actions to perform.
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
///     up to        cancel, stop, the last user leaves, or   over              answer browsers and waiters
///     polling      a consent of another flow replaces it
///     over         a response, or a browser for the URL     over              answer with what came of the consent
///
/// Events check the time limit first, by the clock that counts time asleep: what comes too late is refused even before
/// the timer fires. From `redeeming` on, the code is used up, so that neither the time limit nor a cancel nor a stop
/// ends the consent before its grant is stored. In the pause before a second try, a cancel or a stop does end it. A
/// consent that had a listener retires it at its end.
///
/// A consent that is over keeps its report and, as long as its listener exists, digests of `state` and of the accepted
/// response, to recognize both.
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
    /// The callers who started the consent and wait until it begins.
    var starters: [WaiterID]
    /// How many callers have started or joined the consent and have not left it.
    var users = 1
    /// Browsers that wait for the authorization URL or for the verdict.
    var browsers: [WaiterID] = []
    /// Callers who wait for the end of the consent.
    var waiters: [Waiter] = []

    /// Creates a consent in its first stage. `id` identifies it among all consents.
    package static func start(
        _ terms: ConsentTerms, id: String, flow: Consent.Flow, for starter: WaiterID, now: Moment
    ) -> (machine: ConsentMachine, actions: [ConsentAction]) {
        let machine = ConsentMachine(
            id: id, account: terms.settings.name, flow: flow, phase: .live(terms, .resolving),
            expires: now + terms.timeout, starters: [starter])
        return (machine, [.resolve(terms.settings, flow)])
    }

    /// Applies an event to this value in place, without copying it.
    mutating func apply(_ event: (inout ConsentMachine) -> [ConsentAction]) -> [ConsentAction] { event(&self) }

    package var isOver: Bool {
        if case .over = phase { true } else { false }
    }

    package var isCancelled: Bool {
        if case .over(let ended) = phase { ended.consent.state == .cancelled } else { false }
    }

    /// Whether the consent failed before it waited for its user.
    package var couldNotBegin: Bool {
        if case .over(let ended) = phase { !ended.hasBegun && ended.consent.state == .failed } else { false }
    }

    /// Whether the consent has a listener or is about to get one.
    package var hasListener: Bool { listener != .none }

    /// The configured port that the consent listens on, which no other consent can use; nil if it has none or is over.
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

    /// Whether the consent waits for its user.
    var isPending: Bool {
        guard case .live(_, let stage) = phase else { return false }
        switch stage {
        case .waiting, .polling: return true
        case .resolving, .binding, .pushing, .authorizing, .redeeming, .keeping: return false
        }
    }

    /// The latest time at which `wake` must be called; nil if nothing is due.
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

    /// The report of the consent. Doesn't change it, even if it has expired.
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

    /// Whether the consent still waits for its user although its time is up.
    func isOverdue(at now: Moment) -> Bool { isPending && now.instant >= expires.instant }
}

/// The parameters of a consent, which don't change after its start.
package struct ConsentTerms: Sendable {
    /// The settings that the grant is requested for.
    package var settings: AccountSettings
    /// The key that the tokens will be bound to (RFC 9449), in its stored form.
    package var key: Secret?
    /// How long the user may take.
    package var timeout: Duration
    /// The catalogue whose vendors may know the server's error codes.
    package var catalogue: ProviderCatalogue

    package init(settings: AccountSettings, key: Secret?, timeout: Duration, catalogue: ProviderCatalogue) {
        self.settings = settings
        self.key = key
        self.timeout = timeout
        self.catalogue = catalogue
    }
}

/// The state that a consent keeps after its end.
struct EndedConsent: Sendable, Equatable {
    var consent: Consent
    var verdict: ConsentVerdict
    /// Whether the consent ever waited for its user.
    var hasBegun: Bool
}
