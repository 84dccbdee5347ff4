import Accounts
import Failures
import OAuth
import TestStores
import Testing
import Text

@testable import Grants

/// `expect_user` that is stated or changed after a consent.
struct BookUserTests {
    private static func account(expecting user: String?) -> AccountSettings {
        var settings = AccountSettings.a
        settings.expectedUser = user
        return settings
    }

    private static func grant(of user: String?) -> Grant {
        var grant = Grant.example()
        grant.identity = user.map { Identity(issuer: "https://as.example", subject: $0, audience: ["c"], names: [$0]) }
        return grant
    }

    private static func loaded(_ user: String?, expecting expected: String?) -> BookLab {
        var lab = BookLab()
        _ = lab.configure([account(expecting: expected)])
        _ = lab.loaded(.kept(.a, grant(of: user)))
        return lab
    }

    @Test(arguments: ["berta", nil])
    func `a stored grant of another or an unknown user isn't used, but stays in the store`(user: String?) throws {
        var lab = Self.loaded(user, expecting: "anna")
        #expect(lab.machine("a")?.grant == nil && lab.machine("a")?.published == nil)
        #expect(lab.place("a") == .own(Revision("1")))
        let failure = try #require(lab.machine("a")?.lastFailure)
        #expect(failure.code == .otherUser && failure.hint?.hasSuffix("valetkey login a") == true)
        #expect(failure.detail.contains("expect_user is anna"))
        #expect(failure.detail.contains("berta") == (user != nil))
        #expect(lab.read("a").answers == [.consentRequired(failure)])
        #expect(lab.refreshNow("a").answers == [.consentRequired(failure)])
    }

    @Test(arguments: [("anna", "Anna"), ("berta", nil), (nil, nil)] as [(String?, String?)])
    func `a stored grant of the expected user, or of anybody where none is expected, is used`(
        _ user: String?, _ expected: String?
    ) {
        let lab = Self.loaded(user, expecting: expected)
        #expect(lab.machine("a")?.published != nil && lab.machine("a")?.lastFailure == nil)
    }

    @Test func `another user who is expected after a reload ends the use of the grant, and the way back restores it`() {
        var lab = Self.loaded("berta", expecting: nil)
        let changed = lab.configure([Self.account(expecting: "anna")])
        #expect(changed.publishedTokens == [nil] && changed.calls == [.load(account: "a")])
        let judged = lab.loaded(.kept(.a, Self.grant(of: "berta")))
        #expect(judged.configured.first?.failures["a"]?.code == .otherUser)
        #expect(lab.machine("a")?.published == nil)
        #expect(lab.configure([Self.account(expecting: "berta")]).calls == [.load(account: "a")])
        #expect(lab.loaded(.kept(.a, Self.grant(of: "berta"))).publishedTokens == [Secret("a1")])
    }

    @Test func `an expected user who is the grant's keeps the token without a look into the store`() {
        var lab = Self.loaded("anna", expecting: nil)
        let changed = lab.configure([Self.account(expecting: "anna")])
        #expect(changed.calls.isEmpty && changed.publishedTokens.isEmpty)
        #expect(lab.machine("a")?.published != nil)
        #expect(lab.configure([Self.account(expecting: nil)]).calls.isEmpty)
    }

    @Test func `a consent of a user who isn't expected any more is dropped, and the grant in use stays`() {
        var lab = Self.loaded("anna", expecting: "anna")
        guard case .unusable(let failure) = lab.consent(.a, Self.grant(of: "berta")).consented.first else {
            Issue.record("kept")
            return
        }
        #expect(failure.code == .otherUser && lab.machine("a")?.published?.accessToken == Secret("a1"))
        #expect(lab.consent(.a, Self.grant(of: "anna")).calls.count == 1)
    }

    @Test func `a consent of the expected user replaces the other user's stored grant`() {
        var lab = Self.loaded("berta", expecting: "anna")
        let save = lab.consent(Self.account(expecting: "anna"), Self.grant(of: "anna")).calls
        #expect(save.map(\.expectation) == [Revision("1")])
        #expect(lab.saved("2").consented == [.kept])
        #expect(lab.machine("a")?.lastFailure == nil)
    }

    @Test func `a grant of another user that another host has stored ends the use of the one before`() {
        var lab = Self.loaded("anna", expecting: "anna")
        _ = lab.happen { $0.storeChanged("a", now: $1) }
        let looked = lab.loaded(.kept(.a, Self.grant(of: "berta")), "2")
        #expect(looked.publishedTokens == [nil] && lab.machine("a")?.lastFailure?.code == .otherUser)
        #expect(lab.place("a") == .own(Revision("2")))
        _ = lab.happen { $0.storeChanged("a", now: $1) }
        #expect(lab.loaded(.kept(.a, Self.grant(of: "anna")), "3").publishedTokens == [Secret("a1")])
    }
}
