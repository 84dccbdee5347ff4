import Accounts
import Failures
import OAuth
import TestStores
import Testing
import Text

@testable import Grants

/// A book with the account `a`, which has the further tokens `graph` and `files`.
struct FurtherTokenTests {
    private static let graph = TokenTarget(scope: Scope(["graph"]))
    private static let files = TokenTarget(resource: ["https://files.example"])
    private static let names = ["files", "graph"]

    private var settings: AccountSettings {
        var settings = AccountSettings.example()
        settings.tokens = ["graph": Self.graph, "files": Self.files]
        return settings
    }

    /// Both tokens are held, and the account's own one is valid for an hour.
    private func holding() throws -> BookLab {
        var lab = BookLab()
        _ = lab.configure([settings])
        var posts = lab.loaded(.kept(settings)).posts
        for number in 1...2 {
            let post = try #require(posts.first)
            _ = lab.refreshed(post, "\(post.order.name)", refresh: "r\(number + 1)")
            posts = lab.saved("\(number + 1)").posts
        }
        #expect(posts.isEmpty)
        return lab
    }

    private func key(_ name: String) -> TokenKey { TokenKey(account: "a", token: .named(name)) }

    // MARK: - One refresh at a time

    // REFRESH-5
    @Test func `each configured token is requested, one after the other, with the refresh token of the reply before`()
        throws
    {
        var lab = BookLab()
        _ = lab.configure([settings])
        let first = try #require(lab.loaded(.kept(settings)).posts.first)
        #expect(first.order.further == .init(token: .named("files"), target: Self.files))
        #expect(first.order.grant.refreshToken == Secret("r1"))
        let afterFirst = lab.refreshed(first, "files", refresh: "r2")
        // The rotated refresh token is stored before the token is served and before the next refresh.
        #expect(afterFirst.posts.isEmpty && afterFirst.publishedTokens.isEmpty)
        guard case .save(let kept, "a", _) = afterFirst.calls.first else { throw Missing.call }
        #expect(kept.grant.refreshToken == Secret("r2") && kept.grant.accessToken == Secret("a1"))
        #expect(kept.further["files"]?.accessToken == Secret("afiles"))
        let saved = lab.saved("2")
        #expect(saved.publishedTokens == [Secret("afiles")])
        let second = try #require(saved.posts.first)
        #expect(second.order.further == .init(token: .named("graph"), target: Self.graph))
        #expect(second.order.grant.refreshToken == Secret("r2"))
        _ = lab.refreshed(second, "graph", refresh: nil)
        #expect(lab.saved("3").publishedTokens == [Secret("agraph")])
        #expect(lab.machine("a")?.published?.accessToken == Secret("a1"))
        #expect(lab.machine("a")?.grant?.refreshToken == Secret("r2"))
    }

