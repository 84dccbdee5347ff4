import Accounts
import Failures
import Synchronization
import Text

@testable import Grants

/// A clock that stands still until it is moved.
final class StandingClock: Timekeeper {
    private let moment = Mutex(start)
    func now() -> Moment { moment.withLock { $0 } }
    func wake(at instant: Instant?) {}
    func pass(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
}

/// A server that revokes tokens.
final class RevokedTokens: GrantRevoker {
    let tokens = Mutex<[Secret?]>([])
    func end(_ grant: Grant, settings: AccountSettings) async -> Failure? {
        tokens.withLock { $0.append(grant.refreshToken) }
        return nil
    }
}

/// A server that answers when the test says so.
final class HeldServer: GrantRefresher {
    let (orders, arrived) = AsyncStream.makeStream(of: (RefreshOrder, String).self)
    private let held = Mutex<[String: CheckedContinuation<RefreshOutcome, Never>]>([:])

    func refresh(_ order: RefreshOrder, settings: AccountSettings) async -> RefreshOutcome {
        await withCheckedContinuation { continuation in
            held.withLock { $0[settings.name] = continuation }
            arrived.yield((order, settings.name))
        }
    }

    func answer(_ account: String, _ outcome: RefreshOutcome) {
        held.withLock { $0.removeValue(forKey: account) }?.resume(returning: outcome)
    }
}
