import Accounts
import Failures
import OAuth
import TestStores
import Testing
import Text

@testable import Grants

struct BookLoadingTests {
    private func loading(_ settings: AccountSettings = .a) -> BookLab {
        var lab = BookLab()
        _ = lab.configure([settings])
        return lab
    }

    @Test func `readers that come while an account is loading are answered once it is loaded`() {
        var lab = loading()
        #expect(lab.read("a").isEmpty)
        #expect(lab.loaded(.kept(.a)).answers.map(\.isToken) == [true])

        lab = loading()
        _ = lab.read("a")
        #expect(lab.loaded(nil).answers == [.consentRequired(nil)])

        lab = loading()
        _ = lab.read("a")
        #expect(lab.store(.failed(.disk)).answers == [.consentRequired(.disk)])
    }

    @Test func `a reader is answered by its deadline, even if the store hasn't returned the grant`() {
        var lab = loading()
        _ = lab.read("a", wait: .seconds(5))
        #expect(lab.alarm == start.instant + .seconds(5))
        lab.now = start + .seconds(5)
        guard case .unavailable(let failure, let wait) = lab.wake().answers.first else {
            Issue.record("not answered")
            return
        }
        #expect(failure.code == .refreshing && failure.detail.contains("is being read") && wait == .seconds(1))
        #expect(lab.loaded(.kept(.a)).answers.isEmpty)
    }

    @Test func `a refresh that is requested while an account is loading begins once it is loaded`() {
        var lab = loading()
        #expect(lab.refreshNow("a").isEmpty)
        let after = lab.loaded(.kept(.a))
        #expect(after.posts.map(\.account) == ["a"] && after.answers.isEmpty)
        #expect(lab.refreshed(after.posts[0]).calls.count == 1)
        #expect(lab.saved("2").answers.map(\.isToken) == [true])
    }

    @Test func `a reader that wants a newer token than the stored one gets a refreshed one`() {
        var lab = loading()
        _ = lab.read("a", ReaderNeed(validity: .seconds(4000)))
        #expect(lab.loaded(.kept(.a)).answers == [.tooShortLived(.seconds(3600))])
    }

    @Test func `a token of an earlier boot is refreshed at once`() {
        var lab = loading()
        var kept = KeptGrant.kept(.a)
        kept.isOfEarlierBoot = true
        _ = lab.loaded(kept)
        #expect(lab.alarm == lab.now.instant)
        #expect(lab.wake().posts.count == 1)
    }

    @Test func `a stored grant keeps the time of its refresh, and shares its scope with the settings`() {
        var lab = loading()
        var kept = KeptGrant.kept(.a)
        kept.refreshedAt = start.wall
        _ = lab.loaded(kept)
        #expect(lab.machine("a")?.refreshedAt == start.wall)
        #expect(lab.machine("a")?.grant?.scope == AccountSettings.a.scope)
    }

    // MARK: - Consents and logouts

    @Test func `a consent that ends while its account is loading replaces the stored grant`() {
        var lab = loading()
        #expect(lab.consent(.a).calls.isEmpty)
        let kept = KeptGrant.kept(.a, .example("9", refresh: "r9"))
        let after = lab.loaded(.kept(.a), "7")
        #expect(after.calls == [.save(kept, account: "a", replacing: Revision("7"))])
        #expect(after.publishedTokens.isEmpty)
        #expect(lab.saved("8").consented == [.kept])
        #expect(lab.machine("a")?.published?.accessToken == Secret("a9"))
    }

    @Test func `a consent that ends while another client's grant is loading sets that grant aside`() {
        var lab = loading()
        _ = lab.consent(.a)
        #expect(lab.loaded(.kept(.example(client: "d"))).calls == [.setAside(account: "a")])
        #expect(lab.store(.removed).calls.first?.expectation == .some(nil))
        #expect(lab.saved("2").consented == [.kept])
    }

