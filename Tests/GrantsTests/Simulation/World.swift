import FoundationEssentials
import OAuth

@testable import Grants

/// One account's daemon in a world of virtual time: performs the state machine's actions against a model of the server
/// and of the disk, and looks after each step whether what must hold holds.
struct World {
    /// A way of being wrong, to see that the invariants bite.
    enum Mutation: Sendable, CaseIterable {
        case publishesBeforeSaving
        case ignoresVersions
        case refreshesTwice
    }

    enum Event {
        case request(RefreshOrder, process: Int, Command.NetworkFault?)
        case reply(RefreshOutcome, RefreshOrder, process: Int)
        case save(Grant, version: UInt64, process: Int)
        case erase(process: Int)
        case start(process: Int)
    }

    struct Due {
        var at: Instant
        var event: Event
    }

    struct Waiting {
        var deadline: Instant
        var need: ReaderNeed
    }

    private static let latency = Duration.milliseconds(80)
    private static let diskLatency = Duration.milliseconds(5)
    private static let timeout = Duration.seconds(30)
    /// Allowance's burst plus its refill over an hour.
    private static let requestsAnHour = 750

    private(set) var violation: String?
    private(set) var served = 0
    private(set) var refreshes = 0
    private(set) var lostRotations = 0

    private let mutation: Mutation?
    private var now = Instant(nanoseconds: 1_000_000_000_000)
    private var wallOffset = Duration.zero
    private var server: ModelServer
    private var life: GrantLife?
    private var process = 0
    private var disk: Grant?
    private var diskFailures = 0
    /// Refresh tokens of grants that the disk has refused.
    private var refused: Set<Secret> = []
    private var board: ServedToken?
    private var agenda: [Due] = []
    private var readers: [ReaderID: Waiting] = [:]
    private var lastReader: UInt64 = 0
    private var faults: [Command.NetworkFault] = []
    private var inFlight: [Secret: Int] = [:]
    private var requests: [Instant] = []
    private var spuriousRefusals = 0
    /// The number of the last consent's tokens: older ones must not come back; nil after a logout.
    private var oldestAllowed: Int?

    init(rotates: Bool, grace: Duration, mutation: Mutation?) {
        self.mutation = mutation
        server = ModelServer(rotates: rotates, grace: grace)
        life = GrantLife(account: "a", policy: RefreshPolicy(), jitter: Jitter(seed: 1))
    }

    private var moment: Moment {
        let instant = Double(now.nanoseconds) / 1e9
        return Moment(instant: now, wall: Date(timeIntervalSince1970: 1.7e9 + instant + wallOffset.timeInterval))
    }

