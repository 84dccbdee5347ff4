import FoundationEssentials
import OAuth

@testable import Grants

/// What the world does.
extension World {
    mutating func perform(_ command: Command) {
        switch command {
        case .pass(let duration): pass(duration)
        case .read(let minTTL, let isFresh, let wait): read(minTTL, isFresh, wait)
        case .hangUp:
            if let id = readers.keys.min(by: { $0.number < $1.number }) {
                readers[id] = nil
                life?.abandon(id)
            }
        case .refresh: refreshNow()
        case .fault(let fault): faults.append(fault)
        case .diskFails(let times): diskFailures = times
        case .crash(let down): crash(down)
        case .reboot(let down, let clockOff):
            guard life != nil else { break }
            crash(down)
            boot += 1
            (wallOffset, isClockSure) = (clockOff ?? .zero, clockOff == nil)
        case .synchronise:
            (wallOffset, isClockSure) = (.zero, true)
            happen { $0.resume(now: $1) }
        case .suspend(let duration):
            now = now + duration
            // Whoever waited has slept as well.
            readers = readers.mapValues { Waiting(deadline: max(now, $0.deadline), need: $0.need) }
            happen { $0.resume(now: $1) }
        case .wallJump(let duration):
            wallOffset += duration
            isClockSure = false
            happen { $0.resume(now: $1) }
        case .reload:
            happen { $0.adopt(RefreshPolicy(lead: .seconds(200)), now: $1) }
        case .logout: logout()
        case .takeOut(let duration): takeOut(duration)
        case .consent: consent()
        case .revoke: server.revoke()
        }
        check()
    }

    private mutating func logout() {
        guard life != nil else { return }
        oldestAllowed = nil
        let forgotten = life?.grant?.refreshToken
        happen { $0.logout(now: $1) }
        if let forgotten { server.end(forgotten, at: now) }
    }

    /// The account leaves the configuration and comes back; the process goes on.
    private mutating func takeOut(_ duration: Duration) {
        guard let life else { return }
        if life.unsaved != nil, let grant = life.grant { perform(.save(grant, version: life.version)) }
        loggedOut = life.loggedOut
        self.life = nil
        board = nil
        readers = [:]
        schedule(.putBack(process: process), in: duration)
    }

    private mutating func consent() {
        guard life != nil else { return }
        let tokens = server.consent(at: now)
        received = tokens.refreshToken
        oldestAllowed = ModelServer.number(of: tokens.accessToken)
        let grant = Grant(tokens, requestedScope: Scope(["x"]), sent: moment)
        happen { $0.consented(grant, now: $1) }
    }

    private mutating func read(_ minTTL: Int, _ isFresh: Bool, _ wait: Int) {
        guard life != nil else { return }
        let need = ReaderNeed(validity: .seconds(minTTL), newerThan: isFresh ? board?.version ?? 0 : nil)
        if let board, board.satisfies(need, at: now) { return serve(board, need) }
        let id = enqueue(need, .seconds(wait))
        let isRefreshing = inFlight.values.contains { $0 > 0 }
        happen { $0.read(need, id: id, deadline: $1.instant + .seconds(wait), now: $1) }
        if mutation == .refreshesTwice, isRefreshing, let grant = life?.grant {
            post(RefreshOrder(version: life?.version ?? 0, grant: grant))
        }
    }

    private mutating func refreshNow() {
        guard life != nil else { return }
        let id = enqueue(ReaderNeed(newerThan: board?.version), .seconds(30))
        happen { $0.refreshNow(id: id, deadline: $1.instant + .seconds(30), now: $1) }
    }

    private mutating func enqueue(_ need: ReaderNeed, _ wait: Duration) -> ReaderID {
        lastReader += 1
        let id = ReaderID(number: lastReader)
        readers[id] = Waiting(deadline: now + wait, need: need)
        return id
    }

    private mutating func crash(_ down: Duration) {
        guard life != nil else { return }
        if life?.unsaved != nil { lostRotations += 1 }
        if received != disk?.refreshToken { received = nil }
        process += 1
        life = nil
        flights = []
        loggedOut = 0
        board = nil
        readers = [:]
        inFlight = [:]
        refused = []
        schedule(.start(process: process), in: down)
    }
}