    @Test func `readers of different tokens wait for one refresh at a time, and each gets its own token`() throws {
        var lab = try holding()
        let own = lab.refreshNow("a").posts
        #expect(own.count == 1 && own[0].order.further == nil)
        for name in Self.names { #expect(lab.readFresh(key(name)).isEmpty) }
        _ = lab.refreshed(own[0], "4", refresh: "r4")
        var actions = lab.saved("4")
        #expect(actions.answers.count == 1)
        var served: [Secret] = []
        for _ in Self.names {
            let post = try #require(actions.posts.first)
            #expect(actions.posts.count == 1)
            _ = lab.refreshed(post, "new-\(post.order.name)", refresh: "r5")
            actions = lab.saved("5")
            served += actions.publishedTokens.compactMap(\.self)
        }
        #expect(served == [Secret("anew-files"), Secret("anew-graph")])
    }

    @Test func `a further token is refreshed on its own schedule, without the account's own one`() throws {
        var lab = try holding()
        let due = try #require(lab.machine("a")?.furtherStates.compactMap(\.due).min())
        let own = try #require(lab.machine("a")?.nextRefresh)
        #expect(lab.alarm == min(due, own))
        lab.now = start + .seconds(3600)
        var seen: [TokenKey.Token?] = []
        var actions = lab.wake()
        for number in 0..<3 {
            let post = try #require(actions.posts.first)
            seen.append(post.order.further?.token)
            _ = lab.refreshed(post, "late-\(number)", refresh: nil)
            actions = lab.saved("\(number + 10)")
        }
        #expect(seen.first == .some(nil))
        #expect(Set(seen.dropFirst()) == [.named("files"), .named("graph")])
        #expect(actions.posts.isEmpty)
    }

    @Test func `the refresh of a further token leaves the version and the token of the account's own one`() throws {
        let lab = try holding()
        let (own, graph) = (lab.machine("a")?.published, lab.machine("a")?.publishedFurther ?? [])
        #expect(own?.accessToken == Secret("a1"))
        #expect(graph.allSatisfy { $0.version > own?.version ?? .max })
        #expect(Set(graph.map(\.version)).count == 2)
    }

    // MARK: - Refusals

    @Test(arguments: [FailureCode.invalidScope, .invalidTarget, .invalidResource])
    func `a refused scope or resource harms neither the other tokens nor the grant`(code: FailureCode) throws {
        var lab = BookLab()
        _ = lab.configure([settings])
        let first = try #require(lab.loaded(.kept(settings)).posts.first)
        let refused = lab.failed(first, code)
        let second = try #require(refused.posts.first)
        #expect(second.order.further?.token == .named("graph"))
        #expect(second.order.grant.refreshToken == Secret("r1"))
        guard case .tokenFailed(.named("files"), _, .seconds(3600)) = refused.events.first else { throw Missing.event }
        _ = lab.refreshed(second, "graph")
        #expect(lab.saved("2").publishedTokens == [Secret("agraph")])
        #expect(lab.machine("a")?.isActive == true && lab.machine("a")?.lastFailure == nil)
        #expect(lab.read("a").answers.isServed)
        guard case .misconfigured(let failure) = lab.read(key("files")).answers.first else { throw Missing.answer }
        #expect(failure.code == code)
        #expect(failure.hint?.contains("[accounts.a.tokens.files]") == true)
        #expect(lab.machine("a")?.furtherStates.map(\.isRefused) == [true, false])
    }

    @Test func `a refused token is asked for again after an hour, after a reload and when a user refreshes`() throws {
        func refused() throws -> BookLab {
            var lab = try holding()
            lab.now = start + .seconds(60)
            let post = try #require(lab.readFresh(key("files")).posts.first)
            _ = lab.failed(post, .invalidTarget)
            #expect(lab.readFresh(key("files")).posts.isEmpty)
            return lab
        }
        var reloaded = try refused()
        #expect(reloaded.configure([settings]).posts.map(\.order.further?.token) == [.named("files")])
        var asked = try refused()
        let own = try #require(asked.refreshNow("a").posts.first)
        #expect(own.order.further == nil)
        _ = asked.refreshed(own, "5", refresh: nil)
        #expect(asked.saved("5").posts.map(\.order.further?.token) == [.named("files")])
        var waited = try refused()
        waited.now = start + .seconds(60 + 3599)
        #expect(waited.wake().posts.allSatisfy { $0.order.further?.token != .named("files") })
    }

    // REFRESH-6
    @Test func `a further token that is refused as gone makes the account's own refresh decide`() throws {
        var lab = try holding()
        let post = try #require(lab.readFresh(key("graph")).posts.first)
        let doubted = lab.failed(post, .invalidGrant)
        #expect(doubted.posts.isEmpty && lab.machine("a")?.needsConsent == false)
        lab.now = start + .seconds(20)
        let own = try #require(lab.wake().posts.first)
        #expect(own.order.further == nil)
        let ended = lab.failed(own, .invalidGrant)
        #expect(lab.machine("a")?.needsConsent == true)
        #expect(ended.posts.isEmpty)
        for name in Self.names {
            guard case .consentRequired = lab.readFresh(key(name)).answers.first else {
                throw Missing.answer
            }
        }
    }

    @Test func `a further token that was wrongly refused as gone is asked for again after the account's own refresh`()
        throws
    {
        var lab = try holding()
        let post = try #require(lab.readFresh(key("graph")).posts.first)
        _ = lab.failed(post, .invalidGrant)
        lab.now = start + .seconds(20)
        let own = try #require(lab.wake().posts.first)
        _ = lab.refreshed(own, "own", refresh: "r7")
        let again = try #require(lab.saved("7").posts.first)
        #expect(again.order.further?.token == .named("graph"))
        #expect(again.order.grant.refreshToken == Secret("r7"))
        // The second time, it is this token that the server refuses.
        _ = lab.failed(again, .invalidGrant)
        #expect(lab.machine("a")?.furtherStates.first { $0.token == .named("graph") }?.isRefused == true)
    }

    @Test func `a refused scope of the account's own token leaves the further tokens working`() throws {
        var lab = try holding()
        let own = try #require(lab.refreshNow("a").posts.first)
        #expect(lab.readFresh(key("graph")).isEmpty)
        let actions = lab.failed(own, .invalidScope)
        guard case .misconfigured = actions.answers.first else { throw Missing.answer }
        let post = try #require(actions.posts.first)
        #expect(post.order.further?.token == .named("graph"))
        _ = lab.refreshed(post, "graph2", refresh: "r9")
        _ = lab.saved("9")
        // The account's own token stays refused, with the new refresh token.
        guard case .misconfigured(let grant, let failure, let until) = lab.machine("a")?.phase else {
            throw Missing.phase
        }
        #expect(grant.refreshToken == Secret("r9") && failure.code == .invalidScope)
        #expect(until == start.instant + RefreshPolicy.misconfigured)
    }

    @Test func `a wrong client stops the further tokens too`() throws {
        var lab = try holding()
        let own = try #require(lab.refreshNow("a").posts.first)
        _ = lab.readFresh(key("graph"))
        let actions = lab.failed(own, .invalidClient)
        #expect(actions.posts.isEmpty && actions.answers.count == 2)
        guard case .misconfigured = lab.readFresh(key("graph")).answers.first else {
            throw Missing.answer
        }
    }

    @Test func `a failure that may pass delays only the token that it concerns`() throws {
        var lab = try holding()
        let post = try #require(lab.readFresh(key("graph"), wait: .milliseconds(500)).posts.first)
        let actions = lab.failed(post, .network)
        guard case .unavailable(let failure, _) = actions.answers.first else { throw Missing.answer }
        #expect(failure.code == .network && lab.machine("a")?.isActive == true)
        let other = lab.readFresh(key("files"))
        #expect(other.posts.map(\.order.further?.token) == [.named("files")])
        let due = try #require(lab.machine("a")?.furtherStates.first { $0.token == .named("graph") }?.due)
        #expect(due > start.instant && due <= start.instant + .seconds(5))
    }

    @Test func `a token that the reply doesn't grant is refused, and its refresh token is kept`() throws {
        var lab = try holding()
        let post = try #require(lab.readFresh(key("graph")).posts.first)
        let reply = IssuedTokens.example("x", refresh: "r8", scope: Scope(["mail"]))
        let sent = lab.now
        _ = lab.happen { $0.refreshEnded(.granted(reply, sent: sent), of: post, now: $1) }
        let actions = lab.saved("8")
        guard case .misconfigured(let failure) = actions.answers.first else { throw Missing.answer }
        #expect(failure.code == .refusedScope && failure.detail.contains("mail"))
        #expect(lab.machine("a")?.grant?.refreshToken == Secret("r8"))
        #expect(lab.machine("a")?.publishedFurther.map(\.accessToken).contains(Secret("agraph")) == true)
    }
}

extension RefreshOrder {
    /// The name of the token that the refresh is for.
    var name: String { if case .named(let name) = further?.token { name } else { "own" } }
}

/// What a test expected and didn't find.
enum Missing: Error {
    case call, event, answer, phase
}

extension [ReaderAnswer] {
    var isServed: Bool { contains { if case .token = $0 { true } else { false } } }
}

extension BookLab {
    mutating func read(_ key: TokenKey, _ need: ReaderNeed = ReaderNeed(), wait: Duration = .seconds(30))
        -> [BookAction]
    {
        let id = ReaderID(number: call().number)
        return happen { $0.read(key, need, id: id, deadline: $1.instant + wait, now: $1) }
    }

    /// A reader that wants a newer token than the published one.
    mutating func readFresh(_ key: TokenKey, wait: Duration = .seconds(30)) -> [BookAction] {
        let published = machine(key.account)?.publishedFurther.first { $0.key == key }
        return read(key, ReaderNeed(newerThan: published?.version ?? 0), wait: wait)
    }
}
