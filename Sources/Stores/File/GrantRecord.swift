import FoundationEssentials
import Grants
import OAuth
import Text

/// A grant as it is encoded for the store, with its times in a form that stays valid after a reboot.
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
    /// When this record was written, by the wall clock; nil unless the clock was known to be right.
    var synchronisedAt: Double?
    /// When the token was issued, by the clock that counts time asleep; valid only in the boot that `bootID` names.
    var issuedInstant: Int64
    var bootID: String
    /// nil if the server states none.
    var lifetime: Double?
    var refreshIn: Double?
    var consentedAt: Double
    var refreshedAt: Double?
    var isOwn: Bool?
    var proofKey: String?
    var identity: Identity?
    var idToken: String?
    /// When the token was issued, by the clock of the store; nil where the store has none.
    var issuedByStore: Double?
    var isBelieved: Bool?
    var refusesScope: Bool?
    var extra: [String: ExtraMember]?
    var consentEnds: Double?
    var consentLife: Double?
    /// The id_token that isn't validated yet, and the access token before it.
    var unjudged: [String]?
    /// The further access tokens that the configuration names, by their names.
    var further: [String: TokenRecord]?

    /// What the grant is in the register that several hosts share.
    var share: StampRecord?

    struct StampRecord: Codable, Sendable {
        var era: UInt64
        var generation: UInt64
        var id: String
        var consent: String

        init(_ stamp: SharedStamp) {
            (era, generation) = (stamp.version.era, stamp.version.generation)
            (id, consent) = (stamp.id, stamp.consent)
        }

        var stamp: SharedStamp {
            SharedStamp(version: SharedVersion(era: era, generation: generation), id: id, consent: consent)
        }
    }

    /// The age to assume for a token if neither its age nor its lifetime is known.
    private static let unknownAge = Duration.seconds(366 * 86_400)

    /// `issuedByStore` is the earliest time at which the token can have been issued, by the clock of a store that has
    /// one.
    init(_ kept: KeptGrant, bootID: String, now: Moment, isClockSure: Bool, issuedByStore: Date? = nil) {
        let grant = kept.grant
        let stamp = IssueStamp(
            instant: grant.issued.instant, bootID: bootID,
            wall: WallStamp(issued: grant.issued.instant, now: now, isSure: isClockSure), store: issuedByStore)
        clientID = kept.binding.clientID
        server = kept.binding.server
        accessToken = grant.accessToken.expose()
        tokenType = grant.tokenType
        isUsable = grant.isUsable
        refreshToken = grant.refreshToken?.expose()
        scope = grant.scope.tokens
        requestedScope = grant.requestedScope.tokens
        issuedAt = stamp.wall.issued.timeIntervalSince1970
        synchronisedAt = stamp.wall.sureAt?.timeIntervalSince1970
        self.issuedByStore = stamp.store?.timeIntervalSince1970
        issuedInstant = stamp.instant.nanoseconds
        self.bootID = stamp.bootID
        lifetime = grant.statedLifetime?.timeInterval
        refreshIn = grant.refreshIn?.timeInterval
        consentedAt = grant.consentedAt.timeIntervalSince1970
        refreshedAt = kept.refreshedAt?.timeIntervalSince1970
        isOwn = grant.isOwn ? true : nil
        proofKey = grant.proofKey?.expose()
        identity = grant.identity
        idToken = grant.idToken?.expose()
        isBelieved = grant.isBelieved
        refusesScope = grant.refusesScope ? true : nil
        extra = grant.extra.isEmpty ? nil : grant.extra
        consentEnds = grant.consentEnds?.timeIntervalSince1970
        consentLife = grant.consentLife?.timeInterval
        unjudged = grant.unjudged.map { [$0.idToken.expose(), $0.before.expose()] }
        further =
            kept.further.isEmpty
            ? nil : kept.further.mapValues { TokenRecord($0, issued: grant.issued.instant) }
        share = kept.share.map(StampRecord.init)
    }

    private var stamp: IssueStamp {
        IssueStamp(
            instant: Instant(nanoseconds: issuedInstant), bootID: bootID,
            wall: WallStamp(
                issued: Date(timeIntervalSince1970: issuedAt),
                sureAt: synchronisedAt.map(Date.init(timeIntervalSince1970:))),
            store: issuedByStore.map(Date.init(timeIntervalSince1970:)))
    }

    /// `storeTime` is the latest that the current time can be, by the store's clock.
    func kept(now: Moment, bootID current: String, isClockSure: Bool, storeTime: Date? = nil) -> KeptGrant {
        let life = lifetime.map { Duration.seconds($0) }
        let issued = stamp.instant(
            life: life ?? Self.unknownAge, isRefreshable: refreshToken != nil || isOwn == true, now: now,
            bootID: current, isSure: isClockSure, storeTime: storeTime)
        var grant = Grant(
            accessToken: Secret(accessToken), tokenType: tokenType, isBelieved: isBelieved ?? isUsable,
            refreshToken: refreshToken.map(Secret.init), scope: Scope(scope), requestedScope: Scope(requestedScope),
            issued: Moment(instant: issued, wall: stamp.wall.issued), lifetime: life,
            refreshIn: refreshIn.map { .seconds($0) }, consentedAt: Date(timeIntervalSince1970: consentedAt),
            isOwn: isOwn ?? false, proofKey: proofKey.map(Secret.init), identity: identity)
        grant.refusesScope = refusesScope ?? false
        grant.idToken = idToken.map(Secret.init)
        grant.extra = extra ?? [:]
        grant.consentEnds = consentEnds.map(Date.init(timeIntervalSince1970:))
        grant.consentLife = consentLife.map { .seconds($0) }
        if let unjudged, unjudged.count == 2 {
            grant.unjudged = UnjudgedToken(idToken: Secret(unjudged[0]), before: Secret(unjudged[1]))
        }
        var kept = KeptGrant(
            grant: grant, binding: GrantBinding(clientID: clientID, server: server),
            refreshedAt: refreshedAt.map(Date.init(timeIntervalSince1970:)), isOfEarlierBoot: bootID != current,
            further: (further ?? [:]).mapValues { token in
                let stamp = stamp.later(by: .seconds(token.issuedAfter))
                let issued = stamp.instant(
                    life: token.lifetime.map { .seconds($0) } ?? Self.unknownAge,
                    isRefreshable: grant.isRefreshable, now: now, bootID: current, isSure: isClockSure,
                    storeTime: storeTime)
                return token.held(issued: Moment(instant: issued, wall: stamp.wall.issued))
            })
        kept.share = share?.stamp
        return kept
    }
}
