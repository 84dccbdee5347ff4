import Accounts
import Failures
import TestStores
import Testing
import Text

@testable import Grants

struct BookAccountTests {
    @Test func `accounts are loaded one after the other before the caller is answered`() {
        var lab = BookLab()
        #expect(lab.configure([.b, .a]) == [.store(.load(account: "a"))])
        #expect(lab.loaded(.kept(.a)) == [lab.published("a"), .store(.load(account: "b"))])
        let change = ConfigurationChange(added: ["a", "b"])
        #expect(lab.loaded(nil) == [.configured(CallID(number: 1), change)])
        #expect(lab.machine("a")?.published?.accessToken == Secret("a1"))
        #expect(lab.machine("b")?.phase == .empty)
    }

    @Test func `a configuration without accounts is answered at once`() {
        var lab = BookLab()
        #expect(lab.configure([]) == [.configured(CallID(number: 1), ConfigurationChange())])
    }

    @Test func `a stored grant that can't be used is reported to the caller`() {
        var lab = BookLab()
        _ = lab.configure([.a, .b])
        let other = Failure(.otherKey, "sealed with another key", at: start.wall)
        #expect(lab.store(.failed(other)).configured.isEmpty)
        let failures = lab.loaded(.kept(.example("b", client: "d"))).configured.first?.failures
        #expect(failures?["a"] == other)
        #expect(failures?["b"]?.code == .otherClient)
        #expect(failures?["b"]?.detail == "the stored grant belongs to client d at https://as.example/token")
        #expect(lab.machine("b")?.lastFailure == failures?["b"])
        #expect(lab.machine("b")?.published == nil)
    }

