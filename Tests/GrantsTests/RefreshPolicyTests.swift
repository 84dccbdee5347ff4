import Failures
import FoundationEssentials
import OAuth
import Testing

@testable import Grants

struct RefreshPolicyTests {
    @Test(
        arguments: [
            (3600, nil, nil, 3225, 3300), (20, nil, nil, 17, 18), (86_400, nil, nil, 86_025, 86_100),
            (3600, nil, 600, 2850, 3000), (3600, 1800, nil, 1725, 1800), (3600, nil, 5000, 1350, 1800),
        ] as [(Int64, Int64?, Int64?, Int64, Int64)])
    func `a refresh is due ahead of expiry, with jitter`(
        life: Int64, refreshIn: Int64?, lead: Int64?, earliest: Int64, latest: Int64
    ) {
        var grant = Grant.example(lifetime: .seconds(life))
        grant.refreshIn = refreshIn.map { .seconds($0) }
        let policy = RefreshPolicy(lead: lead.map { .seconds($0) })
        var jitter = Jitter(seed: 1)
        let dues = Set((0..<50).compactMap { _ in policy.due(grant, jitter: &jitter) })
        #expect(dues.count == 50)
        #expect(dues.allSatisfy { $0 >= start.instant + .seconds(earliest) && $0 <= start.instant + .seconds(latest) })
    }

    @Test func `pauses grow up to a limit`() {
        var jitter = Jitter(seed: 1)
        let pauses = (1...20).map { RefreshPolicy.pause(failures: $0, asked: nil, jitter: &jitter) }
        #expect(pauses.allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(301) })
        #expect(pauses.suffix(10).contains { $0 > .seconds(30) })
    }

    // REFRESH-10
    @Test(
        arguments: [(.throttled, 60), (.slowDown, 60), (.temporarilyUnavailable, 15), (.badReply, 1)]
            as [(FailureCode, Int64)])
    func `a server that is busy is left alone for longer and longer`(_ code: FailureCode, _ least: Int64) {
        var jitter = Jitter(seed: 1)
        func pause(_ failures: Int, retryAfter: Duration? = nil) -> Duration {
            let failure = Failure(code, "busy", retryAfter: retryAfter, at: start.wall)
            return RefreshPolicy.pause(after: failure, failures: failures, jitter: &jitter)
        }
        #expect(pause(1) >= .seconds(least) && pause(1) <= .seconds(least + 4))
        #expect(pause(3) >= .seconds(least == 1 ? 1 : least * 4) && pause(50) <= .seconds(901))
        #expect(least == 1 || (pause(20) >= .seconds(600) && pause(0) >= .seconds(least)))
        let asked = pause(9, retryAfter: .seconds(7))
        #expect(asked >= .seconds(7) && asked <= .seconds(307))
    }

    @Test func `instants saturate at the ends of their range`() {
        #expect(Instant(nanoseconds: .max - 5) + .seconds(10) == .distantFuture)
        #expect(start.instant + .seconds(Int64.max) == .distantFuture)
        #expect(Instant.distantFuture - Instant(nanoseconds: -5) == .nanoseconds(Int64.max))
    }
}
