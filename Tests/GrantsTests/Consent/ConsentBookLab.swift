import Accounts
import Failures
import OAuth
import Testing
import Text

@testable import Grants

/// A consent book with a clock and with numbers for those who ask.
struct ConsentBookLab {
    /// A copy of `start`, which is hidden here by a method of the same name.
    static let beginning = GrantsTests.start

    var book = ConsentBook(timeout: .seconds(600), catalogue: ProviderCatalogue(vendors: []))
    var now = Self.beginning
    var random = Jitter(seed: 3)
    var lastWaiter: UInt64 = 0

    mutating func waiter() -> WaiterID {
        lastWaiter += 1
        return WaiterID(number: lastWaiter)
    }

    mutating func start(
        _ name: String, _ wish: Consent.Flow? = nil, redirect: String = "http://127.0.0.1/",
        _ change: (inout AccountSettings) -> Void = { _ in }
    ) throws -> [ConsentOrder] {
        var settings = try AccountSettings.consenting(name, redirect: redirect)
        change(&settings)
        return book.start(
            settings, flow: wish, for: waiter(), key: { Secret("k") }, now: now, using: &random)
    }

    /// Starts a consent, finds its endpoints and opens its listener.
    mutating func begin(_ orders: [ConsentOrder], port: Int = 4711) throws -> [ConsentOrder] {
        guard case .resolve(let settings, let flow) = orders.last?.action, let id = orders.last?.consent else {
            return []
        }
        let account = try #require(ResolvedAccount(settings))
        var began = happen(id) { $0.resolved(.success(account), now: $1, using: &$2) }
        guard flow == .loopback else { return began }
        let bound = BoundListener(port: port, openURL: "http://127.0.0.1/open")
        began = happen(id) { $0.listening(.success(bound), now: $1, using: &$2) }
        return began
    }

    mutating func happen(
        _ id: String, _ event: (inout ConsentMachine, Moment, inout Jitter) -> [ConsentAction]
    ) -> [ConsentOrder] {
        let now = now
        var random = random
        defer { self.random = random }
        return book.happen(to: id) { event(&$0, now, &random) } ?? []
    }

    func consent(_ account: String) -> Consent? { book.consent(of: account, at: now) }
}

/// The failure with which a start was refused.
