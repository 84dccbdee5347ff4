package import FoundationEssentials

/// When an access token was issued, in the forms that outlive a process, a boot and a host. Each reader uses the best
/// that it understands.
package struct IssueStamp: Sendable, Hashable {
    /// The clock that counts time asleep, exact and meaningful only in the boot that `bootID` names.
    package var instant: Instant
    package var bootID: String
    /// The clock that every host has. It may be wrong, for hours and in both directions, until the network has corrected
    /// it.
    package var wall: WallStamp
    /// The clock of the store, which all its hosts share: the earliest that it can have been. nil where the store has
    /// none.
    package var store: Date?

    package init(instant: Instant, bootID: String, wall: WallStamp, store: Date? = nil) {
        self.instant = instant
        self.bootID = bootID
        self.wall = wall
        self.store = store
    }

    /// The instant at which the token was issued, by this host's clock. `storeTime` is the latest that it can be now
    /// by the store's clock, so that a token is never thought younger than it is.
    package func instant(
        life: Duration, isRefreshable: Bool, now: Moment, bootID current: String, isSure: Bool, storeTime: Date? = nil
    ) -> Instant {
        if bootID == current { return instant }
        if let store, let storeTime { return now.instant - .seconds(max(0, storeTime.timeIntervalSince(store))) }
        return wall.instant(life: life, isRefreshable: isRefreshable, now: now, isSure: isSure)
    }
}

/// When a token was issued by the wall clock.
package struct WallStamp: Sendable, Hashable {
    package var issued: Date
    /// When this was written down, where the kernel knew the wall clock to be right then.
    package var sureAt: Date?

    package init(issued: Date, sureAt: Date?) {
        self.issued = issued
        self.sureAt = sureAt
    }

    /// The date is reckoned from now: the wall clock may have been corrected since the token was issued.
    package init(issued: Instant, now: Moment, isSure: Bool) {
        self.init(issued: now.wall - (now.instant - issued).timeInterval, sureAt: isSure ? now.wall : nil)
    }

    /// The instant at which the token was issued, in a later boot. It is served on only where the wall clock is right now
    /// and was right then. Elsewhere it counts as expired, and is refreshed; one that can't be refreshed goes by the
    /// clock as it is, unless that is wrong for sure.
    package func instant(life: Duration, isRefreshable: Bool, now: Moment, isSure: Bool) -> Instant {
        let age = now.wall.timeIntervalSince(issued)
        let isTrusted = isSure && sureAt.map { $0 <= now.wall } ?? false
        return now.instant - (age >= 0 && (isTrusted || !isRefreshable) ? .seconds(age) : life)
    }
}
