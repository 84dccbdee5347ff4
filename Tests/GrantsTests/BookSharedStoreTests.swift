import Accounts
import Failures
import OAuth
import TestStores
import Testing
import Text

@testable import Grants

/// Reports that another host has written this to the shared store.
struct BookSharedStoreTests {
    private let newer = Grant.example("7", refresh: "r7")

    private func changed(_ lab: inout BookLab) -> [StoreCall] {
        lab.happen { $0.storeChanged("a", now: $1) }.calls
    }

    @Test func `a newer grant of another host is adopted and published`() {
        var lab = BookLab.active(.a)
        #expect(changed(&lab) == [.load(account: "a")])
        let after = lab.loaded(.kept(.a, newer), "5")
        #expect(after.publishedTokens == [Secret("a7")] && after.events == [.adopted(expiresIn: .seconds(3600))])
        #expect(lab.place("a") == .own(Revision("5")) && lab.machine("a")?.grant?.refreshToken == Secret("r7"))
    }

    @Test func `a reader that waits for a newer token gets the other host's`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = changed(&lab)
        #expect(lab.loaded(.kept(.a, newer), "5").answers.map(\.isToken) == [true])
        // The result of this host's own refresh is dropped, because the store holds another grant.
        #expect(lab.refreshed(post).calls == [.load(account: "a")])
        #expect(lab.loaded(.kept(.a, newer), "5").events == [.staleResult])
        #expect(lab.machine("a")?.published?.accessToken == Secret("a7"))
    }

    @Test func `a change that this host has written itself has no effect`() {
        var lab = BookLab.active(.a)
        _ = changed(&lab)
        #expect(lab.loaded(.kept(.a), "1").isEmpty)
    }

    @Test func `an account without a grant adopts one of another host`() {
        var lab = BookLab()
        _ = lab.configure([.a])
        _ = lab.loaded(nil)
        _ = changed(&lab)
        #expect(lab.loaded(.kept(.a, newer), "5").publishedTokens == [Secret("a7")])
    }

    @Test func `a logout on another host counts here, and the store isn't changed`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = changed(&lab)
        let after = lab.loaded(nil)
        #expect(after.publishedTokens == [nil] && after.events == [.loggedOut] && after.calls.isEmpty)
        #expect(after.answers == [.consentRequired(nil)] && lab.place("a") == .empty)
        #expect(lab.refreshed(post).revocations.count == 1)
    }

    @Test func `an empty store changes nothing for an account without a grant`() {
        var lab = BookLab()
        _ = lab.configure([.a])
        _ = lab.loaded(nil)
        _ = changed(&lab)
        #expect(lab.loaded(nil).isEmpty)
    }

    @Test func `a grant that this host hasn't saved yet is newer than one of another host`() {
        var lab = BookLab.active(.a)
        _ = changed(&lab)
        _ = lab.consent(.a)
        #expect(lab.loaded(.kept(.a, newer), "5").publishedTokens.isEmpty)
        _ = lab.store(.failed(.disk))
        _ = changed(&lab)
        #expect(lab.loaded(.kept(.a, newer), "5").publishedTokens.isEmpty)
        #expect(lab.machine("a")?.published?.accessToken == Secret("a9") && lab.place("a") == .own(Revision("1")))
    }

    @Test func `another client's grant isn't adopted, and stays foreign`() {
        var lab = BookLab.active(.a)
        _ = changed(&lab)
        #expect(lab.loaded(.kept(.example(client: "d")), "5").isEmpty)
        #expect(lab.place("a") == .foreign && lab.machine("a")?.published?.accessToken == Secret("a1"))
    }

    @Test func `a grant that was logged out here and could not be removed isn't adopted`() {
        var lab = BookLab.active(.a)
        _ = lab.logout("a")
        _ = lab.store(.failed(.disk))
        _ = changed(&lab)
        #expect(lab.loaded(.kept(.a), "1").isEmpty && lab.place("a").isEnded)
    }

    @Test func `a read that fails changes nothing`() {
        var lab = BookLab.active(.a)
        _ = changed(&lab)
        #expect(lab.store(.failed(.disk)).isEmpty && lab.place("a") == .own(Revision("1")))
    }

    @Test func `nothing is read for an account that isn't configured or is loading, or during a drain`() {
        var lab = BookLab()
        #expect(changed(&lab).isEmpty)
        _ = lab.configure([.a])
        #expect(changed(&lab).isEmpty && lab.book.storeQueue.isEmpty)
        _ = lab.loaded(.kept(.a))
        _ = lab.consent(.a)
        _ = lab.happen { $0.drain(now: $1) }
        #expect(changed(&lab).isEmpty && lab.book.storeQueue.isEmpty)
    }
}
