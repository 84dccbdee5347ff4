import Failures
import FoundationEssentials
import OAuth
import Text

@testable import Grants

/// One account's daemon in a world of virtual time: performs the state machine's actions against a model of the server
/// and of the disk, and looks after each step whether what must hold holds.
struct World {
    /// A way of being wrong, to see that the invariants bite.
    enum Mutation: Sendable, CaseIterable {
        case publishesBeforeSaving
        case ignoresVersions
        case refreshesTwice
        case revokesNothing
        case rescuesNothing
        case trustsAnyClock
    }

    enum Event {
        case request(RefreshOrder, process: Int, Command.NetworkFault?)
        case reply(RefreshOutcome, RefreshOrder, process: Int)
        case save(Grant, version: UInt64, process: Int)
        case erase(process: Int)
        case rescue(Grant, renewing: Secret, process: Int)
        case revoke(Grant)
        case start(process: Int)
        case putBack(process: Int)
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
    var lostRotations = 0

    let mutation: Mutation?
    var now = Instant(nanoseconds: 1_000_000_000_000)
    var wallOffset = Duration.zero
    /// Whether the kernel says that the wall clock is right; then it is.
    var isClockSure = true
    var boot = 0
    var server: ModelServer
    var life: GrantLife?
    var process = 0
    var disk: Grant?
    var diskStamp = WallStamp(issued: .distantPast, sureAt: nil)
    var diskBoot = 0
    var diskFailures = 0
    /// Refresh tokens of grants that the disk has refused.
    var refused: Set<Secret> = []
    var board: ServedToken?
    var agenda: [Due] = []
    var readers: [ReaderID: Waiting] = [:]
    var lastReader: UInt64 = 0
    var faults: [Command.NetworkFault] = []
    var inFlight: [Secret: Int] = [:]
    var requests: [Instant] = []
    var spuriousRefusals = 0
    /// The refresh token that came last from the server, as long as nothing excuses its loss.
    var received: Secret?
    /// What an account that was taken out of the configuration leaves.
    var flights: [RefreshOrder] = []
    var loggedOut: UInt64 = 0
    var lives: UInt64 = 0
    /// The number of the last consent's tokens: older ones must not come back; nil after a logout.
    var oldestAllowed: Int?

    init(rotates: Bool, grace: Duration, mutation: Mutation?) {
        self.mutation = mutation
        server = ModelServer(rotates: rotates, grace: grace)
        life = GrantLife(account: "a", policy: RefreshPolicy(), jitter: Jitter(seed: 1))
    }

    var moment: Moment {
        let instant = Double(now.nanoseconds) / 1e9
        return Moment(instant: now, wall: Date(timeIntervalSince1970: 1.7e9 + instant + wallOffset.timeInterval))
    }

    // MARK: - Time

