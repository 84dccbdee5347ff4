import Accounts
import FoundationEssentials
import Grants
import HeapModule
import OAuth
import Register
import TestRegister
import Text

/// A fleet in a world of virtual time: hosts with the production `GrantBook`, whose actions are performed against models
/// of an authorization server, the register, disks and clocks. The rules are checked after each step.
///
/// - `FleetWorld+Commands` performs the events of the history, `FleetWorld+Hosts` the actions of the books.
///   `FleetWorld+Register` and `FleetWorld+Server` have the results of requests, `FleetWorld+Rules` the rules.
/// - Two accounts: the server ends the grant of the first one if a used refresh token comes back, and tolerates that at
///   the second one.
package struct FleetWorld {
    /// Indirect: entries of the agenda are moved often.
    indirect enum Event {
        case departure(RefreshPost)
        case arrival(RefreshPost)
        case reply(RefreshOutcome, RefreshPost)
        case revoked(LateRevocation)
        case store(StoreCall)
        case registerArrival(RegisterCall)
        case registerReply(RegisterReply, RegisterCall, EngineTime?)
        case change(SharedReading, ShareKey)
        case resync
        case start
        case fault(FleetCommand.Fault)
        case mend
        case consent(account: Int)
        case agreement
    }

    struct Due: Comparable {
        var at: Instant
        var order: Int
        var host: Int
        var process: Int
        var event: Event

        static func < (left: Due, right: Due) -> Bool {
            left.at == right.at ? left.order < right.order : left.at < right.at
        }

        static func == (left: Due, right: Due) -> Bool { left.order == right.order }
    }

    static let size = 5
    static let accounts = 2
    static let patience = Duration.seconds(600)

    package internal(set) var violation: String?
    /// How often a claim was taken over.
    package internal(set) var takeovers = 0

    let settings: [String: AccountSettings]
    let keys: [ShareKey]
    let sabotage: FleetSabotage?
    var now = Instant(nanoseconds: 1_000_000_000_000)
    var hosts: [FleetHost]
    var server: FleetServer
    var register = ModelRegister()
    var backup: ModelRegister?
    /// The records in the register, whose octets are only their numbers here.
    var records: [SharedRecord] = []
    var stories: [FleetStory]
    var agenda = Heap<Due>()
    var lastOrder = 0
    var lastID: UInt64 = 0
    var networkFaults: [FleetCommand.NetworkFault] = []
    var aimed: [(fault: FleetCommand.Fault, after: Duration)] = []
    /// Until when no host fails, because the engine was set back or wiped: a host with the newest version needs time to
    /// raise it.
    var spared: Instant?

    package init(seed: UInt64, sabotage: FleetSabotage? = nil) throws {
        self.sabotage = sabotage
        var settings: [String: AccountSettings] = [:]
        for account in 0..<Self.accounts {
            var one = AccountSettings(
                name: Self.name(account), client: Client(id: "client"),
                endpoints: Endpoints(token: try EndpointURL("https://as.example/token")), scope: Scope(["mail"]),
                redirectURI: try RedirectURI("http://127.0.0.1/"))
            one.isShared = true
            one.traits.toleratesReuse = account == 1
            settings[one.name] = one
        }
        self.settings = settings
        keys = settings.values.map { ShareKey(account: $0.name, binding: GrantBinding($0)) }
            .sorted { $0.account < $1.account }
        server = FleetServer(
            tolerates: [false, true], lifetime: .seconds([14_400, 28_800, 86_400][Int(seed % 3)]))
        hosts = (0..<Self.size).map {
            FleetHost(
                number: $0, clock: .seconds($0 * 1_000_000 + 5_000_000), wall: .seconds([0, 3600, -3600, 40, -40][$0]))
        }
        stories = (0..<Self.accounts).map { _ in FleetStory() }
        for host in hosts.indices { start(host) }
    }

    static func name(_ account: Int) -> String { "account-\(account)" }

    static func account(_ name: String) -> Int { name.hasSuffix("1") ? 1 : 0 }

    // MARK: - Time

    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while violation == nil {
            let next = agenda.min?.at ?? .distantFuture
            let (wake, host) = nextAlarm
            guard min(next, wake) <= end else { break }
            if next <= wake {
                let due = agenda.removeMin()
                now = max(now, due.at)
                take(due)
            } else {
                now = max(now, wake)
                happen(host) { $0.wake(now: $1) }
                if let alarm = hosts[host].alarm, alarm <= hosts[host].moment(now).instant {
                    fail("a book wakes up and does nothing")
                }
            }
        }
        now = max(now, end)
    }

    /// The next instant at which a running host wants to be woken, and which one.
    private var nextAlarm: (Instant, Int) {
        var next = (Instant.distantFuture, 0)
        for host in hosts.indices {
            guard let alarm = hosts[host].alarm else { continue }
            let at = max(alarm - hosts[host].clock, hosts[host].suspended ?? now)
            if at < next.0 { next = (at, host) }
        }
        return next
    }

    mutating func schedule(_ event: Event, at host: Int, in delay: Duration) {
        lastOrder += 1
        agenda.insert(
            Due(at: now + delay, order: lastOrder, host: host, process: hosts[host].process, event: event))
    }

    private mutating func take(_ due: Due) {
        let host = due.host
        switch due.event {
        // These happen elsewhere, whatever has become of the process.
        case .arrival(let post): return arrive(post, from: host, process: due.process)
        case .registerArrival(let call): return arrive(call, from: host, process: due.process)
        case .fault(let fault): return perform(fault, host)
        case .mend: return mend(host)
        case .consent(let account): return consent(host, account)
        case .agreement: return checkAgreement()
        default: break
        }
        guard due.process == hosts[host].process else { return }
        if let until = hosts[host].suspended, until > now {
            agenda.insert(Due(at: until, order: due.order, host: host, process: due.process, event: due.event))
            return
        }
        switch due.event {
        case .departure(let post): depart(post, host)
        case .reply(let outcome, let post):
            noteReply(to: post, host)
            happen(host) { $0.refreshEnded(outcome, of: post, now: $1) }
            checkRevoked(outcome, post, host)
        case .revoked(let revocation):
            happen(host) { $0.revokeEnded(nil, account: revocation.settings.name, now: $1) }
        case .store(let call): work(call, host)
        case .registerReply(let reply, let call, let time):
            happen(host) { $0.registerEnded(reply, of: call, time: time, now: $1) }
        case .change(let reading, let key):
            if hosts[host].isFollowing { happen(host) { $0.registerChanged(reading, of: key, now: $1) } }
        case .resync: resync(host)
        case .start: start(host)
        case .arrival, .registerArrival, .fault, .mend, .consent, .agreement: break
        }
    }
}
