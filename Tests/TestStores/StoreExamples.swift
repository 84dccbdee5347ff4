import Accounts
import Failures
package import FoundationEssentials
package import Grants
import OAuth
import Text

/// One account in a store.
struct Account: Sendable {
    let name: String
    let store: any GrantStore

    init(_ name: String, _ store: any GrantStore) {
        self.name = name
        self.store = store
    }

    func load() async throws -> StoredGrant? {
        try await store.load(account: name, now: .example(2000))
    }

    func save(_ kept: KeptGrant, over expected: Revision?) async throws -> SaveOutcome {
        try await store.save(kept, account: name, replacing: expected)
    }

    func saved(_ kept: KeptGrant, over expected: Revision?) async throws -> Revision {
        guard case .saved(let revision) = try await save(kept, over: expected) else { throw NotSaved() }
        return revision
    }
}

/// A save was refused although its expected revision was right.
package struct NotSaved: Error {
    package init() {}
}

extension Moment {
    /// The moment `seconds` after the boot and after an instant in 2027; `wallJump` moves only the wall clock.
    package static func example(_ seconds: Int64, wallJump: Double = 0) -> Moment {
        Moment(
            instant: Instant(nanoseconds: seconds * 1_000_000_000),
            wall: Date(timeIntervalSince1970: 1_800_000_000 + Double(seconds) + wallJump))
    }
}

extension KeptGrant {
    package static func example(
        _ access: String = "the-access-token", client: String = "the client", refresh: String? = "the-refresh-token",
        issued: Moment = .example(1000), lifetime: Duration? = .seconds(3600), refreshIn: Duration? = .seconds(1800),
        isUsable: Bool = true, isOwn: Bool = false, refreshedAt: Date? = Date(timeIntervalSince1970: 1_800_000_500)
    ) -> KeptGrant {
        KeptGrant(
            grant: Grant(
                accessToken: Secret(access), tokenType: isUsable ? "Bearer" : "DPoP", isBelieved: isUsable,
                refreshToken: refresh.map { Secret($0) }, scope: Scope(["mail", "offline_access"]),
                requestedScope: Scope(["mail", "calendar", "offline_access"]), issued: issued, lifetime: lifetime,
                refreshIn: refreshIn, consentedAt: Date(timeIntervalSince1970: 1_799_000_000), isOwn: isOwn),
            binding: GrantBinding(clientID: client, server: "https://as.example/token"), refreshedAt: refreshedAt)
    }
}

extension StoreContract {
    /// Grants of all kinds.
    static let examples: [KeptGrant] = [
        .example(client: "a"), .example(client: "b", refresh: nil, refreshIn: nil, refreshedAt: nil),
        .example(client: "c", isUsable: false), .example(client: "d", refresh: nil, isOwn: true),
        .example(String(repeating: "é€\u{1F511}", count: 5000), client: "e"),
        .example(client: "f", lifetime: .milliseconds(1500), refreshIn: .zero),
        .example(client: "g", issued: .example(-30)), further, identified, shared,
        .ended(
            SharedStamp(version: SharedVersion(era: 4, generation: 0), id: "x-2", consent: ""),
            binding: GrantBinding(clientID: "k", server: "https://as.example/token"), at: .example(1000)),
    ]

    /// A grant that hosts share.
    private static let shared: KeptGrant = {
        var kept = KeptGrant.example(client: "j")
        kept.share = SharedStamp(version: SharedVersion(era: 3, generation: 9), id: "x-1", consent: "x-0")
        return kept
    }()

    /// A grant with an id_token that is kept, and one that isn't validated yet.
    private static let identified: KeptGrant = {
        var kept = KeptGrant.example(client: "i")
        kept.grant.idToken = Secret("the-id-token")
        kept.grant.unjudged = UnjudgedToken(idToken: Secret("the-next-one"), before: Secret("the-token-before"))
        return kept
    }()

    /// A grant with further tokens.
    private static let further: KeptGrant = {
        var kept = KeptGrant.example(client: "h")
        kept.further = [
            "graph": HeldToken(
                target: TokenTarget(scope: Scope(["graph"])), accessToken: Secret("graph-token"), tokenType: "Bearer",
                scope: Scope(["graph", "more"]), issued: kept.grant.issued + .seconds(100), lifetime: .seconds(600),
                refreshIn: .seconds(300), extra: ["realm": .text("r")]),
            "files": HeldToken(
                target: TokenTarget(resource: ["https://files.example"], audience: "api"),
                accessToken: Secret("files-token"), tokenType: "bot", scope: Scope([]),
                issued: kept.grant.issued + .seconds(-50), lifetime: nil),
        ]
        return kept
    }()
}
