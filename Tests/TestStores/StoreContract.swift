import Failures
import FoundationEssentials
package import Grants
import OAuth
import Text

/// The rules that every store must keep, whatever it keeps its grants in.
package enum StoreContract: String, Sendable, CaseIterable {
    case nothingIsLoadedBeforeASave
    case whatIsLoadedIsWhatWasSaved
    case aSaveOverTheExpectedRevisionTakesItsPlace
    case aSaveOverAnotherRevisionWritesNothing
    case aSaveOverNothingWritesNothingWhereSomethingIs
    case aSaveOverSomethingWritesNothingWhereNothingIs
    case eachWriteHasItsRevision
    case oneOfSeveralSavesAtOnceIsTaken
    case whatIsErasedIsGone
    case whatIsSetAsideGivesItsPlaceAway
    case nothingCanBeErasedAndSetAside
    case accountsAreKeptApart
    case anAgeIsKept

    /// Throws a `BrokenContract` where the store, which must be new and empty, breaks this rule.
    package func check(_ store: some GrantStore) async throws {
        let ads = Account("ads", store)
        switch self {
        case .nothingIsLoadedBeforeASave:
            try expect(await ads.load() == nil, "something is there")
        case .whatIsLoadedIsWhatWasSaved:
            for kept in Self.examples {
                let account = Account("of \(kept.binding.clientID)", store)
                let revision = try await account.saved(kept, over: nil)
                try expect(await account.load() == StoredGrant(kept, revision: revision), "another grant or revision")
            }
        case .aSaveOverTheExpectedRevisionTakesItsPlace:
            let first = try await ads.saved(.example("one"), over: nil)
            let second = try await ads.saved(.example("two"), over: first)
            try expect(await ads.load() == StoredGrant(.example("two"), revision: second), "the first one is there")
        case .aSaveOverAnotherRevisionWritesNothing:
            let first = try await ads.saved(.example("one"), over: nil)
            let second = try await ads.saved(.example("two"), over: first)
            try expect(await ads.save(.example("three"), over: first) == .changed, "saved")
            try expect(await ads.load() == StoredGrant(.example("two"), revision: second), "something was written")
        case .aSaveOverNothingWritesNothingWhereSomethingIs:
            let first = try await ads.saved(.example("one"), over: nil)
            try expect(await ads.save(.example("two"), over: nil) == .changed, "saved")
            try expect(await ads.load() == StoredGrant(.example("one"), revision: first), "something was written")
        case .aSaveOverSomethingWritesNothingWhereNothingIs:
            let first = try await ads.saved(.example("one"), over: nil)
            try await store.erase(account: "ads")
            try expect(await ads.save(.example("two"), over: first) == .changed, "saved")
            try expect(await ads.load() == nil, "something was written")
        case .eachWriteHasItsRevision:
            var revisions: [Revision] = []
            for _ in 1...3 { revisions.append(try await ads.saved(.example("one"), over: revisions.last)) }
            try await store.erase(account: "ads")
            revisions.append(try await ads.saved(.example("one"), over: nil))
            try expect(Set(revisions).count == revisions.count, "a revision came twice")
        case .oneOfSeveralSavesAtOnceIsTaken: try await checkRace(ads)
        case .whatIsErasedIsGone:
            _ = try await ads.saved(.example("one"), over: nil)
            try await store.erase(account: "ads")
            try expect(await ads.load() == nil, "it is there")
            let next = try await ads.saved(.example("two"), over: nil)
            try expect(await ads.load() == StoredGrant(.example("two"), revision: next), "the next one isn't there")
        case .whatIsSetAsideGivesItsPlaceAway:
            for name in ["one", "two"] {
                _ = try await ads.saved(.example(name), over: nil)
                try await store.setAside(account: "ads")
                try expect(await ads.load() == nil, "\(name) is there")
            }
        case .nothingCanBeErasedAndSetAside:
            try await store.erase(account: "ads")
            try await store.setAside(account: "ads")
            try expect(await ads.load() == nil, "something is there")
        case .accountsAreKeptApart: try await checkAccounts(ads, Account("ads2", store))
        case .anAgeIsKept:
            let revision = try await ads.saved(.example("one"), over: nil)
            let later = try await store.load(account: "ads", now: .example(2500))
            try expect(later == StoredGrant(.example("one"), revision: revision), "it depends on when it is loaded")
        }
    }

    private func checkRace(_ account: Account) async throws {
        let first = try await account.saved(.example("first"), over: nil)
        let outcomes = try await withThrowingTaskGroup { group in
            for number in 1...8 {
                group.addTask { ("\(number)", try await account.save(.example("\(number)"), over: first)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let taken = outcomes.compactMap { name, outcome in
            if case .saved(let revision) = outcome { StoredGrant(.example(name), revision: revision) } else { nil }
        }
        try expect(taken.count == 1, "\(taken.count) were taken")
        try expect(await account.load() == taken.first, "another one is there")
    }

    private func checkAccounts(_ ads: Account, _ other: Account) async throws {
        let first = try await ads.saved(.example("one"), over: nil)
        let others = try await other.saved(.example("other"), over: nil)
        try expect(await ads.load() == StoredGrant(.example("one"), revision: first), "the other's is there")
        try await ads.store.erase(account: "ads")
        try expect(await other.load() == StoredGrant(.example("other"), revision: others), "erased with the first")
        _ = try await ads.saved(.example("two"), over: nil)
        try await ads.store.setAside(account: "ads")
        try expect(await other.load() == StoredGrant(.example("other"), revision: others), "set aside with the first")
    }

    private func expect(_ holds: Bool, _ otherwise: String) throws(BrokenContract) {
        if !holds { throw BrokenContract(rule: self, finding: otherwise) }
    }
}

/// The error of a store that breaks a rule.
package struct BrokenContract: Error, CustomStringConvertible {
    package var rule: StoreContract
    package var finding: String

    package var description: String { "\(rule): \(finding)" }
}
