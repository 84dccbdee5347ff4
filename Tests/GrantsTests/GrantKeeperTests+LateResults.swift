import OAuth
import Synchronization
import TestStores
import Testing
import Text

@testable import Grants

extension GrantKeeperTests {
    private static let rotated = Secret("r2")

    /// Sends a refresh of the account "a" to the server, performs `meanwhile`, and then delivers the rotated token.
    private func refresh(during meanwhile: () async throws -> Void) async throws {
        _ = await keeper.configure(["a": try settings("a")])
        clock.pass(.seconds(3400))
        keeper.wake()
        var orders = server.orders.makeAsyncIterator()
        _ = await orders.next()
        try await meanwhile()
        server.answer("a", .granted(.example("2", refresh: "r2"), sent: clock.now()))
    }

    // REVOKE-3
    @Test(.timeLimit(.minutes(5)), arguments: [[], ["out"], ["out", "in"], ["consent"]])
    func `the grant of a refresh that ends after a logout is revoked and not kept, even during a stop`(
        after: [String]
    ) async throws {
        try keep("a")
        try await running {
            try await refresh {
                _ = await keeper.logout("a")
                for step in after {
                    switch step {
                    case "consent":
                        let outcome = await keeper.consented(.example("9", refresh: "r9"), settings: try settings("a"))
                        #expect(outcome == .kept)
                    default: _ = await keeper.configure(step == "in" ? ["a": try settings("a")] : [:])
                    }
                }
                keeper.drain()
            }
        }
        #expect(revoked.tokens.withLock { $0 } == [Self.rotated])
        #expect(store["a"]?.grant.accessToken == (after == ["consent"] ? Secret("a9") : nil))
    }

    @Test(.timeLimit(.minutes(5)))
    func `a newer consent is kept, and the grant it replaced is neither kept nor revoked`() async throws {
        try keep("a")
        try await running {
            try await refresh {
                let settings = try settings("a")
                #expect(await keeper.consented(.example("9", refresh: "r9"), settings: settings) == .kept)
            }
        }
        #expect(store["a"]?.grant.accessToken == Secret("a9"))
        #expect(revoked.tokens.withLock { $0.isEmpty })
    }

    // REFRESH-4
    @Test(.timeLimit(.minutes(5)))
    func `a rotated token of an account that was removed in the meantime is stored`() async throws {
        try keep("a")
        try await running {
            try await refresh { _ = await keeper.configure([:]) }
        }
        #expect(store["a"]?.grant.refreshToken == Self.rotated)
    }

    // REFRESH-4, REFRESH-5
    @Test(.timeLimit(.minutes(5)))
    func `an account that was removed and added again waits for the refresh under way`() async throws {
        try keep("a")
        try await running {
            try await refresh {
                _ = await keeper.configure([:])
                _ = await keeper.configure(["a": try settings("a")])
                keeper.wake()
                #expect(keeper.state.withLock { $0.book.flights["a"]?.count } == 1)
            }
            guard case .token(let token) = await keeper.refreshNow("a", wait: .seconds(30)) else {
                Issue.record("no token")
                return
            }
            #expect(token.accessToken == Secret("a2"))
        }
        #expect(store["a"]?.grant.refreshToken == Self.rotated)
    }

    // REFRESH-4
    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func `a rotated token is stored after its account has changed its client, unless the place is taken`(
        consents: Bool
    ) async throws {
        try keep("a")
        try await running {
            try await refresh {
                let other = try settings("a", client: "d")
                _ = await keeper.configure(["a": other])
                if consents { #expect(await keeper.consented(.example("9", refresh: "r9"), settings: other) == .kept) }
            }
        }
        #expect(store[consents ? "a aside" : "a"]?.binding.clientID == "c")
        #expect(store["a"]?.grant.accessToken == Secret(consents ? "a9" : "a2"))
    }

    @Test(.timeLimit(.minutes(5)))
    func `a grant that the disk has refused gets a last try when its account is removed`() async throws {
        try keep("a")
        try await running {
            _ = await keeper.configure(["a": try settings("a")])
            store.fail([.save])
            _ = await keeper.consented(.example("9", refresh: "r9"), settings: try settings("a"))
            store.fail([])
            _ = await keeper.configure([:])
        }
        #expect(store["a"]?.grant.accessToken == Secret("a9"))
    }
}

extension GrantKeeperTests {
    // KEEP-1
    @Test(.timeLimit(.minutes(5)))
    func `a file that can't be read stays in its place until a new grant sets it aside`() async throws {
        try keep("a")
        store.fail([.load, .setAside])
        try await running {
            let change = await keeper.configure(["a": try settings("a")])
            #expect(change.failures["a"] == .disk)
            let outcome = await keeper.consented(.example("9", refresh: "r9"), settings: try settings("a"))
            #expect(outcome == .unsaved(.disk))
            #expect(store["a"]?.grant.accessToken == Secret("a1"))
            store.fail([])
        }
        #expect(store["a aside"]?.grant.accessToken == Secret("a1"))
        #expect(store["a"]?.grant.accessToken == Secret("a9"))
    }

    // REFRESH-4
    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func `a stop writes once more what the disk has refused, and reports what is lost`(
        mends: Bool
    ) async throws {
        try keep("a")
        try keep("b")
        try await running {
            _ = await keeper.configure(["a": try settings("a"), "b": try settings("b")])
            store.fail([.save])
            _ = await keeper.consented(.example("9"), settings: try settings("a"))
            #expect(keeper.unsaved == ["a": .disk])
            if mends { store.fail([]) }
        }
        #expect(keeper.unsaved == (mends ? [:] : ["a": .disk]))
        #expect(store["a"]?.grant.accessToken == Secret(mends ? "a9" : "a1"))
    }

    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func `a file that could not be read is read again by a reload, and survives a logout`(
        logsOut: Bool
    ) async throws {
        try keep("a")
        store.fail([.load])
        try await running {
            _ = await keeper.configure(["a": try settings("a")])
            store.fail([])
            if logsOut { _ = await keeper.logout("a") }
            _ = await keeper.configure(["a": try settings("a")])
            #expect(keeper.board.token(of: TokenKey(account: "a"))?.accessToken == (logsOut ? nil : Secret("a1")))
        }
        #expect(store[logsOut ? "a aside" : "a"]?.grant.accessToken == Secret("a1"))
    }
}
