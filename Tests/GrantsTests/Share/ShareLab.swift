import Accounts
import Failures
import FoundationEssentials
import OAuth
import Register
import Text

@testable import Grants

/// A host's machine for the shared account `a`, and a register that the test writes by hand.
struct ShareLab {
    var machine: ShareMachine
    var now = start
    var clock = EngineClock()
    var revision: Int64 = 7

    static let settings: AccountSettings = {
        var settings = AccountSettings.a
        settings.isShared = true
        return settings
    }()

    init(host: String = "one", run: String = "1") {
        let fleet = Fleet(host: host, name: "host \(host)", run: run)
        machine = ShareMachine(account: "a", fleet: fleet, jitter: Jitter(seed: 1))
        tick(.zero)
    }

    /// A machine that holds what the register has.
    static func settled(
        host: String = "one", run: String = "1", record: SharedRecord = .example()
    ) -> ShareLab {
        var lab = ShareLab(host: host, run: run)
        var kept = record.kept
        kept?.share = record.stamp
        _ = lab.happen { $0.loaded(kept, at: $1) }
        _ = lab.read(record)
        return lab
    }

    /// A machine whose request to the authorization server is under way.
    static func posting(record: SharedRecord = .example()) -> ShareLab {
        var lab = settled(record: record)
        _ = lab.want()
        _ = lab.turn()
        _ = lab.written()
        return lab
    }

    /// Lets time pass. The engine's clock is known exactly to the second.
    mutating func tick(_ duration: Duration) {
        now = now + duration
        let instant = Duration.nanoseconds(now.instant.nanoseconds)
        clock.note(EngineTime(seconds: Int64(now.wall.timeIntervalSince1970), sent: instant, received: instant))
    }

    mutating func happen(_ event: (inout ShareMachine, EngineMoment) -> [ShareAction]) -> [ShareAction] {
        event(&machine, EngineMoment(now: now, clock: clock))
    }

    /// The register is followed again, and holds this.
    mutating func resynced(_ record: SharedRecord) -> [ShareAction] {
        let reading = reading(record)
        return happen { $0.resynced(reading, at: $1) }
    }

    func post(_ order: RefreshOrder? = nil) -> RefreshPost {
        RefreshPost(
            order: order ?? RefreshOrder(version: 1, grant: machine.held?.grant ?? .example()), settings: Self.settings)
    }

    mutating func want(tolerant: Bool = false) -> [ShareAction] {
        var post = post()
        post.settings.traits.toleratesReuse = tolerant
        return happen { $0.want(post, at: $1) }
    }

    mutating func turn() -> [ShareAction] { happen { $0.turn(at: $1) } }

    mutating func wake() -> [ShareAction] { happen { $0.wake(at: $1) } }

    func reading(_ record: SharedRecord?) -> SharedReading {
        SharedReading(record.map { .record($0) } ?? .absent, revision: RegisterRevision(record == nil ? 0 : revision))
    }

    mutating func read(_ record: SharedRecord?) -> [ShareAction] {
        let reading = reading(record)
        return happen { $0.readEnded(.read(reading), at: $1) }
    }

    mutating func written() -> [ShareAction] {
        revision += 1
        let revision = RegisterRevision(revision)
        return happen { $0.writeEnded(.written(revision), at: $1) }
    }

    mutating func lost() -> [ShareAction] {
        let failure = RegisterFailure(.unreachable(mayBeApplied: true), "no reply")
        return happen {
            if case .read = $0.call { return $0.readEnded(.failed(failure), at: $1) }
            return $0.writeEnded(.failed(failure), at: $1)
        }
    }

    /// Another host has written.
    mutating func changed(_ record: SharedRecord) -> [ShareAction] {
        revision += 1
        let reading = reading(record)
        return happen { $0.changed(reading, at: $1) }
    }

    mutating func ended(_ outcome: RefreshOutcome) -> [ShareAction] {
        guard case .posting(let post, _, _) = machine.phase else { return [] }
        return happen { $0.postEnded(outcome, of: post, at: $1) }
    }

    mutating func saved() -> [ShareAction] { happen { $0.saved($0.local, at: $1) } }

    /// The record that the machine is writing.
    var writing: SharedRecord? {
        switch machine.call {
        case .claim(let record), .raise(let record), .release(let record, _): record
        case .read, nil: nil
        }
    }
}

extension SharedRecord {
    /// A grant that is valid for an hour from `start`.
    static func example(
        _ era: UInt64 = 1, _ generation: UInt64 = 0, id: String = "x", grant: Grant = .example()
    ) -> SharedRecord {
        let stamp = SharedStamp(version: SharedVersion(era: era, generation: generation), id: id, consent: "c")
        let issued = EngineInstant(milliseconds: Int64(start.wall.timeIntervalSince1970 * 1000))
        return SharedRecord(stamp: stamp, kept: .kept(.a, grant), issued: issued, host: "host two")
    }

    static func tombstone(_ era: UInt64) -> SharedRecord {
        let stamp = SharedStamp(version: SharedVersion(era: era, generation: 0), id: "t", consent: "")
        return SharedRecord(stamp: stamp, kept: nil, issued: nil, host: "host two")
    }

    func claimed(by host: String = "two", run: String = "9", id: String = "k") -> SharedRecord {
        var record = self
        record.claim = Claim(
            id: id, host: host, name: "host \(host)", run: run, at: EngineInstant(milliseconds: 1_700_000_000_000))
        return record
    }
}

extension [ShareAction] {
    /// The kinds of the actions, in their order.
    var kinds: [String] {
        map { action in
            switch action {
            case .read: "read"
            case .write: "write"
            case .queue: "queue"
            case .leaveQueue: "leave"
            case .post: "post"
            case .pass: "pass"
            case .adopt: "adopt"
            case .setAside: "set aside"
            case .end: "end"
            case .refuse(_, let isOwn): isOwn ? "refuse own" : "refuse"
            case .hinder(let obstacle): obstacle.map { "hinder \($0.failure.code)" } ?? "hinder nothing"
            case .refresh: "refresh"
            case .keep: "keep"
            case .revoke: "revoke"
            case .tell: "tell"
            }
        }
    }

    var events: [GrantEvent] {
        compactMap { if case .tell(let event) = $0 { event } else { nil } }
    }

    var obstacle: Obstacle? {
        for case .hinder(let obstacle) in self { return obstacle }
        return nil
    }

    var adopted: KeptGrant? {
        for case .adopt(let kept) in self { return kept }
        return nil
    }
}
