import APIContract
import Grants
import Logging

/// Tells the log at the level debug what an account does next after each of its events.
struct DecisionLog: Sendable {
    private let log: Logger
    private let follower: EventFollower
    private let keeper: GrantKeeper
    private let time: any Timekeeper

    init(_ bus: EventBus, keeper: GrantKeeper, time: any Timekeeper, log: Logger) {
        self.log = log
        self.keeper = keeper
        self.time = time
        follower = EventFollower(bus) { event in
            if case .grant = event.change { true } else { false }
        }
    }

    /// Works until the bus is closed.
    func run() async {
        await follower.run { event in
            guard log.logLevel <= .debug, let name = event.account, let account = keeper.account(name) else { return }
            let now = time.now()
            let next = account.machine.nextRefresh.map { "\(max(0, ($0 - now.instant).wholeSeconds))" }
            log.debug(
                "decided",
                metadata: [
                    "account": "\(name)", "next_refresh_in": "\(next ?? "never")",
                    "state": "\(AccountState(account.machine, isConsentPending: false, now: now).rawValue)",
                ])
        }
    }
}
