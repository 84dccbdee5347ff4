package import Accounts
package import Failures
import OAuth
package import Text

/// How a user gives a grant by a consent, and ends it by a logout.
extension GrantBook {
    struct PendingConsent: Sendable {
        var call: CallID
        /// The version of the account's machine while it saves this consent's grant.
        var version: UInt64
    }

    struct PendingLogout: Sendable {
        var call: CallID
        var settings: AccountSettings
        var grant: Grant?
        var further: [Secret] = []
        /// The number of the load that will supply the grant; nil where no load was under way.
        var load: UInt64?
    }

    /// The outcome of storing a consent's grant.
    package enum ConsentOutcome: Sendable, Equatable {
        case kept
        /// The grant is served from memory, and writing it is tried again.
        case unsaved(Failure)
        case unusable(Failure)
        /// The account was removed, logged out or given to another client in the meantime.
        case accountChanged
    }

    /// The outcome of a logout.
    package struct LogoutOutcome: Sendable, Equatable {
        /// The grant that the authorization server must be told of; nil where there was none.
        package var grant: Grant?
        /// The grant's further access tokens.
        package var further: [Secret] = []
        /// Why the grant, or a part of it, remains in the store; nil where it was erased.
        package var failure: Failure?
    }

    /// Takes the grant of a consent that was given for these settings. The grant is dropped unless the account still
    /// has the same client and authorization server, and accepts the user.
    package mutating func consented(
        _ grant: Grant, settings: AccountSettings, call: CallID, now: Moment
    ) -> [BookAction] {
        event(now: now) { book in
            let name = settings.name
            guard book.stage != .drained, let entry = book.accounts[name]?.value,
                entry.settings.isSameGrantee(as: settings)
            else { return book.act(.consented(call, .accountChanged)) }
            // The expected user may have changed while the user was consenting.
            if let failure = entry.settings.refusal(ofConsent: grant.identity, at: now.wall) {
                return book.act(.consented(call, .unusable(failure)))
            }
            book.dropQueuedPosts(of: name)
            book.share(account: name, now: now) { $0.consented(at: $1) }
            book.happen(to: name, now: now) { $0.consented(grant, now: now) }
            guard let version = book.accounts[name]?.value.machine.version else { return }
            book.consents[name] = PendingConsent(call: call, version: version)
        }
    }

    /// Answers a consent once its grant is saved, can't be saved, or is no longer the account's newest.
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

    /// Forgets the grant. The answer comes once the store has erased it, or has failed to. The tokens of a refresh
    /// that ends after the logout are revoked.
    package mutating func logout(_ name: String, call: CallID, now: Moment) -> [BookAction] {
        event(now: now) { book in
            guard book.stage != .drained, let entry = book.accounts[name]?.value else {
                return book.act(.loggedOut(call, LogoutOutcome()))
            }
            book.dropQueuedPosts(of: name)
            let pending = PendingLogout(
                call: call, settings: entry.settings, grant: entry.machine.grant,
                further: entry.machine.furtherAccessTokens, load: book.loads[name]?.number)
            book.logouts[name, default: []].append(pending)
            book.share(account: name, now: now) { $0.loggedOut(at: $1) }
            book.happen(to: name, now: now) { $0.logout(now: now) }
        }
    }

    /// Supplies the grant to logouts that came while the account was still loading.
    mutating func tellLogouts(of name: String, loaded kept: KeptGrant, by number: UInt64) {
        guard let pending = logouts[name] else { return }
        for index in pending.indices
        where pending[index].load == number && pending[index].grant == nil && kept.fits(pending[index].settings) {
            logouts[name]?[index].grant = kept.grant
            logouts[name]?[index].further = kept.further.values.map(\.accessToken)
        }
    }

    mutating func eraseEnded(_ name: String, _ failure: Failure?, now: Moment) {
        setPlace(failure.map { .ended($0) } ?? .empty, of: name)
        happen(to: name, now: now) { $0.eraseEnded(failure) }
        answerLogout(name, failure)
    }

    mutating func answerLogout(_ name: String, _ failure: Failure?) {
        guard let pending = logouts[name]?.removeFirst() else { return }
        if logouts[name]?.isEmpty == true { logouts[name] = nil }
        act(.loggedOut(pending.call, LogoutOutcome(grant: pending.grant, further: pending.further, failure: failure)))
    }
}
