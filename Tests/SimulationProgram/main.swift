import Foundation
import Simulation

/// Simulates worlds one after the other: `SimulationProgram FIRST-SEED WORLDS YEARS`. Where a rule is broken it prints
/// the history and exits 1. `SimulationProgram fleet …` does the same with fleets of hosts that share their grants.
let isFleet = CommandLine.arguments.dropFirst().first == "fleet"
let words = Array(CommandLine.arguments.dropFirst(isFleet ? 2 : 1))
let seed = words.first.flatMap { UInt64($0) } ?? 1
let worlds = words.dropFirst().first.flatMap { UInt64($0) } ?? 1
let years = words.dropFirst(2).first.flatMap { Double($0) } ?? 1

do {
    for world in seed..<seed + worlds {
        if isFleet {
            let tally = try FleetSimulation.run(seed: world, years: years, shrinks: words.count < 4)
            print(
                "fleet \(world): \(tally.requests) requests, \(tally.rotations) rotations, \(tally.takeovers) takeovers"
            )
            continue
        }
        let tally = try Simulation.run(seed: world, years: years, shrinks: words.count < 4)
        print("world \(world): \(tally.refreshes) refreshes, \(tally.served) tokens served")
    }
} catch {
    print("\(error)")
    exit(1)
}
