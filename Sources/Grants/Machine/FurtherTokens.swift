import Accounts
import Failures
import OAuth

/// The further access tokens of a grant, beside the account's own one: those that the configuration names, and those
/// that readers have asked for by a scope or a resource.
///
///     token       what happens                              then
///     ──────────  ────────────────────────────────────────  ─────────────────────────────────────────────
///     due         the refresh token is free                 refreshing: post, one at a time for a grant
///     refreshing  tokens                                    saving the grant, then held: publish, answer
///                 refused because of scope or resource      refused: answer; the grant isn't affected
///                 refused as gone                           paused; the account's own token is refreshed, which
///                                                           shows whether the refresh token is dead
///                 anything else                             paused: backoff of its own
///     held        due, or a reader wants more               due
///     paused      the pause is over                         due
///     refused     an hour, `refresh`, a reload              due
///     any         a consent, logout                         named: due once there is a grant; else dropped
///
/// A token that isn't configured is only refreshed if it was read since the last time, and is dropped when it expires
/// unread.
struct FurtherTokens: Sendable {
    struct Token: Sendable {
        let name: TokenKey.Token
        var target: TokenTarget
        var held: HeldToken?
        var published: ServedToken?
        /// When it is refreshed next; nil where nothing is planned.
        var due: Instant?
        var trouble: Trouble?
        /// Whether somebody has asked for it since the last refresh.
        var isRead = false

        var isConfigured: Bool {
            if case .named = name { true } else { false }
        }

        /// When the token is dropped if nobody reads it.
        var lapse: Instant? {
            guard !isConfigured, !isRead, let due else { return nil }
            return max(due, published?.expires ?? due)
        }

        /// When it is time to refresh the token, whether or not the refresh token is free.
        var wantedAt: Instant? { isConfigured || isRead ? due : nil }

        /// Forgets everything that comes from a grant.
        mutating func reset() { (held, published, due, trouble, isRead) = (nil, nil, nil, nil, false) }
    }

    /// The failures since the last successful refresh of one token.
    struct Trouble: Sendable {
        var failure: Failure
        var failures: Int
        /// Whether another try makes sense only after something has changed.
        var isRefused: Bool
        /// Whether the pause must be sat out, whoever asks: the server counts requests.
        var isThrottled: Bool { failure.code == .throttled }
    }

    /// How many tokens a grant may have that aren't configured.
    static let mostUnconfigured = 32

    /// In the order in which they were added.
    var tokens: [Token] = []
    /// The token whose refresh is under way, or whose refreshed grant is being saved.
    var flight: TokenKey.Token?
    /// The phase to which the account's own token returns after the flight, unless it is `active`.
    var ownPhase: GrantMachine.Phase?

    init() {}

    init(_ targets: [String: TokenTarget]) {
        tokens = targets.sorted { $0.key < $1.key }.map { Token(name: .named($0.key), target: $0.value) }
    }

    subscript(name: TokenKey.Token) -> Token? { tokens.first { $0.name == name } }

    func index(of name: TokenKey.Token) -> Int? { tokens.firstIndex { $0.name == name } }

    /// The token that a refresh was ordered for, unless it has another target by now.
    func index(of wanted: RefreshOrder.Further) -> Int? {
        tokens.firstIndex { $0.name == wanted.token && $0.target == wanted.target }
    }

    /// The token that has been due for the longest time.
    func next(at now: Instant) -> Int? {
        tokens.indices.filter { tokens[$0].wantedAt.map { $0 <= now } ?? false }
            .min { tokens[$0].due ?? now < tokens[$1].due ?? now }
    }

    /// When there is something to do. `isFree` says whether a refresh could be started.
    func nextWake(isFree: Bool) -> Instant? {
        tokens.filter { $0.name != flight }.compactMap { isFree ? $0.wantedAt ?? $0.lapse : $0.lapse }.min()
    }

    mutating func forgetFlight() { (flight, ownPhase) = (nil, nil) }

    /// Adds a token that isn't configured. Where there are too many, a refused one makes room. Returns nil where there
    /// is none.
    mutating func add(_ name: TokenKey.Token, _ target: TokenTarget, at now: Instant) -> Int? {
        if tokens.count(where: { !$0.isConfigured }) >= Self.mostUnconfigured {
            let refused = tokens.firstIndex { !$0.isConfigured && $0.held == nil && $0.trouble?.isRefused == true }
            guard let refused else { return nil }
            tokens.remove(at: refused)
        }
        tokens.append(Token(name: name, target: target, due: now))
        return tokens.endIndex - 1
    }

    /// Delays everything that is due, because the grant may not be refreshed until `later`.
    mutating func postpone(at now: Instant, to later: Instant) {
        for index in tokens.indices where tokens[index].due.map({ $0 <= now }) == true { tokens[index].due = later }
    }
}

extension TokenKey.Token {
    /// What an unconfigured token was asked for; nil for other tokens.
    var askedTarget: TokenTarget? {
        if case .scoped(let scope, let resource) = self { TokenTarget(scope: scope, resource: resource) } else { nil }
    }
}

extension GrantMachine.Phase {
    /// Why the account's own token isn't refreshed.
    var failure: Failure? {
        switch self {
        case .consentRequired(_, let failure), .misconfigured(_, let failure, _): failure
        case .loading, .empty, .active, .refreshing, .saving, .backingOff: nil
        }
    }

    /// The same phase with this grant.
    func with(_ grant: Grant) -> GrantMachine.Phase {
        switch self {
        case .loading, .empty: self
        case .active(_, let due): .active(grant, due: due)
        case .refreshing(_, let trouble): .refreshing(grant, trouble)
        case .saving(_, let trouble): .saving(grant, trouble)
        case .backingOff(_, let trouble, let until): .backingOff(grant, trouble, until: until)
        case .consentRequired(_, let failure): .consentRequired(grant, failure)
        case .misconfigured(_, let failure, let until): .misconfigured(grant, failure, until: until)
        }
    }
}
