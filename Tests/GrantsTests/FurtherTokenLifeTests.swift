import Accounts
import Failures
import FoundationEssentials
import OAuth
import TestStores
import Testing
import Text

@testable import Grants

/// Further tokens across starts, reloads, logouts and other hosts.
struct FurtherTokenLifeTests {
    private static let graph = TokenTarget(scope: Scope(["graph"]))
    private let key = TokenKey(account: "a", token: .named("graph"))

    private func settings(_ target: TokenTarget? = graph) -> AccountSettings {
        var settings = AccountSettings.example()
        settings.tokens["graph"] = target
        return settings
    }

    private func held(_ name: String = "graph", issued: Moment = start) -> HeldToken {
        HeldToken(.example(name), for: Self.graph, sent: issued)
    }

    private func kept(_ token: HeldToken, isOfEarlierBoot: Bool = false) -> KeptGrant {
        var kept = KeptGrant.kept(settings())
        kept.further = ["graph": token]
        kept.isOfEarlierBoot = isOfEarlierBoot
        return kept
    }

    private func holding() -> BookLab {
        var lab = BookLab()
        _ = lab.configure([settings()])
        _ = lab.loaded(kept(held()))
        return lab
    }

    private func state(_ lab: BookLab) -> FurtherTokenState? { lab.machine("a")?.furtherStates.first }

    // MARK: - Starts

    @Test func `a stored token is served after a start, and refreshed when it is due`() throws {
        var lab = BookLab()
        _ = lab.configure([settings()])
        let actions = lab.loaded(kept(held()))
        #expect(actions.publishedTokens == [Secret("a1"), Secret("agraph")] && actions.posts.isEmpty)
        let due = try #require(state(lab)?.due)
        #expect(due > start.instant + .seconds(3200) && due < start.instant + .seconds(3600))
    }

    @Test func `a stored token of another target isn't used`() {
        var lab = BookLab()
        _ = lab.configure([settings(TokenTarget(scope: Scope(["other"])))])
        let actions = lab.loaded(kept(held()))
        #expect(actions.publishedTokens == [Secret("a1")])
        #expect(actions.posts.first?.order.further?.target.scope == Scope(["other"]))
    }

    @Test func `a stored token of an earlier boot is refreshed at once, after the account's own one`() throws {
        var lab = BookLab()
        _ = lab.configure([settings()])
        _ = lab.loaded(kept(held(), isOfEarlierBoot: true))
        let own = try #require(lab.wake().posts.first)
        #expect(own.order.further == nil)
        _ = lab.refreshed(own, "own", refresh: nil)
        #expect(lab.saved("2").posts.first?.order.further?.token == key.token)
    }

    @Test func `an expired stored token isn't served`() throws {
        var lab = BookLab()
        _ = lab.configure([settings()])
        _ = lab.loaded(kept(held(issued: start + .seconds(-4000))))
        #expect(lab.read(key).answers.isEmpty)
    }

    // MARK: - Reloads

    @Test func `a reload adds a token, and the grant stays`() throws {
        var lab = BookLab.active(.a)
        let actions = lab.configure([settings()])
        #expect(actions.configured.first?.changed == ["a"] && actions.publishedTokens.isEmpty)
        #expect(actions.posts.first?.order.further == .init(token: key.token, target: Self.graph))
    }

    @Test func `a reload removes a token with its readers`() throws {
        var lab = holding()
        #expect(lab.readFresh(key).posts.count == 1)
        let actions = lab.configure([.a])
        #expect(actions.contains(.publish(nil, of: key)) && actions.answers == [.noSuchToken])
        let post = try #require(lab.book.flights["a"]?.first)
        // The refresh token of the flight is kept, its access token isn't.
        _ = lab.refreshed(post, "late", refresh: "r2")
        let saved = lab.saved("2")
        #expect(saved.answers.isEmpty && saved.publishedTokens.isEmpty)
        #expect(lab.machine("a")?.grant?.refreshToken == Secret("r2"))
        #expect(lab.machine("a")?.further == nil && lab.machine("a")?.isActive == true)
        #expect(lab.read(key).answers == [.noSuchToken])
    }

    @Test func `a token with another target is requested anew, and the flight of the old one isn't it`() throws {
        var lab = holding()
        #expect(lab.readFresh(key).posts.count == 1)
        let old = try #require(lab.book.flights["a"]?.first)
        let target = TokenTarget(scope: Scope(["other"]))
        #expect(lab.configure([settings(target)]).contains(.publish(nil, of: key)))
        _ = lab.refreshed(old, "old", refresh: "r2")
        let actions = lab.saved("2")
        #expect(actions.publishedTokens.isEmpty)
        let post = try #require(actions.posts.first)
        #expect(post.order.further?.target == target && post.order.grant.refreshToken == Secret("r2"))
        _ = lab.refreshed(post, "new", refresh: nil)
        let answered = lab.saved("3")
        #expect(answered.publishedTokens == [Secret("anew")] && answered.answers.isServed)
    }

