import Accounts
import Failures
import FoundationEssentials
import OAuth
import Synchronization
import TestStores
import Testing
import Text

@testable import Grants

@Suite(.timeLimit(.minutes(5)))
struct KeeperShellTests {
    private let clock = StandingClock()
    private let server = HeldServer()
    private let revoked = RevokedTokens()

    private func running(
        _ store: some GrantStore, observer: @escaping @Sendable (String, GrantEvent) -> Void = { _, _ in },
        _ work: (GrantKeeper) async throws -> Void
    ) async throws {
        let keeper = GrantKeeper(time: clock, store: store, refresher: server, revoker: revoked, observer: observer)
        try await withThrowingTaskGroup { group in
            group.addTask { await keeper.run() }
            try await work(keeper)
            keeper.drain()
            try await group.waitForAll()
        }
        keeper.state.withLock { state in
            #expect(state.readers.isEmpty && state.callers.isEmpty && state.book.configurations.isEmpty)
        }
    }

    private func kept(_ settings: AccountSettings...) -> MemoryStore {
        let store = MemoryStore()
        for account in settings { store[account.name] = .kept(account) }
        return store
    }

    // MARK: - Reloads

    @Test func `of two concurrent reloads the newer one counts for every account`() async throws {
        let store = HeldStore()
        for account in [AccountSettings.a, .b] { store.store[account.name] = .kept(account) }
        let newest = ["a", "b"].map { AccountSettings.example($0, lead: .seconds(900)) }
        try await running(store) { keeper in
            await withTaskGroup(of: ConfigurationChange.self) { group in
                group.addImmediateTask { await keeper.configure(["a": .a, "b": .b]) }
                var loads = store.loads.makeAsyncIterator()
                #expect(await loads.next() == "a")
                group.addImmediateTask { await keeper.configure(["a": newest[0], "b": newest[1]]) }
                store.open()
                #expect(await group.next() == ConfigurationChange(added: ["a", "b"]))
                #expect(await group.next() == ConfigurationChange(changed: ["a", "b"]))
            }
            #expect(keeper.accounts.map(\.settings) == newest)
        }
    }

