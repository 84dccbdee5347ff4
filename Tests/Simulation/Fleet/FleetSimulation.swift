import Grants

/// Simulates fleets, each from a seed, until one of them breaks a rule.
package enum FleetSimulation {
    /// What happened in a fleet without a violation.
    package struct Tally: Sendable, Equatable {
        /// How many token requests there were, and how many of them brought a new refresh token.
        package var requests = 0
        package var rotations = 0
        package var takeovers = 0
    }

    /// A broken rule, with the shortest history found that breaks it.
    package struct Violation: Error, CustomStringConvertible {
        package var seed: UInt64
        package var rule: String
        package var history: [FleetCommand]

        package var description: String {
            "seed \(seed): \(rule)\n" + history.map { "  \($0)" }.joined(separator: "\n")
        }
    }

    private static let year = Duration.seconds(365 * 86_400)

    /// Simulates one fleet for this many years; with `isQuiet` nothing goes wrong.
    package static func run(
        seed: UInt64, years: Double = 1, isQuiet: Bool = false, shrinks: Bool = true, sabotage: FleetSabotage? = nil
    ) throws -> Tally {
        var history = FleetHistory(seed: seed)
        let commands = history.commands(for: year * years, isQuiet: isQuiet)
        let world = try play(commands, seed: seed, sabotage)
        guard let rule = world.violation else { return tally(world) }
        throw Violation(
            seed: seed, rule: rule,
            history: shrinks
                ? try Shrinking.shortest(commands, breaking: rule) { try play($0, seed: seed, sabotage).violation } : []
        )
    }

    private static func tally(_ world: FleetWorld) -> Tally {
        Tally(
            requests: world.server.accounts.map(\.requests).reduce(0, +),
            rotations: world.server.accounts.map(\.rotations).reduce(0, +), takeovers: world.takeovers)
    }

    private static func play(
        _ commands: [FleetCommand], seed: UInt64, _ sabotage: FleetSabotage?
    ) throws -> FleetWorld {
        var world = try FleetWorld(seed: seed, sabotage: sabotage)
        for command in commands where world.violation == nil { world.perform(command) }
        return world
    }
}
