import Failures
import Files
import Grants
import Scratch
import Stores
import TestStores
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ContractTests {
    @Test(arguments: StoreContract.allCases)
    func `the store of files keeps the contract of stores`(rule: StoreContract) async throws {
        let lab = try StoreLab()
        try await rule.check(try lab.open())
        withExtendedLifetime(lab) {}
    }

    @Test(arguments: StoreContract.allCases)
    func `the store in memory keeps the contract of stores`(rule: StoreContract) async throws {
        try await rule.check(MemoryStore())
    }

    @Test func `the store of files reports no changes by others`() async throws {
        for await account in try StoreLab().open().changes { Issue.record("\(account) was changed") }
    }

    @Test func `hosts that share a store are told of each other's writes, which make their own saves fail`()
        async throws
    {
        let first = MemoryStore()
        let second = MemoryStore(sharing: first)
        var (heard, own) = (second.changes.makeAsyncIterator(), first.changes.makeAsyncIterator())
        guard case .saved(let revision) = try await first.save(.example("one"), account: "ads", replacing: nil) else {
            throw NotSaved()
        }
        #expect(await heard.next() == "ads")
        #expect(
            try await second.load(account: "ads", now: .example(2000))
                == StoredGrant(.example("one"), revision: revision))
        guard case .saved = try await second.save(.example("two"), account: "ads", replacing: revision) else {
            throw NotSaved()
        }
        // The first change that the first host is told of is not its own write.
        #expect(await own.next() == "ads")
        #expect(try await first.save(.example("three"), account: "ads", replacing: revision) == .changed)
        #expect(first["ads"]?.grant.accessToken == KeptGrant.example("two").grant.accessToken)
    }

    @Test(arguments: FlawedStore.Flaw.allCases)
    func `the contract's rules find a store that breaks them`(flaw: FlawedStore.Flaw) async {
        var broken: [StoreContract] = []
        for rule in StoreContract.allCases {
            do {
                try await rule.check(FlawedStore(flaw))
            } catch {
                broken.append(rule)
            }
        }
        #expect(!broken.isEmpty)
    }
}

/// A store with one flaw.
final class FlawedStore: GrantStore {
    enum Flaw: CaseIterable {
        case savesOverAnything
        case savesOverNothing
        case refusesEverything
        case forgetsTheRevision
        case keepsTheRevision
        case erasesNothing
        case erasesEverything
        case setsNothingAside
        case mixesAccounts
        case losesTheRefreshToken
        case ages
    }

    private let flaw: Flaw
    private let store = MemoryStore()

    init(_ flaw: Flaw) {
        self.flaw = flaw
    }

    private func name(_ account: String) -> String { flaw == .mixesAccounts ? "one" : account }

    func load(account: String, now: Moment) async throws(Failure) -> StoredGrant? {
        var stored = try await store.load(account: name(account), now: now)
        switch flaw {
        case .forgetsTheRevision: stored?.revision = Revision("?")
        case .keepsTheRevision: stored?.revision = Revision("always")
        case .losesTheRefreshToken: stored?.kept.grant.refreshToken = nil
        case .ages: stored?.kept.grant.issued = now
        default: break
        }
        return stored
    }

    func save(
        _ kept: KeptGrant, account: String, replacing expected: Revision?
    ) async throws(Failure) -> SaveOutcome {
        let there = try await store.load(account: name(account), now: .example(0))?.revision
        let replaced =
            switch flaw {
            case .savesOverAnything, .mixesAccounts: there
            case .savesOverNothing: expected ?? there
            case .keepsTheRevision: expected == nil ? nil : there
            default: expected
            }
        if flaw == .refusesEverything { return .changed }
        let outcome = try await store.save(kept, account: name(account), replacing: replaced)
        if flaw == .keepsTheRevision, case .saved = outcome { return .saved(Revision("always")) }
        return outcome
    }

    func erase(account: String) async throws(Failure) {
        if flaw == .erasesEverything {
            for other in ["ads", "ads2"] { try await store.erase(account: other) }
        }
        if flaw != .erasesNothing { try await store.erase(account: name(account)) }
    }

    func setAside(account: String) async throws(Failure) {
        if flaw != .setsNothingAside { try await store.setAside(account: name(account)) }
    }

    var changes: AsyncStream<String> { store.changes }
}
