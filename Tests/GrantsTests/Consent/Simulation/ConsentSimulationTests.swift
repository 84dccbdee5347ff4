import Dispatch
import FoundationEssentials
import Testing

@testable import Grants

/// Simulates random histories of consents from seeds. `VALETKEY_SIMULATION_CONSENTS` sets a larger number of histories.
struct ConsentSimulationTests {
    static let histories =
        ProcessInfo.processInfo.environment["VALETKEY_SIMULATION_CONSENTS"].flatMap(Int.init) ?? 1000

    /// Runs on a thread of its own, so that tests on the cooperative pool aren't held up.
    private static let thread = DispatchQueue(label: "consent simulation")

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    // AUTHZ-6, CALLBACK-4, DEVICE-2, KEEP-4, PAR-2
    @Test(.timeLimit(.minutes(10)))
    func `each code is redeemed once, every caller is answered once, and no end keeps a secret`() async throws {
        var counts: [String: Int] = [:]
        for seed in 0..<UInt64(Self.histories) {
            counts.merge(try await run(seed: seed, mutation: nil).counts, uniquingKeysWith: +)
        }
        for what in [
            "started", "not started", "forwarded", "granted pages", "used twice", "too late", "polls", "granted",
            "refused", "expired", "cancelled", "failed", "busy",
        ] {
            #expect(counts[what, default: 0] > Self.histories / 20, "\(what): \(counts)")
        }
    }

    @Test(arguments: ConsentWorld.Mutation.allCases)
    func `each mutation is found`(mutation: ConsentWorld.Mutation) async {
        await #expect(throws: Failure.self) {
            for seed in UInt64(0)..<100 { _ = try await run(seed: seed, mutation: mutation) }
        }
    }

    private func run(seed: UInt64, mutation: ConsentWorld.Mutation?) async throws -> ConsentWorld {
        try await withCheckedThrowingContinuation { continuation in
            Self.thread.async { continuation.resume(with: Result { try live(seed: seed, mutation: mutation) }) }
        }
    }

    private func live(seed: UInt64, mutation: ConsentWorld.Mutation?) throws(Failure) -> ConsentWorld {
        let history = ConsentCommand.history(seed: seed)
        let world = play(history, seed: seed, mutation: mutation)
        guard let violation = world.violation else { return world }
        let commands = mutation == nil ? shortest(history, seed: seed) : []
        throw Failure(
            description: "seed \(seed): \(violation)\n" + commands.map { "  \($0)" }.joined(separator: "\n"))
    }

    private func play(
        _ history: [ConsentCommand], seed: UInt64, mutation: ConsentWorld.Mutation? = nil
    ) -> ConsentWorld {
        var world = ConsentWorld(seed: seed, mutation: mutation)
        for command in history where world.violation == nil { world.perform(command) }
        world.pass(.seconds(7200))
        world.checkEnd()
        return world
    }

    /// Shortens the history, one command after the other, as long as the failure remains.
    private func shortest(_ history: [ConsentCommand], seed: UInt64) -> [ConsentCommand] {
        var history = history
        for index in history.indices.reversed() {
            var shorter = history
            shorter.remove(at: index)
            if play(shorter, seed: seed).violation != nil { history = shorter }
        }
        return history
    }
}