    // MARK: - Commands

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
        case .suspend(let duration):
            now = now + duration
            // Whoever waited has slept as well.
            readers = readers.mapValues { Waiting(deadline: max(now, $0.deadline), need: $0.need) }
            happen { $0.resume(now: $1) }
        case .wallJump(let duration):
            wallOffset += duration
            happen { $0.resume(now: $1) }
        case .reload:
            happen {
                $0.adopt(RefreshPolicy(lead: .seconds(200)), now: $1)
                return []
            }
        case .logout:
            oldestAllowed = nil
            happen { $0.logout(now: $1) }
        case .consent: consent()
        case .revoke: server.revoke()
        }
        check()
    }

    private mutating func consent() {
        guard life != nil else { return }
        let tokens = server.consent(at: now)
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
        if mutation == .refreshesTwice, isRefreshing, let token = life?.grant?.refreshToken {
            post(RefreshOrder(version: life?.version ?? 0, refreshToken: token, scope: Scope([])))
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
        process += 1
        life = nil
        board = nil
        readers = [:]
        inFlight = [:]
        refused = []
        schedule(.start(process: process), in: down)
    }

    // MARK: - Time

    private mutating func pass(_ duration: Duration) {
        let end = now + duration
        while violation == nil {
            let due = agenda.indices.min { agenda[$0].at < agenda[$1].at }
            let event = due.map { agenda[$0].at } ?? .distantFuture
            let wake = max(life?.nextWake ?? .distantFuture, now)
            guard min(event, wake) <= end else { break }
            if let due, event <= wake {
                now = max(now, event)
                take(agenda.remove(at: due).event)
            } else {
                now = wake
                happen { $0.wake(now: $1) }
                if life?.nextWake == wake { violation = "the machine wakes up and does nothing" }
            }
            check()
        }
        now = max(now, end)
    }

    private mutating func schedule(_ event: Event, in delay: Duration) {
        agenda.append(Due(at: now + delay, event: event))
    }

    private mutating func take(_ event: Event) {
        switch event {
        case .request(let order, let process, let fault): arrive(order, process, fault)
        case .reply(let outcome, let order, let process):
            guard process == self.process else { return }
            inFlight[order.refreshToken ?? Secret(""), default: 1] -= 1
            let version = mutation == .ignoresVersions ? life?.version ?? 0 : order.version
            happen { $0.refreshEnded(outcome, version: version, now: $1) }
        case .save(let grant, let version, let process):
            guard process == self.process else { return }
            if diskFailures > 0 {
                diskFailures -= 1
                if let token = grant.refreshToken { refused.insert(token) }
                happen {
                    $0.saveEnded(GrantFailure(code: "storage", detail: "", at: $1.wall), version: version, now: $1)
                }
            } else {
                disk = grant
                happen { $0.saveEnded(nil, version: version, now: $1) }
            }
        case .erase(let process):
            if process == self.process { disk = nil }
        case .start(let process):
            guard process == self.process else { return }
            life = GrantLife(account: "a", policy: RefreshPolicy(), jitter: Jitter(seed: UInt64(process)))
            guard let disk else { return }
            // A crash may come before a logout or a consent has reached the disk.
            oldestAllowed = ModelServer.number(of: disk.accessToken)
            happen { $0.restore(disk, now: $1) }
        }
    }

    /// A token request reaches the server, or doesn't.
    private mutating func arrive(_ order: RefreshOrder, _ process: Int, _ fault: Command.NetworkFault?) {
        func failed(_ code: String, _ wait: Duration? = nil) -> RefreshOutcome {
            .failed(code: code, detail: code, hint: nil, retryAfter: wait)
        }
        let sent = Moment(instant: now - Self.latency, wall: moment.wall)
        var (outcome, delay) = (failed("network"), Self.latency)
        switch fault {
        case .unreachable: break
        case .hang: delay = Self.timeout
        case .serverError: outcome = failed("bad_reply")
        case .tooMany: outcome = failed("bad_reply", .seconds(90))
        case .garbage: outcome = failed("bad_reply")
        case .spuriousRefusal where spuriousRefusals == 0:
            spuriousRefusals = 1
            outcome = .refused(OAuthError(code: "invalid_grant"), retryAfter: nil)
        case .spuriousRefusal, .slow, .replyLost, nil:
            spuriousRefusals = 0
            let verdict = server.refresh(order.refreshToken ?? Secret(""), at: now)
            if fault == .slow { delay = .seconds(12) }
            if fault == .replyLost {
                if server.rotates { lostRotations += 1 }
                delay = Self.timeout
            } else {
                switch verdict {
                case .tokens(let tokens): outcome = .granted(tokens, sent: sent)
                case .invalidGrant: outcome = .refused(OAuthError(code: "invalid_grant"), retryAfter: nil)
                }
            }
        }
        schedule(.reply(outcome, order, process: process), in: delay)
    }

    // MARK: - The shell

    private mutating func happen(_ what: (inout GrantLife, Moment) -> [GrantAction]) {
        guard var life else { return }
        let actions = what(&life, moment)
        self.life = life
        for action in actions { perform(action) }
    }

    private mutating func perform(_ action: GrantAction) {
        switch action {
        case .post(let order): post(order)
        case .save(let grant, let version):
            schedule(.save(grant, version: version, process: process), in: Self.diskLatency)
            if mutation == .publishesBeforeSaving { board = ServedToken(grant, version: version) }
        case .erase: schedule(.erase(process: process), in: Self.diskLatency)
        case .publish(let token): board = token
        case .answer(let ids, let answer):
            for id in ids {
                guard let reader = readers.removeValue(forKey: id) else {
                    fail("a reader was answered twice")
                    continue
                }
                if reader.deadline < now { fail("a reader was answered late") }
                if case .token(let token) = answer { serve(token, reader.need) }
            }
        case .tell(.refreshed): refreshes += 1
        case .tell(.consentRequired(let failure)) where failure.code == "invalid_grant":
            if let token = life?.grant?.refreshToken, server.accepts(token, at: now) {
                fail("consent is asked for while the server would take the refresh token")
            }
        case .tell: break
        }
    }

    private mutating func post(_ order: RefreshOrder) {
        inFlight[order.refreshToken ?? Secret(""), default: 0] += 1
        requests.append(now)
        requests.removeAll { now - $0 > .seconds(3600) }
        schedule(.request(order, process: process, faults.isEmpty ? nil : faults.removeFirst()), in: Self.latency)
    }

    private mutating func serve(_ token: ServedToken, _ need: ReaderNeed) {
        served += 1
        if !server.isAlive(token.accessToken, at: now) { fail("a dead token was served") }
        if !token.satisfies(need, at: now) { fail("a reader got less than it asked for") }
    }

    // MARK: - Invariants

    private mutating func fail(_ reason: String) {
        if violation == nil { violation = reason }
    }

    private mutating func check() {
        guard violation == nil, let life else { return }
        if inFlight.values.contains(where: { $0 > 1 }) { fail("two refreshes of one grant are in flight") }
        if requests.count > Self.requestsAnHour { fail("\(requests.count) token requests within an hour") }
        if let late = readers.values.first(where: { $0.deadline < now }) { fail("a reader still waits: \(late)") }
        if let board, let grant = life.grant, let token = grant.refreshToken,
            board.accessToken == grant.accessToken, disk?.refreshToken != token, !refused.contains(token)
        {
            fail("a token was published before its grant was on disk")
        }
        if life.unsaved == nil, !life.isSaving, let grant = life.grant, disk != grant {
            fail("the newest grant is neither on disk nor known to be unsaved")
        }
        if let grant = life.grant, ModelServer.number(of: grant.accessToken) < oldestAllowed ?? .max {
            fail("a grant has come back that a logout or a newer consent had replaced")
        }
        if board != life.published { fail("readers get another token than the machine believes") }
    }
}
