import FoundationEssentials
import Simulation
import Testing

extension Simulations {
    /// Simulates fleets of five hosts from seeds. `VALETKEY_FLEET_YEARS` sets another number of years, and
    /// `VALETKEY_SIMULATION_SEED` another first seed.
    @Suite(.serialized) struct FleetSimulationTests {
        private static let environment = ProcessInfo.processInfo.environment
        private static let years = environment["VALETKEY_FLEET_YEARS"].flatMap(Int.init) ?? 100
        private static let seed = environment["VALETKEY_SIMULATION_SEED"].flatMap(UInt64.init) ?? 1

        @Test(.timeLimit(.minutes(10)))
        func `no refresh token is used by two hosts, lost or served after a logout, whatever happens`() async throws {
            let tallies = try await WorldThreads.all(Self.years) { fleet in
                try await Self.run(seed: Self.seed &+ UInt64(fleet), years: 1)
            }
            let rotations = tallies.map(\.rotations).reduce(0, +)
            let takeovers = tallies.map(\.takeovers).reduce(0, +)
            #expect(rotations > Self.years * 500)
            #expect(takeovers > Self.years)
        }

        @Test(.timeLimit(.minutes(10)))
        func `without faults each refresh is one request, and no claim is taken over`() async throws {
            for seed in UInt64(1)...3 {
                let tally = try await Self.run(seed: seed, years: 0.2, isQuiet: true)
                #expect(tally.requests == tally.rotations && tally.rotations > 20 && tally.takeovers == 0)
            }
        }

        @Test(.timeLimit(.minutes(10)), arguments: FleetSabotage.allCases)
        func `each sabotage is found`(sabotage: FleetSabotage) async {
            await #expect(throws: FleetSimulation.Violation.self) {
                for seed in UInt64(1)...10 { _ = try await Self.run(seed: seed, years: 0.2, sabotage: sabotage) }
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `the same seed has the same result each time`() async throws {
            let first = try await Self.run(seed: 7, years: 0.1)
            #expect(try await Self.run(seed: 7, years: 0.1) == first)
            #expect(try await Self.run(seed: 8, years: 0.1) != first)
        }

        private static func run(
            seed: UInt64, years: Double, isQuiet: Bool = false, sabotage: FleetSabotage? = nil
        ) async throws -> FleetSimulation.Tally {
            try await WorldThreads.run {
                try FleetSimulation.run(
                    seed: seed, years: years, isQuiet: isQuiet, shrinks: sabotage == nil, sabotage: sabotage)
            }
        }
    }
}
