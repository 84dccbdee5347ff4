import Accounts
package import Failures
package import OAuth

/// The pushed authorization requests of a consent (RFC 9126). Each request URI is given to one browser only and is
/// valid for about a minute.
struct PushedRequests: Sendable, Equatable {
    private struct Reference: Sendable, Equatable {
        var request: PushedRequest
        var until: Instant
    }

    /// The newest request URI, until a browser gets it.
    private var newest: Reference?
    private var pause = Self.shortestLife
    /// When the next request is pushed to replace one that is about to expire; nil while a push is under way.
    private(set) var due: Instant?

    /// A lower bound for the lifetime of a request URI, so that requests to the server can't follow without a pause.
    private static let shortestLife = Duration.seconds(5)

    init(_ first: PushedRequest, now: Instant) {
        add(first, now: now)
    }

    var isUnderWay: Bool { due == nil }

    func unused(at now: Instant) -> PushedRequest? {
        newest.flatMap { $0.until > now ? $0.request : nil }
    }

    /// Takes the unused request URI for a browser, so that no other browser gets it.
    mutating func take(at now: Instant) -> PushedRequest? {
        defer { newest = nil }
        return unused(at: now)
    }

    mutating func pushBegan() {
        due = nil
    }

    mutating func add(_ request: PushedRequest, now: Instant) {
        newest = Reference(request: request, until: now + max(request.life, Self.shortestLife))
        pause = max(request.life * 0.75, Self.shortestLife)
        due = now + pause
    }

    mutating func pushFailed(now: Instant) {
        due = now + pause
    }
}

extension ConsentMachine {
    package mutating func pushed(_ result: Result<PushedRequest, Failure>, now: Moment) -> [ConsentAction] {
        let expired = expire(now)
        switch (phase, result) {
        case (.live(let terms, .pushing(var wait)), .success(let first)):
            wait.pushes = PushedRequests(first, now: now.instant)
            return begin(.waiting(wait), terms, life: terms.timeout, now: now)
        case (.live(_, .pushing), .failure(let failure)): return endUnbegun(failure)
        case (.live(let terms, .waiting(var wait)), .success(let next)):
            wait.pushes?.add(next, now: now.instant)
            phase = .live(terms, .waiting(wait))
            guard !browsers.isEmpty else { return [] }
            return forwardPushed(browsers.removeFirst(), wait, terms, now: now)
        case (.live(let terms, .waiting(var wait)), .failure(let failure)):
            wait.pushes?.pushFailed(now: now.instant)
            phase = .live(terms, .waiting(wait))
            return answerBrowsers(.page(.notReady(failure))) + [.tell(.pushFailed(failure))]
        default: return expired
        }
    }

    /// Forwards the browser with a request of its own, now or once that is pushed, and pushes the next one.
    mutating func forwardPushed(
        _ browser: WaiterID, _ wait: BrowserWait, _ terms: ConsentTerms, now: Moment
    ) -> [ConsentAction] {
        var wait = wait
        var actions: [ConsentAction] = []
        if let mine = wait.pushes?.take(at: now.instant) {
            actions.append(.answerBrowsers([browser], .forward(to: wait.request.url(pushedAs: mine.uri))))
        } else {
            browsers.append(browser)
        }
        phase = .live(terms, .waiting(wait))
        return actions + pushNext(now: now)
    }

    /// Pushes the next request, unless a push is under way.
    mutating func pushNext(now: Moment) -> [ConsentAction] {
        guard case .live(let terms, .waiting(var wait)) = phase, wait.pushes?.isUnderWay == false else { return [] }
        wait.pushes?.pushBegan()
        phase = .live(terms, .waiting(wait))
        return [.push(wait.request, key: terms.key)]
    }
}
