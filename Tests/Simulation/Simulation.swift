/// Simulates worlds, each from a seed, until one of them breaks a rule.
package enum Simulation {
    /// What happened in a world without a violation.
    package struct Tally: Sendable, Equatable {
        package var served = 0
        package var refreshes = 0
    }

    /// A broken rule, with the shortest history found that breaks it.
    package struct Violation: Error, CustomStringConvertible {
        package var seed: UInt64
        package var rule: String
        package var history: [Command]

        package var description: String {
            "seed \(seed): \(rule)\n" + history.map { "  \($0)" }.joined(separator: "\n")
        }
    }

    /// The number of accounts in a world.
    package static let accounts = Cast.size

    private static let year = Duration.seconds(365 * 86_400)

    /// Simulates one world for this many years.
    package static func run(
        seed: UInt64, years: Double = 1, shrinks: Bool = true, sabotage: Sabotage? = nil
    ) throws -> Tally {
        var draws = History(seed: seed)
        let commands = draws.commands(for: year * years)
        let world = try play(commands, seed: seed, sabotage)
        guard let rule = world.violation else { return Tally(served: world.served, refreshes: world.refreshes) }
        throw Violation(
            seed: seed, rule: rule,
            history: shrinks
                ? try Shrinking.shortest(commands, breaking: rule) { try play($0, seed: seed, sabotage).violation } : []
        )
    }

    private static func play(_ commands: [Command], seed: UInt64, _ sabotage: Sabotage?) throws -> World {
        var world = try World(seed: seed, sabotage: sabotage)
        for command in commands where world.violation == nil { world.perform(command) }
        return world
    }
}
