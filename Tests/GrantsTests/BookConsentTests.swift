import Accounts
import Failures
import OAuth
import TestStores
import Testing
import Text

@testable import Grants

struct BookConsentTests {
    private let grant = Grant.example("9", refresh: "r9")

    @Test func `a consent's grant replaces the stored one, is published, and then the caller is answered`() {
        var lab = BookLab.active(.a)
        let consented = GrantEvent.consented(expiresIn: .seconds(3600), scope: grant.scope, missingScope: Scope([]))
        let save = StoreCall.save(.kept(.a, grant), account: "a", replacing: Revision("1"))
        #expect(lab.consent(.a) == [.store(save), .tell(account: "a", consented)])
        #expect(lab.machine("a")?.published?.accessToken == Secret("a1"))
        #expect(lab.saved("2") == [lab.published("a"), .consented(CallID(number: 2), .kept)])
        #expect(lab.machine("a")?.published?.accessToken == Secret("a9"))
        #expect(lab.place("a") == .own(Revision("2")) && lab.book.consents.isEmpty)
    }

    @Test func `a consent's grant that the store refuses is served from memory, and the caller is told`() {
        var lab = BookLab.active(.a)
        _ = lab.consent(.a)
        let after = lab.store(.failed(.disk))
        #expect(after.consented == [.unsaved(.disk)] && after.publishedTokens == [Secret("a9")])
        #expect(lab.book.unsaved(now: start) == ["a": .disk])
    }

    @Test func `a consent whose token can't be handed out is reported as unusable`() {
        var lab = BookLab.active(.a)
        var unusable = grant
        unusable.isBelieved = false
        _ = lab.consent(.a, unusable)
        guard case .unusable(let failure) = lab.saved("2").consented.first else {
            Issue.record("told otherwise")
            return
        }
        #expect(failure.code == .unusableToken)
    }

    // MARK: - A reload between the beginning of a consent and its end

    @Test(arguments: [
        [AccountSettings.example(client: "d")], [.example(host: "other.example")],
        [.example(flow: .clientCredentials)], [],
    ])
    func `a consent for another client, server or flow than the account now has is dropped`(now: [AccountSettings]) {
        var lab = BookLab.active(.a)
        _ = lab.configure(now)
        if !now.isEmpty { _ = lab.loaded(nil) }
        let before = lab.machine("a")?.phase
        let id = CallID(number: lab.next)
        #expect(lab.consent(.a) == [.consented(id, .accountChanged)])
        #expect(lab.machine("a")?.phase == before && lab.book.storeWork == nil)
    }

    @Test func `a consent that began before other settings were loaded is kept`() {
        var lab = BookLab.active(.a)
        _ = lab.configure([.example(lead: .seconds(60), scope: Scope(["mail", "calendar"]))])
        #expect(lab.consent(.a).calls.count == 1)
        #expect(lab.saved("2").consented == [.kept])
    }

    @Test func `a consent being saved isn't reported as kept when its account changes its client`() {
        var lab = BookLab.active(.a)
        _ = lab.consent(.a)
        #expect(lab.configure([.example(client: "d")]).consented == [.accountChanged])
        #expect(lab.saved("2").consented.isEmpty)
        #expect(lab.loaded(.kept(.a, grant), "2").publishedTokens == [nil] || lab.machine("a")?.published == nil)
    }

    @Test func `a dropped consent whose save is still queued is never written`() {
        var lab = BookLab.active(.a, .b)
        _ = lab.consent(.b)
        #expect(lab.consent(.a).calls.isEmpty)
        #expect(lab.configure([.b]).consented == [.accountChanged])
        #expect(lab.saved("2").calls.isEmpty)
    }

    @Test func `of two consents the newer is kept, and the older one's caller is told`() {
        var lab = BookLab.active(.a)
        _ = lab.consent(.a, .example("8", refresh: "r8"))
        #expect(lab.consent(.a).consented == [.accountChanged])
        #expect(lab.saved("2").calls == [.save(.kept(.a, grant), account: "a", replacing: Revision("2"))])
        #expect(lab.saved("3").consented == [.kept])
    }

    @Test func `a logout before a consent is saved drops the consent`() {
        var lab = BookLab.active(.a)
        _ = lab.consent(.a)
        #expect(lab.logout("a").consented == [.accountChanged])
        #expect(lab.saved("2").calls == [.erase(account: "a")])
        #expect(lab.store(.removed).loggedOut == [.init(grant: grant, failure: nil)])
        #expect(lab.machine("a")?.grant == nil)
    }

    @Test func `a refresh under way neither answers a consent nor replaces its grant`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.consent(.a)
        let late = lab.refreshed(post)
        #expect(late.consented.isEmpty && late.publishedTokens.isEmpty)
        let after = lab.saved("2")
        #expect(after.consented == [.kept] && after.answers.map(\.isToken) == [true])
        #expect(after.calls == [.load(account: "a")])
        #expect(lab.loaded(.kept(.a, grant), "2").events == [.staleResult])
    }
}

