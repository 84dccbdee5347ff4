package import Accounts
package import Failures
import OAuth

/// How a user gives a grant, and takes it back.
extension GrantBook {
    struct PendingConsent: Sendable {
        var call: CallID
        /// Of the account's machine, as long as it saves this consent's grant.
        var version: UInt64
    }

    struct PendingLogout: Sendable {
        var call: CallID
        var settings: AccountSettings
        var grant: Grant?
        /// The load that will tell the grant.
        var load: UInt64?
    }

    /// What became of a consent's grant.
    package enum ConsentOutcome: Sendable, Equatable {
        case kept
        /// Served from memory; writing goes on.
        case unsaved(Failure)
        case unusable(Failure)
        /// The configuration or the user took the account away meanwhile.
        case accountChanged
    }

    /// What a logout has ended.
    package struct LogoutOutcome: Sendable, Equatable {
        /// What the authorization server must be told of.
        package var grant: Grant?
        /// Why something of it stays in the store; nil where it is gone.
        package var failure: Failure?
    }

    /// A consent gave a grant for these settings. It is kept where the account is still one of the same client at the
    /// same authorization server, and for no other.
    package mutating func consented(
        _ grant: Grant, settings: AccountSettings, call: CallID, now: Moment
    ) -> [BookAction] {
        event(now: now) { book in
            let name = settings.name
            guard book.stage != .drained, let entry = book.accounts[name]?.value,
                entry.settings.isSameGrantee(as: settings)
            else { return book.act(.consented(call, .accountChanged)) }
            book.dropQueuedPosts(of: name)
            book.happen(to: name, now: now) { $0.consented(grant, now: now) }
            guard let version = book.accounts[name]?.value.machine.version else { return }
            book.consents[name] = PendingConsent(call: call, version: version)
        }
    }

    /// Answers a consent once its grant is saved, or can't be, or isn't the account's newest one any more.
    mutating func settleConsent(of name: String) {
        guard let consent = consents[name] else { return }
        var outcome = ConsentOutcome.accountChanged
        if let machine = accounts[name]?.value.machine, machine.version == consent.version {
            switch machine.phase {
            case .saving: return
            case .misconfigured(_, let failure, _): outcome = .unusable(failure)
            default: outcome = machine.saveFailure.map { .unsaved($0) } ?? .kept
            }
        }
        consents[name] = nil
        if outcome == .accountChanged { dropQueuedSave(of: name, version: consent.version) }
        act(.consented(consent.call, outcome))
    }

    /// Forgets the grant; the answer comes once the store has erased it, or can't. What a refresh under way brings later
    /// is revoked when it comes.
    package mutating func logout(_ name: String, call: CallID, now: Moment) -> [BookAction] {
        event(now: now) { book in
            guard book.stage != .drained, let entry = book.accounts[name]?.value else {
                return book.act(.loggedOut(call, LogoutOutcome()))
            }
            book.dropQueuedPosts(of: name)
            let pending = PendingLogout(
                call: call, settings: entry.settings, grant: entry.machine.grant, load: book.loads[name]?.number)
            book.logouts[name, default: []].append(pending)
            book.happen(to: name, now: now) { $0.logout(now: now) }
        }
    }

    /// A logout came while the account was being loaded: now its grant is known.
    mutating func tellLogouts(of name: String, loaded kept: KeptGrant, by number: UInt64) {
        guard let pending = logouts[name] else { return }
        for index in pending.indices
        where pending[index].load == number && pending[index].grant == nil && kept.fits(pending[index].settings) {
            logouts[name]?[index].grant = kept.grant
        }
    }

    mutating func eraseEnded(_ name: String, _ failure: Failure?, now: Moment) {
        setPlace(failure.map { .ended($0) } ?? .empty, of: name)
        happen(to: name, now: now) { $0.eraseEnded(failure) }
        guard let pending = logouts[name]?.removeFirst() else { return }
        if logouts[name]?.isEmpty == true { logouts[name] = nil }
        act(.loggedOut(pending.call, LogoutOutcome(grant: pending.grant, failure: failure)))
    }
}
