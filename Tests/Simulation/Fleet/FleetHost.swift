import FoundationEssentials
import Grants

/// A host of a fleet: its clocks, disk, process, and link to the register.
final class FleetHost {
    let number: Int
    /// How far this host's clock of the time since boot is ahead of the world's time.
    var clock: Duration
    /// How far its wall clock is off.
    var wall: Duration
    var boot = 0
    /// The number of the process; results for an earlier one are lost.
    var process = 0
    var disk: [String: Kept] = [:]
    var diskFaults = 0
    var lastRevision = 0

    /// Until when the process doesn't run.
    var suspended: Instant?
    /// Until when the register can't be reached.
    var cut: Instant?
    /// How many replies of the register will be lost.
    var lostReplies = 0
    /// Since when the host runs, and reaches the register.
    var wellSince: Instant?

    // State that ends with the process.
    var book: GrantBook?
    var alarm: Instant?
    var board: [TokenKey: ServedToken] = [:]
    /// Whether changes of the register reach it.
    var isFollowing = false
    /// When a stop began, and how long the daemon is down afterwards.
    var stop: (since: Instant, down: Duration)?
    var configurations: Set<CallID> = []
    var readers: [ReaderID: Instant] = [:]
    var storeCall: StoreCall?

    init(number: Int, clock: Duration, wall: Duration) {
        (self.number, self.clock, self.wall) = (number, clock, wall)
    }

    struct Kept {
        var kept: KeptGrant
        var revision: Revision
        var boot: Int
    }

    var name: String { "host-\(number)" }

    func moment(_ now: Instant) -> Moment {
        let instant = Double(now.nanoseconds) / 1e9
        return Moment(
            instant: now + clock, wall: Date(timeIntervalSince1970: 1.7e9 + instant + wall.timeInterval))
    }

    func isWell(at now: Instant) -> Bool {
        book != nil && stop == nil && (suspended ?? now) <= now && (cut ?? now) <= now
    }

    /// What the store returns. A grant of an earlier boot counts as expired.
    func load(_ account: String, at now: Moment) -> StoredGrant? {
        guard let file = disk[account] else { return nil }
        var kept = file.kept
        if file.boot != boot {
            kept.isOfEarlierBoot = true
            kept.grant.issued.instant = now.instant - (kept.grant.statedLifetime ?? .zero)
        }
        return StoredGrant(kept, revision: file.revision)
    }
}
