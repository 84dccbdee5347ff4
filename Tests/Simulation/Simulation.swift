/// Lives worlds, each drawn from a seed, until something that must hold doesn't.
package enum Simulation {
    /// What was lived through without a violation.
    package struct Tally: Sendable, Equatable {
        package var served = 0
        package var refreshes = 0
    }

    /// What didn't hold, and the shortest history that leads there.
    package struct Violation: Error, CustomStringConvertible {
        package var seed: UInt64
        package var rule: String
        package var history: [Command]

        package var description: String {
            "seed \(seed): \(rule)\n" + history.map { "  \($0)" }.joined(separator: "\n")
        }
    }

    /// The accounts of one world.
    package static let accounts = Cast.size

    private static let year = Duration.seconds(365 * 86_400)

    /// One world for that many years.
    package static func run(
        seed: UInt64, years: Double = 1, shrinks: Bool = true, sabotage: Sabotage? = nil
    ) throws -> Tally {
        var draws = History(seed: seed)
        let commands = draws.commands(for: year * years)
        let world = try play(commands, seed: seed, sabotage)
        guard let rule = world.violation else { return Tally(served: world.served, refreshes: world.refreshes) }
        let history = shrinks ? try shortest(commands, seed: seed, sabotage, rule) : []
        throw Violation(seed: seed, rule: rule, history: history)
    }

    private static func play(_ commands: [Command], seed: UInt64, _ sabotage: Sabotage?) throws -> World {
        var world = try World(seed: seed, sabotage: sabotage)
        for command in commands where world.violation == nil { world.perform(command) }
        return world
    }

    /// Leaves out what the violation doesn't need: ever smaller pieces, as long as there still is the same one.
    private static func shortest(
        _ commands: [Command], seed: UInt64, _ sabotage: Sabotage?, _ rule: String
    ) throws -> [Command] {
        var history = commands
        var size = history.count / 2
        while size > 0 {
            var start = 0
            while start < history.count {
                var shorter = history
                shorter.removeSubrange(start..<min(start + size, history.count))
                if try play(shorter, seed: seed, sabotage).violation == rule {
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