    @Test func `a consent for another client isn't kept while the account is loading`() {
        var lab = loading()
        _ = lab.consent(.a)
        _ = lab.configure([.example(client: "d")])
        #expect(lab.book.consents.isEmpty)
        #expect(lab.machine("a")?.grant == nil)
    }

    @Test func `a logout while an account is loading returns the grant that is loaded then`() {
        var lab = loading()
        #expect(lab.logout("a").calls.isEmpty)
        let after = lab.loaded(.kept(.a))
        #expect(after.publishedTokens.isEmpty && after.calls == [.erase(account: "a")])
        #expect(lab.store(.removed).loggedOut == [.init(grant: .example(), failure: nil)])
        #expect(lab.machine("a")?.phase == .empty)
    }

    @Test func `a logout while another client's grant is loading returns none, and sets that grant aside`() {
        var lab = loading()
        _ = lab.logout("a")
        #expect(lab.loaded(.kept(.example(client: "d"))).calls == [.setAside(account: "a")])
        #expect(lab.store(.removed).loggedOut == [.init(grant: nil, failure: nil)])
    }

    @Test func `a consent after a logout is kept, although both come while the account is loading`() {
        var lab = loading()
        _ = lab.logout("a")
        _ = lab.consent(.a)
        #expect(lab.loaded(.kept(.a)).calls == [.erase(account: "a")])
        let after = lab.store(.removed)
        #expect(after.loggedOut == [.init(grant: .example(), failure: nil)])
        #expect(after.calls.first?.expectation == .some(nil))
        #expect(lab.saved("2").consented == [.kept])
    }

    @Test func `a logout returns the loaded grant even if the account is removed in the meantime`() {
        var lab = loading()
        _ = lab.logout("a")
        _ = lab.configure([])
        #expect(lab.loaded(.kept(.a)).calls == [.erase(account: "a")])
        #expect(lab.store(.removed).loggedOut == [.init(grant: .example(), failure: nil)])
    }

    // MARK: - Clients that act for themselves

    @Test func `a client that acts for itself begins without tokens, and with a key where it proves possession`() {
        let own = AccountSettings.example(flow: .clientCredentials, provesPossession: true)
        var lab = BookLab()
        _ = lab.configure([own], keys: ["a": Secret("key")])
        _ = lab.read("a")
        let after = lab.loaded(nil)
        #expect(after.posts.first?.order.grant.isOwn == true)
        #expect(lab.machine("a")?.grant?.proofKey == Secret("key"))
        #expect(lab.machine("a")?.published == nil)

        lab = BookLab()
        _ = lab.configure([.example(flow: .clientCredentials)], keys: ["a": Secret("key")])
        _ = lab.loaded(nil)
        #expect(lab.machine("a")?.grant?.isOwn == true && lab.machine("a")?.grant?.proofKey == nil)
    }

    @Test func `a client that acts for itself goes on with its own stored grant, and not with a user's`() {
        let own = AccountSettings.example(flow: .clientCredentials)
        var lab = loading(own)
        _ = lab.loaded(.kept(own))
        #expect(lab.machine("a")?.published?.accessToken == Secret("a1"))
        lab = loading(own)
        _ = lab.loaded(.kept(.a))
        #expect(lab.machine("a")?.grant?.hasToken == false)
        #expect(lab.place("a") == .foreign)
    }

    @Test func `the key of the newest configuration is used`() {
        let own = AccountSettings.example(flow: .clientCredentials, provesPossession: true)
        var lab = BookLab()
        _ = lab.configure([own], keys: ["a": Secret("old")])
        _ = lab.configure(
            [.example(client: "d", flow: .clientCredentials, provesPossession: true)], keys: ["a": Secret("new")])
        _ = lab.loaded(nil)
        #expect(lab.machine("a")?.grant?.proofKey == Secret("new"))
    }
}

extension StoreCall {
    /// The revision that a save expects to replace; nil where it expects none.
    var expectation: Revision?? {
        if case .save(_, _, let expected) = self { .some(expected) } else { nil }
    }
}