    @Test func `a reload without changes loads nothing, and retries misconfigured accounts`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.failed(post, .invalidClient)
        let again = lab.configure([.a])
        #expect(again.configured == [ConfigurationChange(unchanged: ["a"])])
        #expect(again.posts.map(\.account) == ["a"] && again.calls.isEmpty)
    }

    @Test func `new settings of the same client at the same server take effect at once`() {
        var lab = BookLab.active(.a)
        let before = lab.alarm
        let new = AccountSettings.example(lead: .seconds(1800))
        #expect(lab.configure([new]).configured == [ConfigurationChange(changed: ["a"])])
        #expect(lab.book.account("a")?.settings == new)
        #expect((lab.alarm ?? .distantFuture) <= start.instant + .seconds(1800))
        #expect((before ?? .distantFuture) > start.instant + .seconds(3000))
        #expect(lab.machine("a")?.published?.accessToken == Secret("a1"))
        #expect(lab.refreshNow("a").posts.first?.settings == new)
    }

    @Test(arguments: [
        AccountSettings.example(client: "d"), .example(host: "other.example"), .example(flow: .clientCredentials),
    ])
    func `an account with another client, server or flow gets no grant of the old one`(other: AccountSettings) {
        var lab = BookLab.active(.a)
        #expect(lab.configure([other]) == [.publish(nil, of: TokenKey(account: "a")), .store(.load(account: "a"))])
        #expect(lab.machine("a")?.phase == .loading)
        let change = lab.loaded(.kept(.a)).configured.first
        #expect(change?.changed == ["a"] && change?.failures["a"]?.code == .otherClient)
        #expect(lab.machine("a")?.published == nil)
        #expect(lab.place("a") == .foreign)
        // The configuration from before finds its grant again.
        #expect(lab.configure([.a]).calls == [.load(account: "a")])
        _ = lab.loaded(.kept(.a))
        #expect(lab.machine("a")?.published?.accessToken == Secret("a1"))
    }

    @Test func `readers of an account that changes its client wait for the new client's grant`() {
        var (lab, _) = BookLab.refreshing(.a)
        #expect(lab.configure([.example(client: "d")]).answers.isEmpty)
        #expect(lab.loaded(.kept(.example(client: "d"))).answers.map(\.isToken) == [true])
    }

    @Test func `an account that is removed serves nothing, and its file stays`() {
        var (lab, _) = BookLab.refreshing(.a, .b)
        let after = lab.configure([.b])
        let answer = BookAction.answer([ReaderID(number: 2)], .noSuchAccount)
        let change = ConfigurationChange(removed: ["a"], unchanged: ["b"])
        #expect(
            after == [.publish(nil, of: TokenKey(account: "a")), answer, .configured(CallID(number: 3), change)])
        #expect(lab.machine("a") == nil && lab.machine("b") != nil)
        #expect(lab.read("a") == [.answer([ReaderID(number: 4)], .noSuchAccount)])
    }

    @Test func `a grant that the store has refused gets a last try when its account is removed`() {
        var lab = BookLab.active(.a)
        _ = lab.consent(.a)
        _ = lab.store(.failed(.disk))
        let kept = KeptGrant.kept(.a, .example("9", refresh: "r9"))
        #expect(lab.configure([]).calls == [.save(kept, account: "a", replacing: Revision("1"))])
        #expect(lab.store(.failed(.disk)) == [.tell(account: "a", .lost(.disk))])
    }

    @Test func `an account that is added again is loaded after the calls that were queued before`() {
        var lab = BookLab.active(.a)
        _ = lab.consent(.a)
        _ = lab.configure([])
        #expect(lab.configure([.a]).isEmpty)
        #expect(lab.saved("2").calls == [.load(account: "a")])
        let change = lab.loaded(.kept(.a, .example("9", refresh: "r9")), "2").configured
        #expect(change == [ConfigurationChange(added: ["a"])])
        #expect(lab.place("a") == .own(Revision("2")))
    }

    // MARK: - Concurrent reloads

    @Test func `the newest settings win for every account, however long the older ones take to load`() {
        var lab = BookLab()
        let newest = [AccountSettings.example("a", lead: .seconds(900)), .example("b", lead: .seconds(900))]
        _ = lab.configure([.a, .b])
        #expect(lab.configure(newest).isEmpty)
        _ = lab.loaded(.kept(.a))
        let both = lab.loaded(.kept(.b)).configured
        #expect(both == [ConfigurationChange(added: ["a", "b"]), ConfigurationChange(changed: ["a", "b"])])
        #expect(lab.book.all.map(\.settings) == newest)
        for name in ["a", "b"] {
            #expect((lab.machine(name)?.nextRefresh ?? .distantFuture) <= start.instant + .seconds(2700))
        }
    }

    @Test func `a grant is judged by the settings of the moment at which it is loaded`() {
        var lab = BookLab()
        _ = lab.configure([.a])
        _ = lab.configure([.example(client: "d")])
        #expect(lab.loaded(.kept(.example(client: "d"))).configured.map(\.failures) == [[:], [:]])
        #expect(lab.machine("a")?.published?.accessToken == Secret("a1"))

        _ = lab.configure([.a])
        _ = lab.configure([.example(client: "d")])
        #expect(lab.loaded(.kept(.a)).configured.map { $0.failures["a"]?.code } == [.otherClient, .otherClient])
        #expect(lab.machine("a")?.published == nil)
    }

    @Test func `each caller is answered once, when what it waits for is loaded`() {
        var lab = BookLab()
        _ = lab.configure([.a])
        _ = lab.configure([.a, .b])
        #expect(lab.loaded(nil).configured == [ConfigurationChange(added: ["a"])])
        #expect(lab.loaded(nil).configured == [ConfigurationChange(added: ["b"], unchanged: ["a"])])
        #expect(lab.book.configurations.isEmpty)
    }

    @Test func `a load of an account that was removed in the meantime is ignored`() {
        var lab = BookLab()
        _ = lab.configure([.a])
        #expect(lab.configure([]).configured.isEmpty)
        #expect(lab.configure([.a]).isEmpty)
        let first = lab.loaded(.kept(.a, .example("old")), "1")
        #expect(first.configured == [ConfigurationChange(added: ["a"]), ConfigurationChange(removed: ["a"])])
        #expect(first.publishedTokens.isEmpty && first.calls == [.load(account: "a")])
        #expect(lab.loaded(.kept(.a, .example("new")), "2").publishedTokens == [Secret("anew")])
        #expect(lab.place("a") == .own(Revision("2")))
    }

    // MARK: - Retries

    @Test func `a reload reads again what could not be read, and nothing else`() {
        var lab = BookLab()
        _ = lab.configure([.a, .b])
        _ = lab.store(.failed(.disk))
        _ = lab.store(.failed(Failure(.unreadableFile, "damaged", at: start.wall)))
        #expect(lab.configure([.a, .b]).calls == [.load(account: "a")])
        #expect(lab.loaded(.kept(.a)).configured == [ConfigurationChange(changed: ["a"], unchanged: ["b"])])
        #expect(lab.machine("a")?.published != nil && lab.machine("a")?.lastFailure == nil)
    }
}

extension ReaderAnswer {
    var isToken: Bool {
        if case .token = self { true } else { false }
    }
}
