import Accounts
import Failures
import FoundationEssentials
import TestStores
import Testing
import Text

@testable import Grants

struct BookStorageTests {
    private let refreshed = KeptGrant.kept(
        .a, .example().refreshed(by: .example("2", refresh: "r2"), sent: start))
    private let conflict = StoreReply.saved(.changed)

    @Test func `one call is under way at a time, and a report without one is ignored`() {
        var lab = BookLab.active(.a, .b)
        #expect(lab.consent(.a).calls.count == 1)
        #expect(lab.consent(.b).calls.isEmpty && lab.logout("b").calls.isEmpty)
        #expect(lab.saved("2").calls == [.erase(account: "b")])
        #expect(lab.store(.removed).calls.isEmpty)
        #expect(lab.store(.removed).isEmpty)
    }

    @Test func `a refresh replaces the loaded revision, and the next one replaces that`() {
        var (lab, post) = BookLab.refreshing(.a)
        let first = lab.refreshed(post)
        #expect(first.calls.map(\.expectation) == [Revision("1")])
        #expect(first.publishedTokens.isEmpty)
        #expect(lab.saved("2").publishedTokens == [Secret("a2")])
        let next = lab.refreshNow("a").posts
        #expect(lab.refreshed(next[0], "3", refresh: "r3").calls.map(\.expectation) == [Revision("2")])
    }

