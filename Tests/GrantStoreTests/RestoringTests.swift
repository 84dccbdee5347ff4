import FoundationEssentials
import GrantStore
import Grants
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RestoringTests {
    private func restored(_ kept: KeptGrant, savedIn: String, loadedIn: String, now: Moment) async throws -> Grant {
        let lab = try StoreLab()
        try await lab.open(bootID: savedIn).save(kept, account: "ads")
        let copy = try lab.copy()
        let store = try copy.open(bootID: loadedIn)
        return try #require(await store.load(account: "ads", now: now)).grant
    }

    @Test(arguments: [0, -1e6, 1e6])
    func `within one boot a token's age goes by the clock that never jumps`(wallJump: Double) async throws {
        let kept = KeptGrant.example(issued: .example(1000), lifetime: .seconds(3600))
        let now = Moment.example(2000, wallJump: wallJump)
        let grant = try await restored(kept, savedIn: "a", loadedIn: "a", now: now)
        #expect(grant == kept.grant)
        #expect(grant.expires.instant - now.instant == .seconds(2600))
    }

    // READ-1
    @Test func `after another boot a token that can be renewed is renewed before it is served`() async throws {
        let kept = KeptGrant.example(issued: .example(1_000_000), lifetime: .seconds(3600))
        // A clock without a battery: it may stand right behind the token's birth for hours.
        let now = Moment(instant: Moment.example(20).instant, wall: kept.grant.issued.wall + 300)
        let grant = try await restored(kept, savedIn: "a", loadedIn: "b", now: now)
        #expect(grant.expires.instant <= now.instant)
    }

    @Test func `after another boot the age of one that can't goes by the wall clock`() async throws {
        var kept = KeptGrant.example(issued: .example(1_000_000), lifetime: .seconds(3600))
        kept.grant.refreshToken = nil
        // The machine was off for 600 s and has been up for 20.
        let now = Moment(instant: Moment.example(20).instant, wall: kept.grant.issued.wall + 600)
        let grant = try await restored(kept, savedIn: "a", loadedIn: "b", now: now)
        #expect(grant.expires.instant - now.instant == .seconds(3000))
        #expect(grant.issued.wall == kept.grant.issued.wall)
    }

    // READ-1
    @Test(arguments: [3600.0, 1e5, 1e9])
    func `a token that has run out while the machine was off has expired`(off: Double) async throws {
        let kept = KeptGrant.example(issued: .example(1000), lifetime: .seconds(3600))
        let now = Moment(instant: Moment.example(20).instant, wall: kept.grant.issued.wall + off)
        let grant = try await restored(kept, savedIn: "a", loadedIn: "b", now: now)
        #expect(grant.expires.instant <= now.instant)
    }

    // READ-1
    @Test(arguments: [0.001, 60, 1.8e9])
    func `after another boot a clock that stands before a token's birth makes it count as expired`(
        behind: Double
    ) async throws {
        let kept = KeptGrant.example(issued: .example(1000), lifetime: .seconds(3600))
        let now = Moment(instant: Moment.example(20).instant, wall: kept.grant.issued.wall - behind)
        let grant = try await restored(kept, savedIn: "a", loadedIn: "b", now: now)
        #expect(grant.expires.instant <= now.instant)
    }
}