    mutating func pass(_ duration: Duration) {
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

    mutating func schedule(_ event: Event, in delay: Duration) {
        agenda.append(Due(at: now + delay, event: event))
    }

    mutating func take(_ event: Event) {
        switch event {
        case .request(let order, let process, let fault): arrive(order, process, fault)
        case .reply(let outcome, let order, let process):
            guard process == self.process else { return }
            inFlight[token(order), default: 1] -= 1
            flights.removeAll { $0 == order }
            if case .granted(let tokens, _) = outcome, let token = tokens.refreshToken { receive(token, order) }
            var order = order
            if mutation == .ignoresVersions, let life { order.version = life.version }
            happenAnyway { $0.refreshEnded(outcome, of: order, now: $1) }
        case .save(let grant, let version, let process):
            guard process == self.process else { return }
            if diskFailures > 0 {
                diskFailures -= 1
                if let token = grant.refreshToken { refused.insert(token) }
                if life == nil, received == grant.refreshToken { received = nil }
                happen {
                    $0.saveEnded(Failure(.storage, "", at: $1.wall), version: version, now: $1)
                }
            } else {
                keep(grant)
                happen { $0.saveEnded(nil, version: version, now: $1) }
            }
        case .erase(let process):
            if process == self.process { disk = nil }
        case .rescue(let renewed, let used, let process):
            guard process == self.process else { return }
            guard disk?.refreshToken == used else { return }
            var failure: Failure?
            if diskFailures > 0 {
                diskFailures -= 1
                failure = Failure(.storage, "", at: moment.wall)
                if life?.grant?.refreshToken != used { received = nil }
            } else {
                keep(renewed)
            }
            happenAnyway { $0.rescueEnded(failure, renewed, renewing: used, now: $1) }
        case .revoke(let grant): server.end(token(grant), at: now)
        case .start(let process):
            if process == self.process { begin() }
        case .putBack(let process):
            guard process == self.process, life == nil else { return }
            // What was ordered before is on disk first.
            guard !isDiskBusy else { return schedule(.putBack(process: process), in: Self.diskLatency) }
            begin()
        }
    }

    mutating func begin() {
        lives += 1
        life = GrantLife(
            account: "a", policy: RefreshPolicy(), jitter: Jitter(seed: lives), number: lives, loggedOut: loggedOut)
        if diskBoot != boot { recall() }
        guard let disk else { return }
        // A crash may come before a logout or a consent has reached the disk.
        oldestAllowed = ModelServer.number(of: disk.accessToken)
        let (flights, isOfEarlierBoot) = (flights, diskBoot != boot)
        happen { $0.restore(disk, flights: flights, isOfEarlierBoot: isOfEarlierBoot, now: $1) }
    }

    mutating func keep(_ grant: Grant) {
        disk = grant
        diskBoot = boot
        let isSure = isClockSure || mutation == .trustsAnyClock
        diskStamp = WallStamp(issued: grant.issued.instant, now: moment, isSure: isSure)
    }

    /// What the disk knows of the age of a grant that an earlier boot has kept.
    mutating func recall() {
        guard var grant = disk else { return }
        let isSure = isClockSure || mutation == .trustsAnyClock
        grant.issued.instant = diskStamp.instant(
            life: grant.lifetime, isRenewable: grant.isRenewable, now: moment, isSure: isSure)
        disk = grant
    }

    mutating func receive(_ refreshToken: Secret, _ order: RefreshOrder) {
        // Of a grant that the disk has refused nothing is left once its account is taken out.
        if life?.grant?.refreshToken != token(order), refused.contains(token(order)) { return }
        let newest = received.map(ModelServer.number(of:)) ?? 0
        if ModelServer.number(of: refreshToken) > newest { received = refreshToken }
    }

    var isDiskBusy: Bool {
        agenda.contains {
            switch $0.event {
            case .save(_, _, let process), .erase(let process), .rescue(_, _, let process): process == self.process
            default: false
            }
        }
    }

    func token(_ order: RefreshOrder) -> Secret { token(order.grant) }

    func token(_ grant: Grant) -> Secret { grant.refreshToken ?? Secret("") }

    /// A token request reaches the server, or doesn't.
    mutating func arrive(_ order: RefreshOrder, _ process: Int, _ fault: Command.NetworkFault?) {
        func failed(_ code: FailureCode, _ wait: Duration? = nil) -> RefreshOutcome {
            .failed(code, retryAfter: wait)
        }
        let sent = Moment(instant: now - Self.latency, wall: moment.wall)
        var (outcome, delay) = (failed(.network), Self.latency)
        switch fault {
        case .unreachable: break
        case .hang: delay = Self.timeout
        case .serverError: outcome = failed(.badReply)
        case .tooMany: outcome = failed(.badReply, .seconds(90))
        case .garbage: outcome = failed(.badReply)
        case .spuriousRefusal where spuriousRefusals == 0:
            spuriousRefusals = 1
            outcome = .refused("invalid_grant")
        case .spuriousRefusal, .slow, .replyLost, nil:
            spuriousRefusals = 0
            let verdict = server.refresh(token(order), at: now)
            if fault == .slow { delay = .seconds(12) }
            if fault == .replyLost {
                if server.rotates { lostRotations += 1 }
                delay = Self.timeout
            } else {
                switch verdict {
                case .tokens(let tokens): outcome = .granted(tokens, sent: sent)
                case .invalidGrant: outcome = .refused("invalid_grant")
                }
            }
        }
        schedule(.reply(outcome, order, process: process), in: delay)
    }

    // MARK: - The shell

    mutating func happen(_ what: (inout GrantLife, Moment) -> [GrantAction]) {
        guard var life else { return }
        let actions = what(&life, moment)
        self.life = life
        for action in actions { perform(action) }
    }

    /// To the account, or to what stands for it while it is taken out.
    mutating func happenAnyway(_ what: (inout GrantLife, Moment) -> [GrantAction]) {
        guard life == nil else { return happen(what) }
        var gone = GrantLife(account: "a", policy: RefreshPolicy(), jitter: Jitter(seed: 0), loggedOut: loggedOut)
        for action in what(&gone, moment) { perform(action) }
    }

    mutating func perform(_ action: GrantAction) {
        switch action {
        case .post(let order): post(order)
        case .save(let grant, let version):
            schedule(.save(grant, version: version, process: process), in: Self.diskLatency)
            if mutation == .publishesBeforeSaving { board = ServedToken(grant, version: version) }
        case .erase: schedule(.erase(process: process), in: Self.diskLatency)
        case .revoke where mutation == .revokesNothing: break
        case .rescue where mutation == .rescuesNothing: break
        case .revoke(let grant): schedule(.revoke(grant), in: Self.latency)
        case .rescue(let grant, let used):
            schedule(.rescue(grant, renewing: used, process: process), in: Self.diskLatency)
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
        case .tell(.consentRequired(let failure)) where failure.code == .invalidGrant:
            if let token = life?.grant?.refreshToken, server.accepts(token, at: now) {
                fail("consent is asked for while the server would take the refresh token")
            }
        case .tell: break
        }
    }

    mutating func post(_ order: RefreshOrder) {
        if let received, received != order.grant.refreshToken, server.accepts(received, at: now), !isDiskBusy {
            fail("a refresh token that had come from the server was lost")
        }
        flights.append(order)
        inFlight[token(order), default: 0] += 1
        requests.append(now)
        requests.removeAll { now - $0 > .seconds(3600) }
        schedule(.request(order, process: process, faults.isEmpty ? nil : faults.removeFirst()), in: Self.latency)
    }

    mutating func serve(_ token: ServedToken, _ need: ReaderNeed) {
        served += 1
        if !server.isAlive(token.accessToken, at: now) { fail("a dead token was served") }
        if !token.satisfies(need, at: now) { fail("a reader got less than it asked for") }
    }

    // MARK: - Invariants

    mutating func fail(_ reason: String) {
        if violation == nil { violation = reason }
    }

    mutating func check() {
        guard violation == nil else { return }
        let isRevoking = agenda.contains { if case .revoke = $0.event { true } else { false } }
        if oldestAllowed == nil, !isRevoking, let received, server.accepts(received, at: now) {
            fail("a logout has left a refresh token alive that had come from the server")
        }
        guard let life else { return }
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
