import Accounts
import TestStores
import Testing
import Text

@testable import Grants

struct BookServerTests {
    private static let names = (0..<6).map { "a\($0)" }

    /// Six accounts at one server, and one at another.
    private func crowd() -> BookLab {
        var lab = BookLab()
        let all = Self.names.map { AccountSettings.example($0) } + [.example("other", host: "other.example")]
        _ = lab.configure(all)
        for settings in all { _ = lab.loaded(.kept(settings)) }
        return lab
    }

    @Test func `four refreshes are under way at one server, and those of another server don't wait for them`() {
        var lab = crowd()
        let posts = Self.names.flatMap { lab.refreshNow($0).posts } + lab.refreshNow("other").posts
        #expect(posts.map(\.account) == ["a0", "a1", "a2", "a3", "other"])
        #expect(lab.book.servers["as.example"]?.queue.map(\.account) == ["a4", "a5"])
    }

    @Test func `the end of a refresh starts the next one, in the order of the requests`() {
        var lab = crowd()
        var posts = Self.names.flatMap { lab.refreshNow($0).posts }
        #expect(lab.failed(posts[2]).posts.map(\.account) == ["a4"])
        let after = lab.refreshed(posts[0])
        #expect(after.posts.map(\.account) == ["a5"])
        posts = [posts[1], posts[3]]
        #expect(posts.flatMap { lab.failed($0).posts }.isEmpty)
        #expect(lab.book.servers["as.example"]?.inFlight == 2)
    }

    @Test func `all slots are given back, round after round`() {
        var lab = crowd()
        for _ in 0..<5 {
            lab.now = lab.now + .seconds(60)
            var posts = Self.names.flatMap { lab.refreshNow($0).posts }
            #expect(posts.count == 4)
            var ended = 0
            while let post = posts.popLast() {
                posts += lab.refreshed(post, "n", refresh: nil).posts
                ended += 1
                while lab.book.storeWork != nil { _ = lab.saved("\(ended)") }
            }
            #expect(ended == 6)
            #expect(lab.book.servers.isEmpty && lab.book.flights.isEmpty)
        }
    }

    @Test func `a late result gives back the slot of the server that the request was sent to`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.configure([.example(host: "other.example")])
        _ = lab.loaded(nil)
        #expect(lab.book.servers["as.example"]?.inFlight == 1)
        _ = lab.refreshed(post)
        #expect(lab.book.servers.isEmpty)
    }

    // MARK: - Queued refreshes

    @Test(arguments: ["logout", "consent", "out", "client"])
    func `a queued refresh is never sent once its grant is over`(what: String) {
        var lab = crowd()
        let posts = Self.names.flatMap { lab.refreshNow($0).posts }
        let others = Self.names.map { AccountSettings.example($0) } + [.example("other", host: "other.example")]
        switch what {
        case "logout": _ = lab.logout("a4")
        case "consent": _ = lab.consent(.example("a4"))
        case "out": _ = lab.configure(others.filter { $0.name != "a4" })
        default: _ = lab.configure(others.filter { $0.name != "a4" } + [.example("a4", client: "d")])
        }
        #expect(lab.book.flights["a4"] == nil && lab.book.flights["a5"] != nil)
        #expect(lab.failed(posts[0]).posts.map(\.account) == ["a5"])
        #expect(lab.failed(posts[1]).posts.isEmpty)
    }

    @Test func `an account that is added again isn't waiting for its refresh that was never sent`() {
        var lab = crowd()
        for name in Self.names { _ = lab.refreshNow(name) }
        let all = Self.names.map { AccountSettings.example($0) } + [.example("other", host: "other.example")]
        _ = lab.configure(all.filter { $0.name != "a4" })
        _ = lab.configure(all)
        _ = lab.loaded(.kept(.example("a4")))
        guard case .active = lab.machine("a4")?.phase else {
            Issue.record("\(String(describing: lab.machine("a4")?.phase))")
            return
        }
    }

    @Test func `an account that is added again waits for its refresh that was sent before`() {
        var (lab, post) = BookLab.refreshing(.a)
        _ = lab.configure([])
        _ = lab.configure([.a])
        _ = lab.loaded(.kept(.a))
        lab.now = lab.now + .seconds(3600)
        #expect(lab.wake().posts.isEmpty)
        #expect(lab.refreshNow("a").posts.isEmpty)
        let after = lab.refreshed(post)
        #expect(after.calls.map(\.expectation) == [Revision("1")])
        #expect(lab.machine("a")?.grant?.refreshToken == Secret("r2"))
        #expect(lab.saved("2").answers.map(\.isToken) == [true])
    }

    @Test func `an account doesn't wait for the refresh of another client`() {
        let own = AccountSettings.example(flow: .clientCredentials)
        var lab = BookLab.active(own)
        _ = lab.refreshNow("a")
        _ = lab.configure([.example(client: "d", flow: .clientCredentials)])
        #expect(lab.loaded(nil).posts.map(\.settings.client.id) == ["d"])
    }
}
