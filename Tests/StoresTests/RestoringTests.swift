import FoundationEssentials
import Grants
import Stores
import TestStores
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RestoringTests {
    /// A wall clock that is right, and off by this, in the boot that saves and in the one that loads.
    struct Clock: Sendable, CustomStringConvertible {
        var isSure = true
        var off = 0.0

        static let right = Clock()
        static let unsure = Clock(isSure: false)
        static func off(_ seconds: Double) -> Clock { Clock(isSure: false, off: seconds) }

        var description: String { "\(isSure ? "sure" : "unsure") \(off)" }
    }

    /// Saved 10 s after the token was issued. The machine was off for so long, and has been up for 20 s.
    private func restored(
        _ kept: KeptGrant = .example(issued: .example(1_000_000), lifetime: .seconds(3600)), saved: Clock = .right,
        off: Double = 600, loaded: Clock = .right
    ) async throws -> (kept: KeptGrant, left: Duration) {
        let lab = try StoreLab()
        var moment = kept.grant.issued + .seconds(10)
        moment.wall += saved.off
        let then = StandingTime(moment: moment, isWallClockSure: saved.isSure)
        try await lab.open(bootID: "a", time: then).save(kept, account: "ads")
        moment = Moment(
            instant: Moment.example(20).instant, wall: kept.grant.issued.wall + 10 + off + 20 + loaded.off)
        let now = StandingTime(moment: moment, isWallClockSure: loaded.isSure)
        let copy = try lab.copy()
        let restored = try #require(await copy.open(bootID: "b", time: now).kept(account: "ads", now: moment))
        return (restored, (restored.grant.expires?.instant ?? moment.instant) - moment.instant)
    }

    @Test(arguments: [0, -1e6, 1e6])
    func `within one boot a token's age is measured by the clock that never jumps`(wallJump: Double) async throws {
        let kept = KeptGrant.example(issued: .example(1000), lifetime: .seconds(3600))
        let lab = try StoreLab()
        try await lab.open().save(kept, account: "ads")
        let copy = try lab.copy()
        let restored = try await copy.open().kept(account: "ads", now: .example(2000, wallJump: wallJump))
        #expect(restored == kept)
    }

    // READ-1
    @Test func `after a reboot a token's age is measured by a wall clock known to be right`() async throws {
        let (kept, left) = try await restored()
        #expect(kept.isOfEarlierBoot && left == .seconds(2970))
        #expect(try await restored(off: 3000).left == .seconds(570))
        #expect(try await restored(off: 1e6).left <= .zero)
    }

    // READ-1
    @Test(arguments: [
        (Clock.right, Clock.unsure), (.unsure, .right), (.right, .off(-300)), (.off(7200), .right), (.right, .off(1e9)),
        (.right, Clock(off: -625)), (.right, Clock(off: -1e9)),
    ])
    func `after a reboot a token of unknown age is refreshed before it is served`(
        saved: Clock, loaded: Clock
    ) async throws {
        #expect(try await restored(saved: saved, loaded: loaded).left <= .zero)
    }

    // READ-1, CC-1
    @Test func `a client's own token can be refreshed as well`() async throws {
        var kept = KeptGrant.example(refresh: nil, issued: .example(1000), lifetime: .seconds(3600))
        kept.grant.isOwn = true
        #expect(try await restored(kept, loaded: .unsure).left <= .zero)
    }

    @Test func `a clock that is corrected after a token was issued gives its age nevertheless`() async throws {
        var kept = KeptGrant.example(issued: .example(1_000_000), lifetime: .seconds(3600))
        kept.grant.issued.wall += 7200
        #expect(try await restored(kept, saved: Clock(off: -7200), loaded: Clock(off: -7200)).left == .seconds(2970))
    }

    @Test func `after a reboot an unrefreshable token is dated by the wall clock as it is`() async throws {
        let kept = KeptGrant.example(refresh: nil, issued: .example(1_000_000), lifetime: .seconds(3600))
        let (restored, left) = try await restored(kept, saved: .unsure, loaded: .unsure)
        #expect(left == .seconds(2970))
        #expect(restored.grant.issued.wall == kept.grant.issued.wall)
        #expect(try await self.restored(kept, loaded: .off(-1000)).left <= .zero)
    }
}