    @Test func `a token with another target waits too where the refresh of the old one was throttled`() throws {
        var lab = holding()
        _ = lab.readFresh(key)
        let old = try #require(lab.book.flights["a"]?.first)
        _ = lab.configure([settings(TokenTarget(scope: Scope(["other"])))])
        #expect(lab.failed(old, .throttled).posts.isEmpty)
        let due = try #require(state(lab)?.due)
        #expect(due >= start.instant + .seconds(60))
        // Neither a reload nor a user's refresh shortens the wait.
        var reloaded = settings(TokenTarget(scope: Scope(["other"])))
        reloaded.refreshBeforeExpiry = .seconds(30)
        _ = lab.configure([reloaded])
        #expect(state(lab)?.due == due)
        _ = lab.book.refreshNow("a", id: ReaderID(number: 99), deadline: start.instant + .seconds(5), now: start)
        #expect(state(lab)?.due == due)
    }

    @Test func `an account that is taken out takes its tokens with it`() {
        var lab = holding()
        let actions = lab.configure([])
        #expect(actions.contains(.publish(nil, of: key)))
        #expect(actions.contains(.publish(nil, of: TokenKey(account: "a"))))
    }

    // MARK: - Logouts and consents

    @Test func `a logout names every access token, and a late one is revoked`() throws {
        var lab = holding()
        let post = try #require(lab.readFresh(key).posts.first)
        let actions = lab.logout("a")
        #expect(actions.contains(.publish(nil, of: key)))
        let outcome = try #require(lab.store(.removed).loggedOut.first)
        #expect(outcome.further == [Secret("agraph")] && outcome.grant?.accessToken == Secret("a1"))
        let late = try #require(lab.refreshed(post, "late", refresh: "r2").revocations.first)
        #expect(late.grant.refreshToken == Secret("r2") && late.grant.accessToken == Secret("alate"))
        #expect(state(lab)?.isPublished == false)
    }

    @Test func `a consent replaces the tokens of the one before`() throws {
        var lab = holding()
        #expect(lab.consent(settings()).contains(.publish(nil, of: key)))
        let saved = lab.saved("2")
        let post = try #require(saved.posts.first)
        #expect(post.order.further?.token == key.token && post.order.grant.refreshToken == Secret("r9"))
    }

    @Test func `a late result for an account that was replaced saves the refresh token with the account's own token`()
        throws
    {
        var lab = holding()
        let post = try #require(lab.readFresh(key).posts.first)
        _ = lab.configure([])
        _ = lab.refreshed(post, "late", refresh: "r2")
        let actions = lab.loaded(kept(held()))
        guard case .save(let kept, _, _) = actions.calls.first else { throw Missing.call }
        #expect(kept.grant.refreshToken == Secret("r2") && kept.grant.accessToken == Secret("a1"))
    }

    // MARK: - Other hosts

    @Test func `a token that another host has stored is adopted, and an older one isn't`() throws {
        var lab = holding()
        var newer = kept(held("theirs", issued: start + .seconds(10)))
        newer.grant.accessToken = Secret("a2")
        _ = lab.happen { $0.storeChanged("a", now: $1) }
        #expect(lab.loaded(newer, "2").publishedTokens == [Secret("a2"), Secret("atheirs")])
        var older = kept(held("older"))
        older.grant.accessToken = Secret("a3")
        _ = lab.happen { $0.storeChanged("a", now: $1) }
        #expect(lab.loaded(older, "3").publishedTokens == [Secret("a3")])
    }

    @Test func `a consent on another host ends the tokens of the one before`() throws {
        var lab = holding()
        var other = KeptGrant.kept(settings(), .example("9", refresh: "r9"))
        other.grant.consentedAt += 60
        _ = lab.happen { $0.storeChanged("a", now: $1) }
        let actions = lab.loaded(other, "2")
        #expect(actions.contains(.publish(nil, of: key)))
        #expect(actions.posts.first?.order.grant.refreshToken == Secret("r9"))
    }

    // MARK: - Failures of the store, and the end

    @Test func `a token whose grant the store refuses is served from memory`() throws {
        var lab = holding()
        let post = try #require(lab.readFresh(key).posts.first)
        _ = lab.refreshed(post, "new", refresh: "r2")
        let actions = lab.store(.failed(Failure(.storage, "full", at: start.wall)))
        #expect(actions.publishedTokens == [Secret("anew")] && actions.answers.isServed)
        #expect(lab.machine("a")?.saveFailure?.code == .storage)
    }

    @Test func `a sleep of the machine shortens the pause after a failure that may have passed`() throws {
        var lab = holding()
        for _ in 1...6 {
            let post = try #require(lab.readFresh(key, wait: .seconds(4000)).posts.first ?? lab.wake().posts.first)
            _ = lab.failed(post, .network)
            lab.now = Moment(instant: try #require(state(lab)?.due), wall: start.wall)
        }
        lab.now = lab.now + .seconds(-1)
        let post = lab.happen { $0.resume(now: $1) }.posts.first
        #expect(post != nil || (state(lab)?.due ?? .distantFuture) <= lab.now.instant + RefreshPolicy.afterSleep)
    }
}
