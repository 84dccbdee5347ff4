import Grants
import Text

/// What the world knows of an account's grants, to check what the daemon does with them.
struct Story {
    /// The newest refresh token that the server has sent, by grantee, as long as its loss would be a mistake.
    var received: [Int: ModelToken] = [:]
    /// The oldest tokens that may still exist, by grantee: older ones were replaced by a consent, or logged out.
    var oldest: [Int: Int] = [:]
    /// The oldest further tokens that may exist where the file had some that were older than the account's own one when
    /// the process began, by grantee.
    var oldestFurther: [Int: Int] = [:]
    /// Access tokens of grants that the disk has refused since the process began.
    var refused: Set<Secret> = []
    /// How many requests with the same refresh token are under way.
    var inFlight: [Secret: Int] = [:]
    var requests: [Instant] = []
    /// How many times in a row a valid grant was refused, by grantee.
    var refusals: [Int: Int] = [:]
    /// How many times in a row the server has refused an invalid refresh token, and for which version of the machine.
    var invalid: (version: UInt64, count: Int) = (0, 0)
    /// How many revocations are under way.
    var revocations = 0

    static let loggedOut = Int.max

    mutating func receive(_ token: ModelToken) {
        if token.number > received[token.grantee]?.number ?? 0 { received[token.grantee] = token }
    }

    /// Forgets what ends with the process.
    mutating func crash() {
        refused = []
        inFlight = [:]
        invalid = (0, 0)
    }
}
