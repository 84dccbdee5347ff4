import Grants
import Register
import Text

/// What is read from the register is judged as untrusted: another host's program may be wrong, and nothing in a record
/// may stop this process.
extension RecordContent {
    /// Hosts raise versions by one, so that no honest host gets near this.
    private static let limit: UInt64 = 1 << 53
    private static let mostFailures = 1_000_000
    private static let longestText = 256
    private static let mostTokens = 1000

    /// Whether a host can have written this.
    var isSound: Bool {
        let texts = [id, consent, host, claim?.id, claim?.host, claim?.name, claim?.run].compactMap(\.self)
        guard texts.allSatisfy({ $0.utf8.count <= Self.longestText && $0.isPrintable }), !id.isEmpty else {
            return false
        }
        guard era > 0, max(era, generation) < Self.limit, claim?.id.isEmpty != true else { return false }
        // Only a logout leaves neither a consent nor a grant.
        guard (grant == nil) == consent.isEmpty, (issued == nil) == consent.isEmpty else { return false }
        let counts = [trouble?.failures, trouble?.refusals].compactMap(\.self)
        guard counts.allSatisfy({ (0...Self.mostFailures).contains($0) }) else { return false }
        if let allowance, !(0...Double(Self.mostFailures)).contains(allowance.left) { return false }
        let instants = [issued, claim?.at, trouble?.until, allowance?.counted].compactMap(\.self)
        return instants.allSatisfy { $0.milliseconds.magnitude < Self.limit } && grant?.isSound ?? true
    }

    fileprivate static func takes(_ further: [String: TokenRecord]) -> Bool { further.count <= mostTokens }
}

extension GrantRecord {
    /// Seconds that are far from the ends of the ranges in which times are calculated.
    private static let longest = 1e11

    fileprivate var isSound: Bool {
        let tokens = further ?? [:]
        let lives = [lifetime, refreshIn, consentLife] + tokens.values.flatMap { [$0.lifetime, $0.refreshIn] }
        let times = [issuedAt, synchronisedAt, consentedAt, refreshedAt, issuedByStore, consentEnds]
        return lives.allSatisfy { $0.map { (0...Self.longest).contains($0) } ?? true }
            && (times + tokens.values.map(\.issuedAfter)).allSatisfy { $0.map { $0.magnitude <= Self.longest } ?? true }
            && issuedInstant.magnitude < 1 << 62 && RecordContent.takes(tokens)
    }
}
