import Crypto
import FoundationEssentials
import Grants
import OAuth

/// The form of a grant on disk: a line that names the format, then ChaCha20-Poly1305 over JSON. The line and the
/// account's name are bound in, so that a file can't be passed off as another account's or another format's.
struct SealedGrant {
    private static let header = Array("valetkey grant 1\n".utf8)
    /// What every version's line begins with.
    private static let family = Array("valetkey grant ".utf8)

    enum Flaw: Error {
        /// Written by a later version of this program.
        case newer
        /// Damaged, another account's, or sealed with another key.
        case unreadable
    }

    static func seal(_ record: GrantRecord, account: String, key: SymmetricKey) throws -> [UInt8] {
        let plain = try JSONEncoder().encode(record)
        let box = try ChaChaPoly.seal(plain, using: key, authenticating: binding(account))
        return header + box.combined
    }

    static func open(_ bytes: [UInt8], account: String, key: SymmetricKey) throws(Flaw) -> GrantRecord {
        guard bytes.starts(with: header) else {
            let isWholeLine = bytes.prefix(64).contains(UInt8(ascii: "\n"))
            throw bytes.starts(with: family) && isWholeLine ? .newer : .unreadable
        }
        do {
            let box = try ChaChaPoly.SealedBox(combined: bytes.dropFirst(header.count))
            let plain = try ChaChaPoly.open(box, using: key, authenticating: binding(account))
            return try JSONDecoder().decode(GrantRecord.self, from: plain)
        } catch {
            throw .unreadable
        }
    }

    private static func binding(_ account: String) -> [UInt8] {
        header + Array(account.utf8)
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
