import Accounts
import Failures
import OAuth
import TestStores
import Testing
import Text

@testable import Grants

/// Tokens that no configuration names, which readers ask for by a scope or a resource.
struct UnconfiguredTokenTests {
    private func key(_ scope: String, _ resource: [String] = []) -> TokenKey {
        TokenKey(account: "a", token: .scoped(Scope(parsing: scope), resource: resource))
    }

    private func states(_ lab: BookLab) -> [FurtherTokenState] { lab.machine("a")?.furtherStates ?? [] }

    /// A reader has got the token of the scope `send`, which is valid for an hour.
    private func holding() throws -> BookLab {
        var lab = BookLab.active(.a)
        let post = try #require(lab.read(key("send")).posts.first)
        #expect(post.order.further?.target == TokenTarget(scope: Scope(["send"])))
        _ = lab.refreshed(post, "send", refresh: "r2")
        #expect(lab.saved("2").answers.isServed)
        return lab
    }

    @Test func `a token is kept for the next readers`() throws {
        var lab = try holding()
        let again = lab.read(key("send"))
        #expect(again.answers.isServed && again.posts.isEmpty)
        #expect(lab.machine("a")?.publishedFurther.map(\.key) == [key("send")])
        // It isn't stored, only its refresh token is.
        #expect(lab.machine("a")?.heldFurther.isEmpty == true)
    }

    @Test func `a token that was read is refreshed before it expires`() throws {
        var lab = try holding()
        _ = lab.happen { $0.noteRead(key("send"), now: $1) }
        lab.now = start + .seconds(3590)
        var actions = lab.wake()
        let own = try #require(actions.posts.first)
        #expect(own.order.further == nil)
        _ = lab.refreshed(own, "own", refresh: "r3")
        actions = lab.saved("3")
        #expect(actions.posts.map(\.order.further?.token) == [key("send").token])
    }

    @Test func `a token that nobody has read is served to its end and dropped then`() throws {
        var lab = try holding()
        lab.now = start + .seconds(3590)
        let own = try #require(lab.wake().posts.first)
        _ = lab.refreshed(own, "own", refresh: "r3")
        #expect(lab.saved("3").posts.isEmpty)
        #expect(lab.machine("a")?.publishedFurther.count == 1)
        #expect(lab.alarm == start.instant + .seconds(3600))
        lab.now = start + .seconds(3600)
        let dropped = lab.wake()
        #expect(dropped.contains(.publish(nil, of: key("send"))))
        #expect(states(lab).isEmpty && lab.machine("a")?.further == nil)
    }

    @Test func `a read after it was due refreshes the token at once`() throws {
        var lab = try holding()
        lab.now = start + .seconds(3590)
        let own = try #require(lab.wake().posts.first)
        _ = lab.refreshed(own, "own", refresh: "r3")
        _ = lab.saved("3")
        let actions = lab.happen { $0.noteRead(key("send"), now: $1) }
        #expect(actions.posts.map(\.order.further?.token) == [key("send").token])
    }

    @Test func `what the account or one of its tokens has isn't requested a second time`() throws {
        var settings = AccountSettings.example()
        settings.tokens = ["graph": TokenTarget(scope: Scope(["y", "x"]))]
        var lab = BookLab()
        _ = lab.configure([settings])
        let post = try #require(lab.loaded(.kept(settings)).posts.first)
        _ = lab.refreshed(post, "graph")
        _ = lab.saved("2")
        guard case .token(let graph) = lab.read(key("x y")).answers.first,
            case .token(let own) = lab.read(key("offline_access mail")).answers.first
        else { throw Missing.answer }
        #expect(graph.accessToken == Secret("agraph") && own.accessToken == Secret("a1"))
        #expect(lab.read(key("x y", ["https://a.example"])).posts.count == 1)
    }

    @Test func `a grant has at most 32 of them, and a refused one makes room`() throws {
        var lab = BookLab.active(.a)
        for number in 1...32 {
            // The allowance lets one more refresh through each five seconds.
            lab.now = start + .seconds(number * 5)
            let post = try #require(lab.read(key("s\(number)")).posts.first)
            if number == 7 {
                _ = lab.failed(post, .invalidScope)
            } else {
                _ = lab.refreshed(post, "s\(number)", refresh: nil)
                _ = lab.saved("\(number)")
            }
        }
        lab.now = start + .seconds(200)
        #expect(states(lab).count == 32)
        #expect(lab.read(key("s33")).posts.count == 1)
        #expect(states(lab).count == 32 && !states(lab).contains { $0.token == key("s7").token })
        _ = lab.refreshed(try #require(lab.book.flights["a"]?.first), "s33", refresh: nil)
        _ = lab.saved("33")
        #expect(lab.read(key("s34")).answers == [.tooManyTokens])
        #expect(lab.read(key("s33")).answers.isServed)
    }

    @Test func `a refused token is answered from memory for an hour, and forgotten then`() throws {
        var lab = BookLab.active(.example(lead: .seconds(60)))
        let post = try #require(lab.read(key("bad")).posts.first)
        guard case .misconfigured(let failure) = lab.failed(post, .invalidScope).answers.first else {
            throw Missing.answer
        }
        #expect(failure.hint?.contains("[accounts.a.tokens.NAME]") == true)
        let again = lab.read(key("bad"))
        #expect(again.posts.isEmpty && again.answers.count == 1)
        lab.now = start + .seconds(3599)
        _ = lab.wake()
        #expect(states(lab).count == 1)
    }

    @Test func `without a grant or a refresh token there is none`() {
        var empty = BookLab()
        _ = empty.configure([.a])
        _ = empty.loaded(nil)
        #expect(empty.read(key("send")).answers == [.consentRequired(nil)])
        var unrefreshable = BookLab()
        _ = unrefreshable.configure([.a])
        _ = unrefreshable.loaded(.kept(.a, .example(refresh: nil)))
        guard case .consentRequired(let failure?) = unrefreshable.read(key("send")).answers.first else {
            Issue.record("answered otherwise")
            return
        }
        #expect(failure.code == .noRefreshToken)
        #expect(states(unrefreshable).isEmpty)
    }

    @Test func `a reader that needs more than the tokens' lifetime is told so`() throws {
        var lab = try holding()
        #expect(
            lab.read(key("send"), ReaderNeed(validity: .seconds(3600))).answers == [.tooShortLived(.seconds(3600))])
        #expect(lab.read(key("send"), ReaderNeed(validity: .seconds(3590))).answers.isServed)
    }

    @Test func `a new consent drops it, and so does a logout`() throws {
        var consented = try holding()
        #expect(consented.consent(.a).contains(.publish(nil, of: key("send"))))
        #expect(states(consented).isEmpty)
        var loggedOut = try holding()
        #expect(loggedOut.logout("a").contains(.publish(nil, of: key("send"))))
        #expect(states(loggedOut).isEmpty)
    }

    @Test func `an account without further tokens has no table of them`() {
        let lab = BookLab.active(.a)
        #expect(lab.machine("a")?.further == nil)
        #expect(MemoryLayout.size(ofValue: Rare<FurtherTokens>()) == MemoryLayout<UInt>.size)
    }
}