    @Test func `a grant that the store refuses is served, and written again when its retry is due`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.refreshed(post)
        let refused = lab.store(.failed(.disk))
        #expect(refused.publishedTokens == [Secret("a2")] && lab.place("a") == .own(Revision("1")))
        lab.now = Moment(instant: lab.alarm ?? start.instant, wall: start.wall)
        #expect(lab.wake().calls.map(\.expectation) == [Revision("1")])
        #expect(lab.saved("2").events == [.savedAtLast])
        #expect(lab.book.unsaved(now: start).isEmpty)
    }

    // MARK: - Other writers

    @Test func `a grant that another writer has replaced is written over that`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.refreshed(post)
        #expect(lab.store(conflict).calls == [.load(account: "a")])
        #expect(lab.loaded(.kept(.a), "5").calls.map(\.expectation) == [Revision("5")])
        #expect(lab.saved("6").publishedTokens == [Secret("a2")])
        #expect(lab.place("a") == .own(Revision("6")))
    }

    @Test func `a foreign grant that another writer has stored is set aside first`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.refreshed(post)
        _ = lab.store(conflict)
        #expect(lab.loaded(.kept(.example(client: "d")), "5").calls == [.setAside(account: "a")])
        #expect(lab.store(.removed).calls.map(\.expectation) == [.some(nil)])
        #expect(lab.saved("6").publishedTokens == [Secret("a2")])
    }

    @Test func `a client's own grant counts as foreign for a user's grant`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.refreshed(post)
        _ = lab.store(conflict)
        #expect(lab.loaded(.kept(.example(flow: .clientCredentials)), "5").calls == [.setAside(account: "a")])
    }

    @Test func `a grant that another writer has removed is written again`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.refreshed(post)
        _ = lab.store(conflict)
        #expect(lab.loaded(nil).calls.map(\.expectation) == [.some(nil)])
    }

    @Test func `after too many conflicts with another writer a save fails for now`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.refreshed(post)
        for number in 1...5 {
            #expect(lab.store(conflict).calls == [.load(account: "a")])
            _ = lab.loaded(.kept(.a), "x\(number)")
        }
        let after = lab.store(conflict)
        #expect(after.calls.isEmpty && lab.machine("a")?.saveFailure?.code == .storage)
        #expect(after.publishedTokens == [Secret("a2")])
    }

    @Test func `the next try sets aside what can't be opened, and leaves what can't be read`() {
        for (failure, next) in [
            (Failure(.otherKey, "sealed", at: start.wall), StoreCall.setAside(account: "a")),
            (.disk, .save(refreshed, account: "a", replacing: Revision("1"))),
        ] {
            var (lab, post) = BookLab.refreshing(.a)
            _ = lab.refreshed(post)
            _ = lab.store(conflict)
            #expect(lab.store(.failed(failure)).publishedTokens == [Secret("a2")])
            lab.now = Moment(instant: lab.alarm ?? start.instant, wall: start.wall)
            var calls = lab.wake().calls
            if case .save(let kept, _, _) = calls.first {
                calls = [.save(KeptGrant(kept, refreshedAt: nil), account: "a", replacing: Revision("1"))]
            }
            #expect(calls == [next])
        }
    }

    @Test(arguments: [Failure(.otherKey, "sealed", at: start.wall), .disk])
    func `content that could not be read when loading is set aside before a consent is saved`(failure: Failure) {
        var lab = BookLab()
        _ = lab.configure([.a])
        _ = lab.store(.failed(failure))
        #expect(lab.consent(.a).calls == [.setAside(account: "a")])
        #expect(lab.store(.failed(.disk)).consented == [.unsaved(.disk)])
        lab.now = Moment(instant: lab.alarm ?? start.instant, wall: start.wall)
        #expect(lab.wake().calls == [.setAside(account: "a")])
        #expect(lab.store(.removed).calls.map(\.expectation) == [.some(nil)])
    }

    @Test func `a logout sets aside content that isn't the account's own`() {
        for reply in [
            StoreReply.failed(.disk), .loaded(StoredGrant(.kept(.example(client: "d")), revision: Revision("1"))),
        ] {
            var lab = BookLab()
            _ = lab.configure([.a])
            _ = lab.store(reply)
            #expect(lab.logout("a").calls == [.setAside(account: "a")])
            #expect(lab.store(.removed).loggedOut == [.init()] && lab.place("a") == .empty)
        }
    }

    // MARK: - Rescues

    /// Removes the account during a refresh, whose rotated token then arrives.
    private func rescuing() -> BookLab {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.configure([])
        let late = lab.refreshed(post)
        #expect(late.calls == [.load(account: "a")] && late.events.isEmpty)
        return lab
    }

    @Test func `a rotated token of a removed account replaces the grant that was refreshed`() {
        var lab = rescuing()
        var kept = refreshed
        kept.refreshedAt = start.wall
        #expect(lab.loaded(.kept(.a), "3").calls == [.save(kept, account: "a", replacing: Revision("3"))])
        #expect(lab.saved("4").isEmpty)
        #expect(lab.place("a") == .own(Revision("4")))
    }

    @Test func `a rotated token is dropped where the store holds another grant, or none`() {
        for there in [
            KeptGrant.kept(.a, .example("9", refresh: "r9")), .kept(.example(client: "d")),
            .kept(.example(flow: .clientCredentials)), nil,
        ] {
            var lab = rescuing()
            let after = lab.loaded(there)
            #expect(after.calls.isEmpty && after.events == [.staleResult])
        }
    }

    @Test func `a rescue that meets a faster writer reads again`() {
        var lab = rescuing()
        _ = lab.loaded(.kept(.a), "3")
        #expect(lab.store(conflict).calls == [.load(account: "a")])
        #expect(lab.loaded(.kept(.a), "5").calls.map(\.expectation) == [Revision("5")])
        for number in 1...4 {
            _ = lab.store(conflict)
            _ = lab.loaded(.kept(.a), "y\(number)")
        }
        guard case .lost(let failure) = lab.store(conflict).events.first else {
            Issue.record("not told")
            return
        }
        #expect(failure.code == .storage)
    }

    @Test(arguments: [false, true])
    func `a rotated token that can't be rescued is reported as lost`(isRead: Bool) {
        var lab = rescuing()
        if isRead { _ = lab.loaded(.kept(.a)) }
        #expect(lab.store(.failed(.disk)).events == [.lost(.disk)])
    }

    @Test func `an account that has begun with the refreshed grant adopts the rescued one`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.configure([.example(client: "d")])
        _ = lab.loaded(.kept(.a))
        _ = lab.refreshed(post)
        _ = lab.loaded(.kept(.a), "1")
        _ = lab.configure([.a])
        _ = lab.saved("2")
        #expect(lab.loaded(.kept(.a, refreshed.grant), "2").publishedTokens == [Secret("a2")])
        #expect(lab.place("a") == .own(Revision("2")))
    }

    @Test func `a rescued grant of another client stays foreign to the account`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.configure([.example(client: "d")])
        _ = lab.loaded(.kept(.a))
        _ = lab.refreshed(post)
        _ = lab.loaded(.kept(.a), "1")
        _ = lab.saved("2")
        #expect(lab.place("a") == .foreign)
    }

    @Test func `a failed save is reported as lost where the account has changed its client in the meantime`() {
        var lab = BookLab.active(.a)
        _ = lab.consent(.a)
        _ = lab.configure([.example(client: "d")])
        #expect(lab.store(.failed(.disk)).events == [.lost(.disk)])
    }

    @Test func `a failed save isn't reported as lost where a newer save follows`() {
        var lab = BookLab.active(.a)
        _ = lab.consent(.a)
        _ = lab.consent(.a)
        #expect(lab.store(.failed(.disk)).events.isEmpty)
    }
}

extension KeptGrant {
    /// The same grant, refreshed at this time.
    fileprivate init(_ kept: KeptGrant, refreshedAt: Date?) {
        self = kept
        self.refreshedAt = refreshedAt
    }
}
