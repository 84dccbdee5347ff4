import Dispatch
import FoundationEssentials
import Testing

@testable import Grants

/// Lives of grants, seeded. `VALETKEY_SIMULATION_YEARS` asks for more than the usual number of account-years,
/// `VALETKEY_SIMULATION_SEED` for another start.
struct SimulationTests {
    static let years = ProcessInfo.processInfo.environment["VALETKEY_SIMULATION_YEARS"].flatMap(Int.init) ?? 200
    static let seed = ProcessInfo.processInfo.environment["VALETKEY_SIMULATION_SEED"].flatMap(UInt64.init) ?? 1

    /// One life after the other on a thread of its own: other tests, which wait on the cooperative pool, go on.
    private static let thread = DispatchQueue(label: "simulation")

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    // REFRESH-4, REFRESH-5, REFRESH-6, REFRESH-7, READ-1
    @Test(.timeLimit(.minutes(10)), arguments: 0..<4)
    func `no grant is lost and no dead token served, whatever happens`(part: Int) async throws {
        var (served, refreshes) = (0, 0)
        for year in stride(from: part, to: Self.years, by: 4) {
            let world = try await run(seed: Self.seed &+ UInt64(year), mutation: nil)
            served += world.served
            refreshes += world.refreshes
        }
        #expect(served > Self.years * 50)
        #expect(refreshes > Self.years * 500)
    }

    @Test(arguments: World.Mutation.allCases)
    func `each way of being wrong is found`(mutation: World.Mutation) async {
        await #expect(throws: Failure.self) {
            for seed in UInt64(1)...20 { _ = try await run(seed: seed, mutation: mutation) }
        }
    }

    private func run(seed: UInt64, mutation: World.Mutation?) async throws -> World {
        try await withCheckedThrowingContinuation { continuation in
            Self.thread.async { continuation.resume(with: Result { try live(seed: seed, mutation: mutation) }) }
        }
    }

    private func live(seed: UInt64, mutation: World.Mutation?) throws(Failure) -> World {
        let commands = Command.year(seed: seed)
        let world = play(commands, seed: seed, mutation: mutation)
        guard let violation = world.violation else { return world }
        let history = mutation == nil ? shortest(commands, seed: seed) : commands
        let lines = history.map { "  \($0)" }.joined(separator: "\n")
        throw Failure(description: "seed \(seed): \(violation)\n\(mutation == nil ? lines : "")")
    }

    private func play(_ commands: [Command], seed: UInt64, mutation: World.Mutation?) -> World {
        var world = World(rotates: seed % 4 != 0, grace: .seconds(seed % 3 == 0 ? 60 : 0), mutation: mutation)
        for command in commands where world.violation == nil { world.perform(command) }
        return world
    }

    /// Leaves out what the failure doesn't need: ever smaller pieces, as long as it still fails.
    private func shortest(_ commands: [Command], seed: UInt64) -> [Command] {
        var history = commands
        var size = history.count / 2
        while size > 0 {
            var start = 0
            while start < history.count {
                var shorter = history
                shorter.removeSubrange(start..<min(start + size, history.count))
                if play(shorter, seed: seed, mutation: nil).violation != nil {
                    history = shorter
                } else {
                    start += size
                }
            }
            size /= 2
        }
        return history
    }
}