    @Test func `a reader that comes while its account is loading waits for the loaded grant`() async throws {
        let store = HeldStore()
        store.store["a"] = .kept(.a)
        try await running(store) { keeper in
            await withTaskGroup(of: Void.self) { group in
                group.addImmediateTask { _ = await keeper.configure(["a": .a]) }
                let (answers, answered) = AsyncStream.makeStream(of: ReaderAnswer.self)
                #expect(
                    keeper.read(TokenKey(account: "a"), ReaderNeed(), wait: .seconds(5)) { answered.yield($0) } != nil)
                store.open()
                var heard = answers.makeAsyncIterator()
                #expect(await heard.next()?.isToken == true)
            }
        }
    }

    @Test func `a client that acts for itself and proves possession begins with a key`() async throws {
        let own = AccountSettings.example(flow: .clientCredentials, provesPossession: true)
        try await running(MemoryStore()) { keeper in
            _ = await keeper.configure(["a": own])
            #expect(keeper.account("a")?.machine.grant?.proofKey?.isEmpty == false)
            _ = await keeper.configure(["a": .example(flow: .clientCredentials)])
        }
    }

    @Test func `a configuration can be applied before the keeper runs`() async throws {
        let store = kept(.a, .b)
        let keeper = GrantKeeper(time: clock, store: store, refresher: server, revoker: revoked, observer: { _, _ in })
        #expect(await keeper.configure(["a": .a, "b": .b]) == ConfigurationChange(added: ["a", "b"]))
        #expect(keeper.board.token(of: TokenKey(account: "b"))?.accessToken == Secret("a1"))
        #expect(await keeper.configure(["b": .b]) == ConfigurationChange(removed: ["a"], unchanged: ["b"]))
        keeper.drain()
        await keeper.run()
    }

    // MARK: - Logouts

    // REVOKE-3
    @Test func `a logout whose file can't be removed fails, and no reload brings the grant back`() async throws {
        let store = kept(.a)
        try await running(store) { keeper in
            _ = await keeper.configure(["a": .a])
            store.fail([.erase])
            #expect(await keeper.logout("a") == .init(grant: .example(), failure: .disk))
            store.fail([])
            _ = await keeper.configure(["a": .a])
            _ = await keeper.configure([:])
            _ = await keeper.configure(["a": .a])
            #expect(keeper.board.token(of: TokenKey(account: "a")) == nil)
            #expect(keeper.account("a")?.machine.lastFailure == .disk)
            #expect(await keeper.consented(.example("9"), settings: .a) == .kept)
        }
        #expect(store["a"]?.grant.accessToken == Secret("a9"))
    }

    @Test func `an unknown account can't be logged out, and keeps no consent`() async throws {
        try await running(MemoryStore()) { keeper in
            #expect(await keeper.logout("a") == .init())
            #expect(await keeper.consented(.example(), settings: .a) == .accountChanged)
            #expect(await keeper.refreshNow("a", wait: .zero) == .noSuchAccount)
        }
    }

    // MARK: - Consents

    @Test(arguments: [AccountSettings.example(client: "d"), .example(host: "other.example")])
    func `a consent that began before a reload for another client or server leaves no trace`(
        other: AccountSettings
    ) async throws {
        let store = MemoryStore()
        try await running(store) { keeper in
            _ = await keeper.configure(["a": .a])
            _ = await keeper.configure(["a": other])
            #expect(await keeper.consented(.example(), settings: .a) == .accountChanged)
            #expect(keeper.account("a")?.machine.phase == .empty)
        }
        #expect(store["a"] == nil)
    }

    // MARK: - Readers

    @Test func `a reader that is answered at once gets no identifier, and one that waits does`() async throws {
        try await running(kept(.a)) { keeper in
            _ = await keeper.configure(["a": .a])
            let answers = Mutex<[ReaderAnswer]>([])
            let first = keeper.read(TokenKey(account: "a"), ReaderNeed(), wait: .zero) { answer in
                answers.withLock { $0.append(answer) }
            }
            #expect(first == nil && answers.withLock { $0.map(\.isToken) } == [true])
            let need = ReaderNeed(newerThan: keeper.board.token(of: TokenKey(account: "a"))?.version)
            let second = keeper.read(TokenKey(account: "a"), need, wait: .seconds(5)) { answer in
                answers.withLock { $0.append(answer) }
            }
            #expect(second != nil && answers.withLock { $0.count } == 1)
            clock.pass(.seconds(5))
            keeper.wake()
            #expect(answers.withLock { $0.map(\.failureCode) } == [nil, .refreshing])
            var orders = server.orders.makeAsyncIterator()
            _ = await orders.next()
            server.answer("a", .failed(.network))
        }
    }

    @Test func `an answer may call the keeper again`() async throws {
        try await running(kept(.a)) { keeper in
            _ = await keeper.configure(["a": .a])
            let names = Mutex<[String]>([])
            keeper.read(TokenKey(account: "a"), ReaderNeed(), wait: .zero) { _ in
                names.withLock { $0 = keeper.accounts.map(\.settings.name) }
            }
            #expect(names.withLock { $0 } == ["a"])
        }
    }

    // MARK: - Other hosts

    @Test func `a grant that another host writes into the shared store is served here`() async throws {
        let store = kept(.a)
        let other = MemoryStore(sharing: store)
        let (events, told) = AsyncStream.makeStream(of: GrantEvent.self)
        try await running(store, observer: { _, event in told.yield(event) }) { keeper in
            _ = await keeper.configure(["a": .a])
            var heard = events.makeAsyncIterator()
            let first = try #require(await other.load(account: "a", now: start))
            await store.awaitWatcher()
            _ = try await other.save(.kept(.a, .example("7", refresh: "r7")), account: "a", replacing: first.revision)
            #expect(await heard.next() == .adopted(expiresIn: .seconds(3600)))
            #expect(keeper.board.token(of: TokenKey(account: "a"))?.accessToken == Secret("a7"))
        }
    }

    // MARK: - The end

    @Test func `calls after the end are answered`() async throws {
        let store = kept(.a)
        var ended: GrantKeeper?
        try await running(store) { keeper in
            _ = await keeper.configure(["a": .a])
            ended = keeper
        }
        let keeper = try #require(ended)
        #expect(await keeper.consented(.example("9"), settings: .a) == .accountChanged)
        #expect(await keeper.logout("a") == .init())
        #expect(await keeper.configure([:]) == ConfigurationChange())
        #expect(await keeper.refreshNow("a", wait: .seconds(9)).failureCode == .stopping)
        #expect(store["a"]?.grant.accessToken == Secret("a1"))
    }
}
