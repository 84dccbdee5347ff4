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

    @Test func `instants saturate at the ends of their range`() {
        #expect(Instant(nanoseconds: .max - 5) + .seconds(10) == .distantFuture)
        #expect(start.instant + .seconds(Int64.max) == .distantFuture)
        #expect(Instant.distantFuture - Instant(nanoseconds: -5) == .nanoseconds(Int64.max))
    }
}
