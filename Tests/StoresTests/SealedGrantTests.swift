import Crypto
import FoundationEssentials
import Grants
import OAuth
import TestStores
import Testing
import Text

@testable import Stores

struct SealedGrantTests {
    @Test func `another host computes a token's age from its record, by the store's clock if there is one`() throws {
        let store = Date(timeIntervalSince1970: 5000)
        let here = Moment.example(1100)
        for issuedByStore in [store, nil] {
            let record = GrantRecord(
                .example(issued: .example(1000)), bootID: "a", now: here, isClockSure: true,
                issuedByStore: issuedByStore)
            let read = try JSONDecoder().decode(GrantRecord.self, from: try JSONEncoder().encode(record))
            #expect(read.issuedByStore == issuedByStore?.timeIntervalSince1970)
            let there = Moment.example(40, wallJump: 1500)
            let kept = read.kept(now: there, bootID: "b", isClockSure: true, storeTime: store + 90)
            let age: Duration = issuedByStore == nil ? .seconds(540) : .seconds(90)
            #expect(there.instant - kept.grant.issued.instant == age)
            #expect(kept.isOfEarlierBoot && kept.binding == KeptGrant.example().binding)
        }
    }

    // DPOP-2, OIDC-2, KEEP-1
    @Test func `the key and the identity that a grant is bound to are sealed with it and restored`() throws {
        let now = Moment(instant: Instant(nanoseconds: 5), wall: Date(timeIntervalSince1970: 1_800_000_000))
        let tokens = IssuedTokens(accessToken: Secret("acc3ss"), tokenType: "DPoP", refreshToken: Secret("r3fr3sh"))
        var grant = Grant(tokens, requestedScope: Scope(["a"]), sent: now, isOwn: true, proofKey: Secret("k3y"))
        grant.identity = Identity(issuer: "https://as.example", subject: "s", audience: ["me"])
        let kept = KeptGrant(grant: grant, binding: GrantBinding(clientID: "me", server: "https://as.example"))
        let lab = try StoreLab()
        let key = try lab.key()
        let sealed = try SealedGrant.seal(
            GrantRecord(kept, bootID: "b", now: now, isClockSure: false), account: "demo", key: key)
        for secret in ["acc3ss", "r3fr3sh", "k3y"] {
            #expect(!String(decoding: sealed, as: UTF8.self).contains(secret))
        }
        let opened = try SealedGrant.open(sealed, account: "demo", keys: [key])
            .kept(now: now, bootID: "b", isClockSure: false)
        #expect(opened == kept)
        #expect(throws: SealedGrant.Flaw.damaged) {
            try SealedGrant.open(sealed, account: "other", keys: [key])
        }
    }

    @Test func `a file in the first format, which doesn't name its key, can still be read`() throws {
        let lab = try StoreLab()
        let key = try lab.key()
        let record = GrantRecord(.example(), bootID: "b", now: .example(2000), isClockSure: false)
        let line = Array("valetkey grant 1\n".utf8)
        let box = try ChaChaPoly.seal(
            JSONEncoder().encode(record), using: key.key, authenticating: line + Array("ads".utf8))
        let opened = try SealedGrant.open(line + box.combined, account: "ads", keys: [key])
        #expect(opened.kept(now: .example(2000), bootID: "b", isClockSure: false) == .example())
        #expect(throws: SealedGrant.Flaw.damaged) {
            try SealedGrant.open(line + box.combined, account: "mail", keys: [key])
        }
    }
}
