import Accounts
import Failures
import FoundationEssentials
import OAuth
import Text

@testable import Grants

/// The world around the consents of a daemon, in virtual time. Performs the orders of the production `ConsentBook`
/// against models of servers, browsers and the loopback interface, and checks the invariants after each step.
struct ConsentWorld {
    /// A deliberate mistake that the invariants must find.
    enum Mutation: Sendable, CaseIterable {
        case acceptsLateResponses
        case pollsEarly
        case losesAnswers
        case answersTwice
        case ignoresCancels
        case redeemsTwice
        case neverWakes
        case leavesListenersOpen
    }

    enum Event {
        case resolved(Result<ResolvedAccount, Failure>)
        case listening(port: Int?)
        case pushed(PushedRequest?)
        case deviceAuthorized(DeviceAuthorization?)
        case polled(RefreshOutcome, deviceCode: Secret)
        case redeemed(RefreshOutcome)
        case kept(GrantKeeper.ConsentOutcome)
        case listenerClosed
        case response([FormField])
    }

    struct Due {
        var at: Instant
        var consent: String
        var event: Event
    }

    enum Asked: Equatable {
        case start, browser, paste, wait(until: Instant)
    }

    /// What the world knows of a consent from outside.
    struct Known {
        var account: String
        var expires: Instant?
        var isCancelled = false
        var hasEnded = false
        /// Whether the code that is being redeemed, or the tokens that a device got, came in time.
        var isRedeeming = false
        /// Whether the server has not processed the first try.
        var isPausing = false
        var isStored = false
    }

    struct Device {
        var consent: String
        var interval: Duration
        var earliest: Instant
        var isInFlight = false
        var answer: Bool?
    }

    static let accounts = 6

    var violation: String?
    /// Counts of what has happened, to check that the histories cover enough.
    var counts: [String: Int] = [:]

    let mutation: Mutation?
    var now = Instant(nanoseconds: 1_000_000_000_000)
    var random: Jitter
    var book = ConsentBook(timeout: .seconds(60), catalogue: ProviderCatalogue(vendors: []))
    var agenda: [Due] = []
    var asked: [WaiterID: Asked] = [:]
    var lastNumber: UInt64 = 0
    var known: [String: Known] = [:]
    var listeners: [String: Int] = [:]
    var isStopped = false
    var faults = 0
    /// The consents that had a short URL, in the order of their start.
    var openable: [String] = []
    /// The authorization URLs that were seen, with their consents and how the server answers them.
    var seen: [(consent: String, state: String)] = []
    var codes: [String: (state: String, redeemed: Int)] = [:]
    var lastCode: [String: String] = [:]
    var pushed: [String: AuthorizationRequest] = [:]
    var handedOut: Set<String> = []
    var devices: [String: Device] = [:]

    init(seed: UInt64, mutation: Mutation?) {
        random = Jitter(seed: seed)
        self.mutation = mutation
    }

    var moment: Moment {
        Moment(instant: now, wall: Date(timeIntervalSince1970: 1.7e9 + Double(now.nanoseconds) / 1e9))
    }

    mutating func number() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    mutating func count(_ what: String) {
        counts[what, default: 0] += 1
    }

    mutating func fail(_ reason: String) {
        if violation == nil { violation = reason }
    }

    // MARK: - Time

    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while violation == nil {
            let due = agenda.indices.min { agenda[$0].at < agenda[$1].at }
            let event = due.map { agenda[$0].at } ?? .distantFuture
            let wake = mutation == .neverWakes ? .distantFuture : max(book.nextWake ?? .distantFuture, now)
            guard min(event, wake) <= end else { break }
            if let due, event <= wake {
                now = max(now, event)
                take(agenda.remove(at: due))
            } else {
                now = wake
                let early: Duration = mutation == .pollsEarly ? .seconds(2) : .zero
                perform(book.wake(now: moment + early))
                if let next = book.nextWake, next <= now { fail("the book wakes up and does nothing") }
            }
            check()
        }
        now = max(now, end)
    }

    mutating func schedule(_ event: Event, of consent: String, within most: Duration = .seconds(3)) {
        // Sometimes a server is slow.
        let isSlow = Int.random(in: 0..<8, using: &random) == 0
        let delay = (isSlow ? Duration.seconds(35) : most) * Double.random(in: 0...1, using: &random)
        agenda.append(Due(at: now + delay, consent: consent, event: event))
    }

    mutating func isFaulty() -> Bool {
        guard faults > 0 else { return false }
        faults -= 1
        return true
    }

    mutating func happen(_ id: String, _ event: (inout ConsentMachine, Moment) -> [ConsentAction]) -> Bool {
        let moment = moment
        guard let orders = book.happen(to: id, { event(&$0, moment) }) else { return false }
        perform(orders)
        return true
    }

    // MARK: - Invariants

    mutating func check() {
        guard violation == nil else { return }
        let live = book.consents.values.filter { !$0.isOver }.map(\.account)
        if Set(live).count != live.count { fail("an account has two consents at once") }
        for case .wait(let deadline) in asked.values where deadline < now { fail("somebody waits past the deadline") }
        let ports = listeners.values.filter { $0 < 10_000 }
        if Set(ports).count != ports.count { fail("two listeners have one port") }
        for id in listeners.keys where book.consents[id] == nil {
            fail("a listener is left whose consent is forgotten")
        }
        if let next = devices.values.first(where: { $0.isInFlight && known[$0.consent] == nil }) {
            fail("a poll of nobody: \(next)")
        }
    }

    /// Called after enough time for everything to end.
    mutating func checkEnd() {
        guard violation == nil else { return }
        if !asked.isEmpty { fail("still unanswered: \(asked)") }
        if !listeners.isEmpty { fail("a listener stays open") }
        if book.consents.values.contains(where: { !$0.isOver }) { fail("a consent goes on for ever") }
        if book.nextWake != nil { fail("the book wants to be woken for nothing") }
        if isStopped != book.hasEnded { fail("the book doesn't know that it has ended") }
    }

    /// Checks that the value holds no secret, neither as a secret nor in a text.
    mutating func checkIsBare(_ machine: ConsentMachine) {
        let held = secrets(in: machine)
        if !held.isEmpty { fail("a consent that is over holds \(held.count) secrets") }
        let text = String(reflecting: machine)
        let names = seen.filter { $0.consent == machine.id }.map(\.state) + codes.keys + devices.keys
        if names.contains(where: text.contains) { fail("a consent that is over holds a secret in a text") }
    }
}
