import Accounts
import Failures
import TestStores
import Testing
import Text

@testable import Grants

struct BookDrainTests {
    private func drain(_ lab: inout BookLab) -> [BookAction] { lab.happen { $0.drain(now: $1) } }

    @Test func `a book without work is drained at once, and only once`() {
        var lab = BookLab.active(.a)
        #expect(drain(&lab) == [.drained])
        #expect(drain(&lab).isEmpty)
        lab = BookLab()
        #expect(drain(&lab) == [.drained])
    }

    @Test func `a drain waits until the refresh under way has ended and is saved`() {
        var (lab, post) = BookLab.refreshing(.a)
        #expect(drain(&lab).isEmpty)
        let ended = lab.refreshed(post)
        #expect(ended.calls.count == 1 && !ended.isDrained)
        let saved = lab.saved("2")
        #expect(saved.answers.map(\.isToken) == [true] && saved.isDrained)
    }

    @Test func `a drain also waits for a rescue and for a late revocation`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.logout("a")
        _ = lab.store(.removed)
        _ = drain(&lab)
        let late = lab.refreshed(post)
        #expect(late.revocations.count == 1 && !late.isDrained)
        #expect(lab.happen { $0.revokeEnded(nil, account: "a", now: $1) }.isDrained)

        (lab, post) = BookLab.refreshing(.a)
        _ = lab.configure([])
        _ = drain(&lab)
        #expect(!lab.refreshed(post).isDrained)
        #expect(!lab.loaded(.kept(.a)).isDrained)
        #expect(lab.saved("2").isDrained)
    }

    @Test func `a drain drops refreshes that are not sent yet, and their readers are answered`() {
        var lab = BookLab()
        let all = (0..<5).map { AccountSettings.example("a\($0)") }
        _ = lab.configure(all)
        for settings in all { _ = lab.loaded(.kept(settings)) }
        let posts = all.flatMap { lab.refreshNow($0.name).posts }
        #expect(drain(&lab).isEmpty)
        for post in posts.dropLast() { #expect(lab.failed(post).posts.isEmpty) }
        let last = lab.failed(posts[3])
        #expect(last.isDrained && last.answers.map(\.failureCode).contains(.stopping))
    }

    @Test func `a drain writes once more what the store has refused`() {
        var lab = BookLab.active(.a, .b)
        _ = lab.consent(.a)
        _ = lab.store(.failed(.disk))
        let kept = KeptGrant.kept(.a, .example("9", refresh: "r9"))
        #expect(drain(&lab).calls == [.save(kept, account: "a", replacing: Revision("1"))])
        #expect(lab.saved("2").isDrained && lab.book.unsaved(now: start).isEmpty)
    }

    @Test func `a grant that the store refuses to the end is reported as unsaved`() {
        var lab = BookLab.active(.a)
        _ = lab.consent(.a)
        _ = lab.store(.failed(.disk))
        _ = drain(&lab)
        #expect(lab.store(.failed(.disk)).isDrained)
        #expect(lab.book.unsaved(now: start) == ["a": .disk])
    }

    @Test func `a grant is reported as unsaved while it is being written`() {
        var lab = BookLab.active(.a)
        _ = lab.consent(.a)
        #expect(lab.book.unsaved(now: start).mapValues(\.code) == ["a": .storage])
        _ = lab.saved("2")
        #expect(lab.book.unsaved(now: start).isEmpty)
    }

    @Test func `during a drain new readers are told of the stop, and waiting ones are answered by their deadline`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = drain(&lab)
        #expect(lab.read("a").answers.map(\.failureCode) == [.stopping])
        #expect(lab.refreshNow("a").answers.map(\.failureCode) == [.stopping])
        #expect(lab.alarm == start.instant + .seconds(30))
        lab.now = start + .seconds(30)
        #expect(lab.wake().answers.map(\.failureCode) == [.refreshing])
        #expect(lab.failed(post).isDrained)
    }

    @Test func `a drain starts nothing that becomes due`() {
        var (lab, post) = BookLab.refreshing(.a, .b)
        _ = drain(&lab)
        lab.now = start + .seconds(3600)
        #expect(lab.wake().posts.isEmpty)
        #expect(lab.happen { $0.resume(now: $1) }.isEmpty)
        #expect(lab.book.flights["b"] == nil)
        #expect(lab.failed(post).isDrained)
    }

    @Test func `a drain waits for the load under way, drops those behind it, and answers the caller`() {
        var lab = BookLab()
        _ = lab.configure([.a, .b])
        _ = lab.read("b")
        let after = drain(&lab)
        #expect(after.configured == [ConfigurationChange(added: ["a", "b"])] && !after.isDrained)
        let ended = lab.loaded(.kept(.a))
        #expect(ended.calls.isEmpty && ended.isDrained)
        #expect(ended.answers.map(\.failureCode) == [.stopping])
    }

    @Test func `a configuration that comes during a drain isn't applied, and its caller is answered`() {
        var (lab, _) = BookLab.refreshing(.a)
        _ = drain(&lab)
        #expect(lab.configure([.b]) == [.configured(CallID(number: 3), ConfigurationChange())])
        #expect(lab.machine("a") != nil && lab.machine("b") == nil)
    }

    @Test func `a drain waits for a logout whose account is still loading`() {
        var lab = BookLab()
        _ = lab.configure([.a, .b])
        _ = lab.logout("b")
        #expect(!drain(&lab).isDrained)
        #expect(lab.loaded(.kept(.a)).calls == [.load(account: "b")])
        #expect(lab.loaded(.kept(.b)).calls == [.erase(account: "b")])
        let ended = lab.store(.removed)
        #expect(ended.loggedOut == [.init(grant: .example(), failure: nil)] && ended.isDrained)
    }

    @Test func `a consent is kept until the drain has ended, and refused after it`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = drain(&lab)
        #expect(lab.consent(.a).calls.count == 1)
        _ = lab.failed(post)
        let saved = lab.saved("2")
        #expect(saved.consented == [.kept] && saved.isDrained)
        #expect(lab.consent(.a).consented == [.accountChanged])
        #expect(lab.logout("a").loggedOut == [.init()])
        #expect(lab.machine("a")?.grant?.accessToken == Secret("a9"))
    }
}
