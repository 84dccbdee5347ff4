import Accounts
import Failures
import OAuth

/// A consent for which a device's user is waited for (RFC 8628).
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

    /// A reply has come, or none: from now on the interval runs, or what the server asks for where that is longer.
    mutating func wait(atLeast asked: Duration?, now: Instant) {
        nextPoll = now + max(polling.interval, asked ?? .zero)
    }
}

extension ConsentMachine {
    /// A poll has ended. Tokens that come after the end of the wait are not taken.
    package mutating func polled(_ outcome: RefreshOutcome, now: Moment) -> [ConsentAction] {
        let expired = expire(now)
        guard case .live(let terms, .polling(var wait)) = phase, wait.nextPoll == nil else { return expired }
        switch outcome {
        case .granted(let tokens, let sent): return keep(tokens, sent: sent, terms, now: now)
        // Of refreshes only.
        case .judged: break
        case .failed(let failure):
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
        return [.poll(deviceCode: wait.device.deviceCode, wait.account, key: terms.key)]
    }
}