struct BookLogoutTests {
    @Test func `a logout forgets at once, erases, and then tells its caller the grant to revoke`() {
        var lab = BookLab.active(.a)
        #expect(
            lab.logout("a") == [
                .publish(nil, of: TokenKey(account: "a")), .store(.erase(account: "a")),
                .tell(account: "a", .loggedOut),
            ])
        #expect(lab.store(.removed) == [.loggedOut(CallID(number: 2), .init(grant: .example(), failure: nil))])
        #expect(lab.place("a") == .empty && lab.book.logouts.isEmpty)
    }

    @Test func `a logout answers the waiting readers`() {
        var (lab, _) = BookLab.refreshing(.a)
        #expect(lab.logout("a").answers == [.consentRequired(nil)])
    }

    @Test func `a logout of an unknown account returns no grant`() {
        var lab = BookLab()
        #expect(lab.logout("a") == [.loggedOut(CallID(number: 1), .init())])
    }

    @Test func `each of two logouts is answered by its own erasure`() {
        var lab = BookLab.active(.a)
        #expect(lab.logout("a").calls.count == 1)
        #expect(lab.logout("a").calls.isEmpty)
        let first = lab.store(.removed)
        #expect(first.loggedOut == [.init(grant: .example(), failure: nil)] && first.calls == [.erase(account: "a")])
        #expect(lab.store(.failed(.disk)).loggedOut == [.init(grant: nil, failure: .disk)])
    }

    @Test func `the grant of a refresh that ends after a logout is revoked with the settings of its request`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.logout("a")
        _ = lab.store(.removed)
        _ = lab.configure([.example(client: "d")])
        _ = lab.loaded(nil)
        let late = lab.refreshed(post)
        #expect(late.revocations.map(\.settings) == [.a])
        #expect(late.revocations.first?.grant.refreshToken == Secret("r2") && late.calls.isEmpty)
        let ended = lab.happen { $0.revokeEnded(nil, account: "a", now: $1) }
        #expect(ended.events == [.lateGrantRevoked] && lab.book.revocations == 0)
    }

    @Test func `a late revocation that fails is reported, even for an account that was removed`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.logout("a")
        _ = lab.store(.removed)
        _ = lab.configure([])
        #expect(lab.refreshed(post).revocations.count == 1)
        let failure = Failure(.revocation, "refused", at: start.wall)
        let ended = lab.happen { $0.revokeEnded(failure, account: "a", now: $1) }
        #expect(ended == [.tell(account: "a", .revocationFailed(failure))])
    }

    // MARK: - A file that can't be removed

    @Test func `a file that can't be removed is reported to the caller, in the log and in the account's state`() {
        var lab = BookLab.active(.a)
        _ = lab.logout("a")
        let after = lab.store(.failed(.disk))
        #expect(after.events == [.eraseFailed(.disk)])
        #expect(after.loggedOut == [.init(grant: .example(), failure: .disk)])
        #expect(lab.machine("a")?.lastFailure == .disk)
        #expect(lab.read("a").answers == [.consentRequired(.disk)])
    }

    @Test func `a grant that was logged out is not loaded again, whatever the configuration does`() {
        var lab = BookLab.active(.a)
        _ = lab.logout("a")
        _ = lab.store(.failed(.disk))
        #expect(lab.configure([.a]).calls.isEmpty)
        #expect(lab.configure([.example(lead: .seconds(60))]).calls.isEmpty)
        #expect(lab.configure([.example(client: "d")]).calls.isEmpty)
        #expect(lab.configure([]).calls.isEmpty)
        let back = lab.configure([.a])
        #expect(back.calls.isEmpty && back.configured == [ConfigurationChange(added: ["a"])])
        #expect(lab.machine("a")?.phase == .empty && lab.machine("a")?.lastFailure == .disk)
    }

    @Test func `a load that was queued before the erasure failed doesn't bring the grant back`() {
        var lab = BookLab.active(.a)
        _ = lab.logout("a")
        _ = lab.configure([])
        _ = lab.configure([.a])
        let failed = lab.store(.failed(.disk))
        #expect(failed.events == [.eraseFailed(.disk)] && failed.calls == [.load(account: "a")])
        let loaded = lab.loaded(.kept(.a))
        #expect(loaded.publishedTokens.isEmpty && lab.machine("a")?.phase == .empty)
        #expect(lab.machine("a")?.lastFailure == .disk)
    }

    @Test func `a client that acts for itself gets no new grant where its old file can't be removed`() {
        let own = AccountSettings.example(flow: .clientCredentials)
        var lab = BookLab.active(own)
        _ = lab.logout("a")
        _ = lab.configure([])
        _ = lab.configure([own])
        _ = lab.store(.failed(.disk))
        _ = lab.loaded(.kept(own))
        #expect(lab.machine("a")?.phase == .empty)
    }

    @Test func `a new consent replaces a file that could not be removed, and is loaded again`() {
        var lab = BookLab.active(.a)
        _ = lab.logout("a")
        _ = lab.store(.failed(.disk))
        #expect(lab.consent(.a).calls.map(\.expectation) == [.some(nil)])
        // The store still holds the grant.
        #expect(lab.store(.saved(.changed)).calls == [.load(account: "a")])
        #expect(lab.loaded(.kept(.a), "1").calls.map(\.expectation) == [Revision("1")])
        #expect(lab.saved("2").consented == [.kept])
        _ = lab.configure([])
        #expect(lab.configure([.a]).calls == [.load(account: "a")])
    }

    @Test func `a consent that can't be saved leaves the logout in force`() {
        var lab = BookLab.active(.a)
        _ = lab.logout("a")
        _ = lab.store(.failed(.disk))
        _ = lab.consent(.a)
        _ = lab.store(.saved(.changed))
        _ = lab.loaded(.kept(.a), "1")
        _ = lab.store(.failed(.disk))
        #expect(lab.place("a") == .ended(.disk))
    }
}
