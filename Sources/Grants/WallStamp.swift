package import FoundationEssentials

/// When a token was issued by the wall clock, which alone outlives a boot. It may be wrong, for hours and in both
/// directions, until the network has corrected it.
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
    /// and was right then. Elsewhere it counts as expired, and is renewed; one that can't be renewed goes by the clock as
    /// it is, unless that is wrong for sure.
    package func instant(life: Duration, isRenewable: Bool, now: Moment, isSure: Bool) -> Instant {
        let age = now.wall.timeIntervalSince(issued)
        let isTrusted = isSure && sureAt.map { $0 <= now.wall } ?? false
        return now.instant - (age >= 0 && (isTrusted || !isRenewable) ? .seconds(age) : life)
    }
}
