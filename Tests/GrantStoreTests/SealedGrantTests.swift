import FoundationEssentials
import Grants
import OAuth
import Scratch
import Testing

@testable import GrantStore

struct SealedGrantTests {
    // DPOP-2, OIDC-2, KEEP-1
    @Test func `what a grant is bound to is sealed with it and comes back`() throws {
        let now = Moment(instant: Instant(nanoseconds: 5), wall: Date(timeIntervalSince1970: 1_800_000_000))
        let tokens = IssuedTokens(accessToken: Secret("acc3ss"), tokenType: "DPoP", refreshToken: Secret("r3fr3sh"))
        var grant = Grant(tokens, requestedScope: Scope(["a"]), sent: now, isOwn: true, proofKey: Secret("k3y"))
        grant.identity = Identity(issuer: "https://as.example", subject: "s", audience: ["me"])
        let kept = KeptGrant(grant: grant, binding: GrantBinding(clientID: "me", server: "https://as.example"))
        let lab = try StoreLab()
        let key = try SealingKey(in: PrivateFolder(lab.keys.path), state: PrivateFolder(lab.state.path))
        let sealed = try SealedGrant.seal(
            GrantRecord(kept, bootID: "b", now: now, isClockSure: false), account: "demo", key: key.key)
        for secret in ["acc3ss", "r3fr3sh", "k3y"] {
            #expect(!String(decoding: sealed, as: UTF8.self).contains(secret))
        }
        let opened = try SealedGrant.open(sealed, account: "demo", key: key.key)
            .kept(now: now, bootID: "b", isClockSure: false)
        #expect(opened == kept)
        #expect(throws: SealedGrant.Flaw.unreadable) {
            try SealedGrant.open(sealed, account: "other", key: key.key)
        }
    }
}
