import Accounts
import FoundationEssentials
import Grants
import HeapModule
import OAuth
import Text

/// A daemon in a world of virtual time: the production `GrantBook`, whose actions are performed against models of two
/// authorization servers, the network, a disk and the clocks. The rules are checked after each step.
///
/// - `World+Commands` performs the events of the history, `World+Book` the actions of the book. `World+Network` and
///   `World+Disk` have the results of requests and calls, `World+Replies` the replies as the production code reads
///   them, `World+Rules` the rules.
package struct World {
    enum Event {
        case arrival(RefreshPost, Command.NetworkFault?)
        /// `isInvalid` if the server refused the refresh token as invalid.
        case reply(RefreshOutcome, RefreshPost, isInvalid: Bool)
        case revocation(LateRevocation)
        case store(StoreCall)
        case start
        case putBack(account: Int)
    }

    struct Due: Comparable {
        var at: Instant
        /// Orders events at the same instant by when they were scheduled.
        var order: Int
        /// The number of the process that the event concerns.
        var process: Int
        var event: Event

        static func < (left: Due, right: Due) -> Bool {
            left.at == right.at ? left.order < right.order : left.at < right.at
        }

        static func == (left: Due, right: Due) -> Bool { left.order == right.order }
    }

    struct Reader {
        var account: Int
        var deadline: Instant
        var need: ReaderNeed
        var target = ModelTarget.own
    }

    /// A consent that a user has begun and not ended.
    struct OpenConsent {
        var settings: AccountSettings
    }

    /// A consent whose grant was passed to the book.
    struct KeptConsent {
        var grantee: Grantee
        var refreshToken: Secret?
        /// The oldest tokens that were allowed before the consent.
        var oldest: Int?
        var oldestFurther: Int?
    }

    struct Stop {
        var since: Instant
        var down: Duration
    }

    static let latency = Duration.milliseconds(80)
    static let diskLatency = Duration.milliseconds(5)
    static let timeout = Duration.seconds(30)

    package internal(set) var violation: String?
    package internal(set) var served = 0
    package internal(set) var refreshes = 0

    let settings: SettingsBook
    var now = Instant(nanoseconds: 1_000_000_000_000)
    var wallOffset = Duration.zero
    /// Whether the kernel reports that the wall clock is right, in which case it is.
    var isClockSure = true
    var boot = 0
    var process = 0
    var servers: [ModelServer]
    var disk = ModelDisk()
    var configured: [Variant?]
    var stories: [Story]

    // State that ends with the process.
    var book: GrantBook?
    var alarm: Instant?
    var board: [TokenKey: ServedToken] = [:]
    /// The tokens whose refresh depends on readers, and that nobody has read since they were published.
    var unread: Set<TokenKey> = []
    var readers: [ReaderID: Reader] = [:]
    var lastID: UInt64 = 0
    var configurations: Set<CallID> = []
    var keptConsents: [CallID: KeptConsent] = [:]
    var logouts: [CallID: Grantee] = [:]
    var storeCall: StoreCall?
    var slots: [String: Int] = [:]
    var stop: Stop?

    var agenda = Heap<Due>()
    var lastOrder = 0
    var networkFaults: [Command.NetworkFault] = []
    var openConsents: [Int: OpenConsent] = [:]

    /// A deliberate mistake that the rules must find.
    let sabotage: Sabotage?

    package init(seed: UInt64, sabotage: Sabotage? = nil) throws {
        self.sabotage = sabotage
        settings = try SettingsBook()
        servers = [
            ModelServer(
                rotates: seed % 4 != 0, grace: .seconds(seed % 3 == 0 ? 60 : 0), lifetime: .seconds(3600),
                statesLifetime: seed % 5 != 2, refusesScope: seed % 2 == 0),
            ModelServer(
                rotates: seed % 3 != 1, grace: .zero, lifetime: .seconds(28_800), statesLifetime: seed % 4 != 3,
                refusesScope: seed % 3 == 0),
        ]
        configured = (0..<Cast.size).map(Variant.first)
        stories = (0..<Cast.size).map { _ in Story() }
        begin()
    }

    var moment: Moment {
        let instant = Double(now.nanoseconds) / 1e9
        return Moment(instant: now, wall: Date(timeIntervalSince1970: 1.7e9 + instant + wallOffset.timeInterval))
    }

    // MARK: - Time

    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while violation == nil {
            let next = agenda.min?.at ?? .distantFuture
            let wake = max(alarm ?? .distantFuture, now)
            guard min(next, wake) <= end else { break }
            if next <= wake {
                let due = agenda.removeMin()
                now = max(now, due.at)
                take(due)
            } else {
                now = wake
                happen { $0.wake(now: $1) }
                if let alarm, alarm <= now { fail("the book wakes up and does nothing") }
            }
            checkReaders()
        }
        now = max(now, end)
    }

    mutating func schedule(_ event: Event, in delay: Duration) {
        lastOrder += 1
        agenda.insert(Due(at: now + delay, order: lastOrder, process: process, event: event))
    }

    private mutating func take(_ due: Due) {
        switch due.event {
        case .arrival(let post, let fault): arrive(post, fault, of: due.process)
        case .revocation(let revocation): revoke(revocation, of: due.process)
        case .reply(let outcome, let post, let isInvalid):
            if due.process == process { reply(outcome, to: post, isInvalid: isInvalid) }
        case .store(let call): if due.process == process { work(call) }
        case .start: if due.process == process { begin() }
        case .putBack(let account):
            // A daemon that is stopping applies no configuration.
            guard stop == nil else { return schedule(.putBack(account: account), in: .seconds(1)) }
            guard configured[account] == nil else { return }
            configured[account] = .first(account)
            configure()
        }
    }
}
