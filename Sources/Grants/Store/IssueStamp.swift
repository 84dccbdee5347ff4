package import FoundationEssentials

/// When an access token was issued, by several clocks that remain valid across processes, boots and hosts. A reader
/// uses the most exact one that it can interpret.
package struct IssueStamp: Sendable, Hashable {
    /// The time by the clock that counts time asleep: exact, but only valid in the boot that `bootID` names.
    package var instant: Instant
    package var bootID: String
    /// The time by the wall clock, which every host has. It may be hours off in either direction until the network has
    /// corrected it.
    package var wall: WallStamp
    /// The earliest possible time by the store's clock, which all its hosts share; nil where the store has no clock.
    package var store: Date?

    package init(instant: Instant, bootID: String, wall: WallStamp, store: Date? = nil) {
        self.instant = instant
        self.bootID = bootID
        self.wall = wall
        self.store = store
    }

    /// The stamp of a token that was issued this much later, by the same clocks.
    package func later(by duration: Duration) -> IssueStamp {
        var stamp = self
        stamp.instant = instant + duration
        stamp.wall.issued = wall.issued + duration.timeInterval
        stamp.store = store.map { $0 + duration.timeInterval }
        return stamp
    }

    /// The instant at which the token was issued, by this host's clock. `storeTime` is the latest possible current time
    /// by the store's clock, so that a token's age is never underestimated.
    package func instant(
        life: Duration, isRefreshable: Bool, now: Moment, bootID current: String, isSure: Bool, storeTime: Date? = nil
    ) -> Instant {
        if bootID == current { return instant }
        if let store, let storeTime { return now.instant - .seconds(max(0, storeTime.timeIntervalSince(store))) }
        return wall.instant(life: life, isRefreshable: isRefreshable, now: now, isSure: isSure)
    }
}

/// When a token was issued, by the wall clock.
package struct WallStamp: Sendable, Hashable {
    package var issued: Date
    /// When this stamp was made, where the kernel knew the wall clock to be right at that time.
    package var sureAt: Date?

    package init(issued: Date, sureAt: Date?) {
        self.issued = issued
        self.sureAt = sureAt
    }

    /// Calculates the date back from now, because the wall clock may have been corrected since the token was issued.
    package init(issued: Instant, now: Moment, isSure: Bool) {
        self.init(issued: now.wall - (now.instant - issued).timeInterval, sureAt: isSure ? now.wall : nil)
    }

    /// The instant at which the token was issued, as seen in a later boot. The stored time is used only where the wall
    /// clock is known to be right now and was right then. Otherwise a token that can be refreshed counts as expired;
    /// one that can't is dated by the wall clock as it is, unless that lies before the time of issue.
    package func instant(life: Duration, isRefreshable: Bool, now: Moment, isSure: Bool) -> Instant {
        let age = now.wall.timeIntervalSince(issued)
        let isTrusted = isSure && sureAt.map { $0 <= now.wall } ?? false
        return now.instant - (age >= 0 && (isTrusted || !isRefreshable) ? .seconds(age) : life)
    }
}
