import FoundationEssentials
import Simulation
import Testing

extension Simulations {
    /// Simulates worlds of several accounts from seeds. `VALETKEY_SIMULATION_YEARS` sets a larger number of account-years,
    /// and `VALETKEY_SIMULATION_SEED` another first seed.
    @Suite(.serialized) struct AccountSimulationTests {
        private static let environment = ProcessInfo.processInfo.environment
        private static let years = environment["VALETKEY_SIMULATION_YEARS"].flatMap(Int.init) ?? 200
        private static let seed = environment["VALETKEY_SIMULATION_SEED"].flatMap(UInt64.init) ?? 1

        // REFRESH-4, REFRESH-5, REFRESH-6, REFRESH-7, READ-1, REVOKE-3
        @Test(.timeLimit(.minutes(10)))
        func `no grant is lost and no expired token is served, whatever happens`() async throws {
            let worlds = (Self.years + Simulation.accounts - 1) / Simulation.accounts
            let tallies = try await WorldThreads.all(worlds) { world in
                try await Self.run(seed: Self.seed &+ UInt64(world), years: 1)
            }
            let (served, refreshes) = (tallies.map(\.served).reduce(0, +), tallies.map(\.refreshes).reduce(0, +))
            #expect(served > Self.years * 50)
            #expect(refreshes > Self.years * 500)
        }

        @Test(.timeLimit(.minutes(10)), arguments: Sabotage.allCases)
        func `each sabotage is found`(sabotage: Sabotage) async {
            await #expect(throws: Simulation.Violation.self) {
                for seed in UInt64(1)...5 { _ = try await Self.run(seed: seed, years: 0.2, sabotage: sabotage) }
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `the same seed has the same result each time`() async throws {
            let first = try await Self.run(seed: 7, years: 0.1)
            #expect(try await Self.run(seed: 7, years: 0.1) == first)
            #expect(try await Self.run(seed: 8, years: 0.1) != first)
        }

        @Test(.timeLimit(.minutes(10)))
        func `the history of a violation is shortened to what the violation needs`() async throws {
            let violation = try #require(
                await #expect(throws: Simulation.Violation.self) {
                    _ = try await Self.run(seed: 1, years: 0.2, shrinks: true, sabotage: .answersTwice)
                })
            #expect(violation.rule == "a reader was answered twice")
            #expect((1...3).contains(violation.history.count), "\(violation)")
        }

        private static func run(
            seed: UInt64, years: Double, shrinks: Bool? = nil, sabotage: Sabotage? = nil
        ) async throws -> Simulation.Tally {
            try await WorldThreads.run {
                try Simulation.run(
                    seed: seed, years: years, shrinks: shrinks ?? (sabotage == nil), sabotage: sabotage)
            }
        }
    }
}
