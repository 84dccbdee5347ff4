import Crypto
import FoundationEssentials
import Grants
import OAuth
import Text

/// The form of a grant on disk: a line that names the format and the key, then ChaCha20-Poly1305 over JSON. The line and
/// the account's name are bound in, so that a file can't be passed off as another account's or another format's.
struct SealedGrant {
    /// What every version's line begins with.
    private static let family = "valetkey grant "
    private static let lineLimit = 64

    enum Flaw: Error {
        /// Written by a later version of this program.
        case newer
        /// Sealed with a key that isn't here.
        case otherKey
        /// Damaged, another account's, or no grant at all.
        case damaged
    }

    static func seal(_ record: GrantRecord, account: String, key: SealingKey) throws -> [UInt8] {
        let line = Array("\(family)2 \(key.id)\n".utf8)
        let plain = try JSONEncoder().encode(record)
        let box = try ChaChaPoly.seal(plain, using: key.key, authenticating: line + Array(account.utf8))
        return line + box.combined
    }

    static func open(_ bytes: [UInt8], account: String, keys: [SealingKey]) throws(Flaw) -> GrantRecord {
        guard let end = bytes.prefix(lineLimit).firstIndex(of: UInt8(ascii: "\n")),
            let line = String(validating: bytes[..<end], as: UTF8.self), line.hasPrefix(family)
        else { throw .damaged }
        let words = line.dropFirst(family.count).split(separator: " ")
        let fitting: [SealingKey]
        switch words.first {
        // The first format didn't name the key.
        case "1": fitting = keys
        case "2": fitting = keys.filter { words.dropFirst() == [$0.id[...]] }
        default: throw .newer
        }
        guard !fitting.isEmpty else { throw .otherKey }
        let binding = Array(bytes[...end]) + Array(account.utf8)
        for key in fitting {
            if let box = try? ChaChaPoly.SealedBox(combined: bytes[(end + 1)...]),
                let plain = try? ChaChaPoly.open(box, using: key.key, authenticating: binding),
                let record = try? JSONDecoder().decode(GrantRecord.self, from: plain)
            {
                return record
            }
        }
        throw .damaged
    }
}

/// A grant with its times in a form that outlives the boot.
struct GrantRecord: Codable, Sendable {
    var clientID: String
    var server: String
    var accessToken: String
    var tokenType: String
    var isUsable: Bool
    var refreshToken: String?
    var scope: [String]
    var requestedScope: [String]
    var issuedAt: Double
    /// When this was written by a wall clock that was known to be right.
    var synchronisedAt: Double?
    /// The clock that counts time asleep, meaningful in the boot that `bootID` names.
    var issuedInstant: Int64
    var bootID: String
    var lifetime: Double
    var refreshIn: Double?
    var consentedAt: Double
    var refreshedAt: Double?
    var isOwn: Bool?
    var proofKey: String?
    var identity: Identity?

    init(_ kept: KeptGrant, bootID: String, now: Moment, isClockSure: Bool) {
        let grant = kept.grant
        let stamp = WallStamp(issued: grant.issued.instant, now: now, isSure: isClockSure)
        clientID = kept.binding.clientID
        server = kept.binding.server
        accessToken = grant.accessToken.expose()
        tokenType = grant.tokenType
        isUsable = grant.isUsable
        refreshToken = grant.refreshToken?.expose()
        scope = grant.scope.tokens
        requestedScope = grant.requestedScope.tokens
        issuedAt = stamp.issued.timeIntervalSince1970
        synchronisedAt = stamp.sureAt?.timeIntervalSince1970
        issuedInstant = grant.issued.instant.nanoseconds
        self.bootID = bootID
        lifetime = grant.lifetime.timeInterval
        refreshIn = grant.refreshIn?.timeInterval
        consentedAt = grant.consentedAt.timeIntervalSince1970
        refreshedAt = kept.refreshedAt?.timeIntervalSince1970
        isOwn = grant.isOwn ? true : nil
        proofKey = grant.proofKey?.expose()
        identity = grant.identity
    }

    func kept(now: Moment, bootID current: String, isClockSure: Bool) -> KeptGrant {
        let life = Duration.seconds(lifetime)
        let stamp = WallStamp(
            issued: Date(timeIntervalSince1970: issuedAt), sureAt: synchronisedAt.map(Date.init(timeIntervalSince1970:))
        )
        let isOfEarlierBoot = bootID != current
        let issued =
            isOfEarlierBoot
            ? stamp.instant(
                life: life, isRenewable: refreshToken != nil || isOwn == true, now: now, isSure: isClockSure)
            : Instant(nanoseconds: issuedInstant)
        let grant = Grant(
            accessToken: Secret(accessToken), tokenType: tokenType, isUsable: isUsable,
            refreshToken: refreshToken.map(Secret.init), scope: Scope(scope), requestedScope: Scope(requestedScope),
            issued: Moment(instant: issued, wall: stamp.issued), lifetime: life,
            refreshIn: refreshIn.map { .seconds($0) }, consentedAt: Date(timeIntervalSince1970: consentedAt),
            isOwn: isOwn ?? false, proofKey: proofKey.map(Secret.init), identity: identity)
        return KeptGrant(
            grant: grant, binding: GrantBinding(clientID: clientID, server: server),
            refreshedAt: refreshedAt.map(Date.init(timeIntervalSince1970:)), isOfEarlierBoot: isOfEarlierBoot)
    }
}
