import Accounts
import Failures
import FoundationEssentials
import OAuth
import Synchronization
import TestStores
import Testing
import Text

@testable import Grants

struct GrantKeeperTests {
    let clock = StandingClock()
    let store = MemoryStore()
    let server = HeldServer()
    let revoked = RevokedTokens()
    let keeper: GrantKeeper

    init() {
        keeper = GrantKeeper(
            time: clock, store: store, refresher: server, revoker: revoked, observer: { _, _ in })
    }

    func settings(_ name: String, client: String = "c", host: String = "as.example") throws -> AccountSettings {
        AccountSettings(
            name: name, client: Client(id: client),
            endpoints: Endpoints(
                authorization: try EndpointURL("https://\(host)/authorize"),
                token: try EndpointURL("https://\(host)/token")),
            scope: Scope(["mail"]), redirectURI: try RedirectURI("http://127.0.0.1/"))
    }

    func keep(_ name: String) throws {
        let kept = KeptGrant(grant: .example(), binding: GrantBinding(try settings(name)))
        store[name] = kept
    }

    /// Runs the keeper as long as the body, and drains it at the end.
    func running(_ work: () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { await keeper.run() }
            try await work()
            keeper.drain()
            try await group.waitForAll()
        }
        keeper.state.withLock { state in
            #expect(state.book.servers.isEmpty && state.book.flights.isEmpty)
            #expect(state.readers.isEmpty && state.callers.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a drain waits for the refresh under way and its save`() async throws {
        try keep("a")
        try await running {
            _ = await keeper.configure(["a": try settings("a")])
            clock.pass(.seconds(3400))
            keeper.wake()
            var orders = server.orders.makeAsyncIterator()
            _ = await orders.next()
            keeper.drain()
            server.answer("a", .granted(.example("2", refresh: "r2"), sent: clock.now()))
        }
        #expect(store["a"]?.grant.refreshToken == Secret("r2"))
    }

    // REFRESH-5
    @Test(.timeLimit(.minutes(5)))
    func `a server that hangs holds up only its own accounts`() async throws {
        let names = (0..<6).map { "slow\($0)" }
        for name in names + ["quick"] { try keep(name) }
        try await running {
            var all = try Dictionary(uniqueKeysWithValues: names.map { ($0, try settings($0)) })
            all["quick"] = try settings("quick", host: "other.example")
            store["quick"]?.binding.server = "https://other.example/token"
            _ = await keeper.configure(all)
            clock.pass(.seconds(3400))
            keeper.wake()
            var orders = server.orders.makeAsyncIterator()
            var seen: Set<String> = []
            while seen.count < 5, let (_, name) = await orders.next() { seen.insert(name) }
            #expect(seen.contains("quick"))
            #expect(seen.filter { $0.hasPrefix("slow") }.count == GrantBook.refreshesInFlight)
            server.answer("quick", .granted(.example("2"), sent: clock.now()))
            for name in seen { server.answer(name, .granted(.example("2"), sent: clock.now())) }
            while seen.count < 7, let (_, name) = await orders.next() {
                seen.insert(name)
                server.answer(name, .granted(.example("2"), sent: clock.now()))
            }
            #expect(seen.count == 7)
        }
    }

    @Test func `a reload keeps a grant only if its client and server stay the same`() async throws {
        for name in ["same", "other"] { try keep(name) }
        try await running {
            _ = await keeper.configure(["same": try settings("same"), "other": try settings("other")])
            var wider = try settings("same")
            wider.scope = Scope(["mail", "calendar"])
            let change = await keeper.configure(["same": wider, "other": try settings("other", client: "d")])
            #expect(change.changed == ["other", "same"])
            #expect(keeper.board.token(of: TokenKey(account: "same"))?.accessToken == Secret("a1"))
            #expect(keeper.board.token(of: TokenKey(account: "other")) == nil)
            #expect(change.failures["other"]?.code == .otherClient)
            // A consent for the new client takes the place of the old grant, which is set aside.
            let outcome = await keeper.consented(.example("9"), settings: try settings("other", client: "d"))
            #expect(outcome == .kept)
        }
        #expect(store["other aside"]?.grant.accessToken == Secret("a1"))
        #expect(store["other"]?.grant.accessToken == Secret("a9"))
    }

    @Test func `an account that is removed from the configuration keeps its file`() async throws {
        try keep("a")
        try await running {
            _ = await keeper.configure(["a": try settings("a")])
            #expect(await keeper.configure([:]).removed == ["a"])
            #expect(keeper.board.token(of: TokenKey(account: "a")) == nil)
        }
        #expect(store["a"] != nil)
    }

    // REFRESH-8
    @Test(.timeLimit(.minutes(5)))
    func `a reload without changes retries failures at once`() async throws {
        try keep("a")
        try await running {
            _ = await keeper.configure(["a": try settings("a")])
            async let first = keeper.refreshNow("a", wait: .seconds(30))
            var orders = server.orders.makeAsyncIterator()
            _ = await orders.next()
            server.answer("a", .failed(.clientSecret, "missing"))
            guard case .misconfigured = await first else {
                Issue.record("answered otherwise")
                return
            }
            #expect(await keeper.configure(["a": try settings("a")]).unchanged == ["a"])
            _ = await orders.next()
            server.answer("a", .granted(.example("2"), sent: clock.now()))
        }
        #expect(store["a"]?.grant.accessToken == Secret("a2"))
    }

    @Test func `a logout returns once the file is removed`() async throws {
        try keep("a")
        try await running {
            _ = await keeper.configure(["a": try settings("a")])
            #expect(await keeper.logout("a").grant?.refreshToken == Secret("r1"))
            #expect(store["a"] == nil)
            #expect(keeper.board.token(of: TokenKey(account: "a")) == nil)
        }
    }

    @Test func `a reader that hangs up is forgotten`() async throws {
        try keep("a")
        try await running {
            _ = await keeper.configure(["a": try settings("a")])
            let need = ReaderNeed(newerThan: keeper.board.token(of: TokenKey(account: "a"))?.version)
            let id = try #require(
                keeper.read(TokenKey(account: "a"), need, wait: .seconds(30)) { _ in Issue.record("answered") })
            keeper.abandon(id, of: "a")
            #expect(keeper.account("a")?.machine.readers.isEmpty == true)
            var orders = server.orders.makeAsyncIterator()
            _ = await orders.next()
            server.answer("a", .granted(.example("2"), sent: clock.now()))
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a stop answers the waiting readers`() async throws {
        try keep("a")
        try await running {
            _ = await keeper.configure(["a": try settings("a")])
            async let answer = keeper.refreshNow("a", wait: .seconds(3600))
            var orders = server.orders.makeAsyncIterator()
            _ = await orders.next()
            keeper.dismissReaders()
            guard case .unavailable(let failure, _) = await answer else {
                Issue.record("answered otherwise")
                return
            }
            #expect(failure.code == .stopping)
            server.answer("a", .granted(.example("2"), sent: clock.now()))
        }
    }
}
