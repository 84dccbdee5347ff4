import Register
import Text

/// What a host tells the fleet of itself, in a record of its own. It is sealed as grants are.
struct HostNote: Codable, Sendable, Equatable {
    /// The host's name, for people.
    var name: String
    /// The program's version.
    var version: String
    /// The ids of the keys that it has; it seals with the first.
    var keys: [String]
    /// When it was written, by the engine's clock.
    var at: EngineInstant

    private static let longestText = 256
    private static let mostKeys = 100
    /// The year 5138: far from the ends of the range in which times are calculated.
    private static let latest: Int64 = 100_000_000_000_000

    /// Whether a host can have written this.
    var isSound: Bool {
        let texts = [name, version] + keys
        return texts.allSatisfy { $0.utf8.count <= Self.longestText && $0.isPrintable }
            && (1...Self.mostKeys).contains(keys.count) && (0...Self.latest).contains(at.milliseconds)
    }
}
