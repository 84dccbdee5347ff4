import APIContract
import Accounts
import Failures
import FoundationEssentials
import Grants
import OAuth
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct PersonsTests {
    @Test func `a report names the user who consented, and the other accounts of the same user`() async throws {
        try await Rig.run(account: { try .discovered($0, scope: "openid mail") }) { rig in
            #expect(try rig.api.account("demo").get().user == nil)
            let first = try await rig.consent()
            #expect(first.user == "alice" && first.sameUserAs == nil)
            var second = try #require(rig.keeper.account("demo")?.settings)
            second.name = "other"
            let both = try #require(rig.keeper.account("demo")?.settings)
            _ = await rig.keeper.configure(["demo": both, "other": second])
            let grant = try #require(rig.grant)
            _ = await rig.keeper.consented(grant, settings: second)
            #expect(rig.api.accounts().accounts.map(\.sameUserAs) == [["other"], ["demo"]])
            #expect(rig.api.accounts().accounts.map(\.user) == ["alice", "alice"])
            #expect(try rig.api.account("demo").get().sameUserAs == ["other"])
            #expect(try await rig.end().sameUserAs == ["other"])
        }
    }

    @Test func `an account whose stored grant is another user's needs a consent, and says whose grant it is`()
        async throws
    {
        try await Rig.run(account: { try .discovered($0, scope: "openid mail") }) { rig in
            _ = try await rig.consent()
            var settings = try #require(rig.keeper.account("demo")?.settings)
            settings.expectedUser = "berta"
            _ = await rig.keeper.configure(["demo": settings])
            let report = try rig.api.account("demo").get()
            #expect(report.state == .consentRequired && report.user == nil)
            #expect(report.lastError?.meansCode == .otherUser)
            #expect(report.lastError?.detail.contains("alice's, and expect_user is berta") == true)
            settings.expectedUser = "alice"
            _ = await rig.keeper.configure(["demo": settings])
            #expect(try rig.api.account("demo").get().state == .active)
        }
    }

    @Test func `a different user, and an account without one, share no accounts`() async throws {
        try await Rig.run(account: { try .discovered($0, scope: "openid mail") }) { rig in
            _ = try await rig.consent()
            let settings = try #require(rig.keeper.account("demo")?.settings)
            var (berta, nobody) = (settings, settings)
            (berta.name, nobody.name) = ("berta", "nobody")
            _ = await rig.keeper.configure(["demo": settings, "berta": berta, "nobody": nobody])
            var grant = try #require(rig.grant)
            grant.identity?.subject = "berta"
            _ = await rig.keeper.consented(grant, settings: berta)
            grant.identity = nil
            _ = await rig.keeper.consented(grant, settings: nobody)
            #expect(rig.api.accounts().accounts.map(\.sameUserAs) == [nil, nil, nil])
        }
    }
}
