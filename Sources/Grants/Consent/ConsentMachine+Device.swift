import Accounts
import Failures
import OAuth

/// The state of a consent that waits for the user of a device (RFC 8628).
struct DeviceWait: Sendable, Equatable {
    let account: ResolvedAccount
    let device: DeviceAuthorization
    var polling: DevicePolling
    /// nil while a poll is under way.
    var nextPoll: Instant?

    init(account: ResolvedAccount, device: DeviceAuthorization, now: Instant) {
        self.account = account
        self.device = device
        polling = DevicePolling(interval: device.interval)
        nextPoll = now + polling.interval
    }

    /// Starts the wait for the next poll after the end of the previous one: the interval or `asked`, whichever is
    /// longer.
    mutating func wait(atLeast asked: Duration?, now: Instant) {
        nextPoll = now + max(polling.interval, asked ?? .zero)
    }
}

extension ConsentMachine {
    /// A poll has ended. Tokens that arrive after the consent has expired are discarded.
    package mutating func polled(_ outcome: RefreshOutcome, now: Moment) -> [ConsentAction] {
        let expired = expire(now)
        guard case .live(let terms, .polling(var wait)) = phase, wait.nextPoll == nil else { return expired }
        switch outcome {
        case .granted(let tokens, let sent): return keep(tokens, sent: sent, terms, now: now)
        // This outcome occurs in refreshes only.
        case .judged: break
        case .failed(let failure), .replaced(_, let failure):
            guard wait.polling.continues(after: failure.code) else { return refuse(failure, said: failure.detail) }
            wait.wait(atLeast: failure.retryAfter, now: now.instant)
        }
        phase = .live(terms, .polling(wait))
        return []
    }

    mutating func pollIfDue(now: Moment) -> [ConsentAction] {
        guard case .live(let terms, .polling(var wait)) = phase, let due = wait.nextPoll, due <= now.instant else {
            return []
        }
        wait.nextPoll = nil
        phase = .live(terms, .polling(wait))
        return [.poll(wait.device, wait.account, key: terms.key)]
    }
}
