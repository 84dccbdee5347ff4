package import Accounts
package import Failures
import OAuth
import Synchronization

extension GrantKeeper {
    /// What a change of the configuration did to the accounts, by name.
    package struct Change: Sendable, Equatable {
        package var added: [String] = []
        package var removed: [String] = []
        package var changed: [String] = []
        package var unchanged: [String] = []
        /// Accounts whose kept grant couldn't be used.
        package var failures: [String: Failure] = [:]
    }

    /// Takes up a configuration. A grant stays with its account unless the client or the token endpoint is another
    /// one; what is kept on disk stays there in any case. For one caller at a time.
    package func configure(_ settings: [String: AccountSettings]) async -> Change {
        let old = core.withLock { $0.accounts.mapValues(\.settings) }
        var change = Change()
        for name in old.keys.sorted() where settings[name] == nil {
            change.removed.append(name)
            remove(name)
        }
        for (name, new) in settings.sorted(by: { $0.key < $1.key }) {
            let isLoaded = account(name)?.life.couldNotLoad == false
            switch old[name] {
            case new where isLoaded:
                change.unchanged.append(name)
                transition(name) { $0.retry(now: $1) }
            case let before? where isLoaded && before.isSameGrantee(as: new):
                change.changed.append(name)
                core.withLock { $0.accounts[name]?.settings = new }
                transition(name) { $0.adopt(RefreshPolicy(lead: new.refreshBeforeExpiry), now: $1) }
            case let before:
                if before == nil { change.added.append(name) } else { change.changed.append(name) }
                remove(name)
                change.failures[name] = await add(name, new)
            }
        }
        return change
    }

    private func remove(_ name: String) {
        var after: [@Sendable () -> Void] = []
        core.withLock { core in
            // What the disk has refused gets a last try.
            if let life = core.accounts[name]?.life, life.saveFailure != nil, let grant = life.grant {
                enqueue(.save(grant, version: life.version), of: name, now: time.now(), in: &core)
            }
            guard let account = core.accounts.removeValue(forKey: name) else { return }
            core.loggedOut[name] = account.life.loggedOut
            board.publish(nil, of: name)
            after = perform(account.life.answerAll(.noSuchAccount), of: name, now: time.now(), in: &core)
        }
        for action in after { action() }
    }

    private func add(_ name: String, _ settings: AccountSettings) async -> Failure? {
        // What was ordered for the account that had this name before may be on its way to the file.
        if core.withLock({ $0.pending > 0 }) { await settleDisk() }
        let now = time.now()
        var failure: Failure?
        var kept: KeptGrant?
        do throws(Failure) {
            kept = try await persistence.load(account: name, now: now)
            kept?.grant.share(settings.scope)
        } catch {
            failure = error
        }
        let binding = GrantBinding(settings)
        let isOwn = settings.flow == .clientCredentials
        let isForeign = kept.map { $0.binding != binding || $0.grant.isOwn != isOwn } ?? false
        if isForeign, let other = kept?.binding {
            failure = Failure(
                .otherClient,
                "the kept grant belongs to client \(other.clientID) at \(other.server)",
                hint: "run: valetkey login \(name)", at: now.wall)
        }
        let flights = core.withLock { core in
            core.lastLife += 1
            let life = GrantLife(
                account: name, policy: RefreshPolicy(lead: settings.refreshBeforeExpiry),
                jitter: Jitter(seed: core.random.next()), number: core.lastLife,
                loggedOut: core.loggedOut.removeValue(forKey: name) ?? 0)
            // What couldn't be read may be good all the same.
            let isUnread = kept == nil && failure != nil
            core.accounts[name] = Entry(settings: settings, life: life, hasForeignFile: isForeign || isUnread)
            return core.flights[name] ?? []
        }
        transition(name) { life, now in
            if let failure { life.explainEmptiness(failure) }
            guard let kept, !isForeign else {
                guard isOwn else { return [] }
                return life.restore(settings.ownGrant(at: now), now: now)
            }
            life.refreshedAt = kept.refreshedAt
            return life.restore(
                kept.grant, flights: flights, isOfEarlierBoot: kept.isOfEarlierBoot, now: now)
        }
        return failure
    }

    /// The account as it is now; nil where there is none.
    package func account(_ name: String) -> Account? {
        core.withLock { $0.accounts[name]?.account }
    }

    /// All accounts, by name.
    package var accounts: [Account] {
        core.withLock { $0.accounts.values.map(\.account).sorted { $0.settings.name < $1.settings.name } }
    }

    /// A consent gave a grant for these settings. Returns once it is kept, or can't be.
    package func consented(_ grant: Grant, settings: AccountSettings) async -> ConsentOutcome {
        guard account(settings.name)?.settings.isSameGrantee(as: settings) == true else { return .accountChanged }
        let answer = await withCheckedContinuation { continuation in
            read(settings.name, until: .distantFuture, answer: { continuation.resume(returning: $0) }) {
                let actions = $0.consented(grant, now: $3)
                $0.enqueue(.init(id: $1, need: ReaderNeed(), deadline: $2))
                return actions
            }
        }
        return outcome(answer, settings.name)
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

    private func outcome(_ answer: ReaderAnswer, _ name: String) -> ConsentOutcome {
        switch answer {
        case .token, .tooShortLived: account(name)?.life.saveFailure.map { .unsaved($0) } ?? .kept
        case .misconfigured(let failure): .unusable(failure)
        default: .accountChanged
        }
    }

    /// Forgets the grant and returns it, so that the server can be told, once its file is gone or can't be removed.
    /// What a renewal under way brings later is revoked when it comes.
    package func logout(_ name: String) async -> Grant? {
        var forgotten: Grant?
        transition(name) { life, now in
            forgotten = life.grant
            return life.logout(now: now)
        }
        await settleDisk()
        return forgotten
    }
}

extension AccountSettings {
    /// What a client that acts for itself begins with.
    package func ownGrant(at now: Moment) -> Grant {
        .own(scope: self.scope, proofKey: self.provesPossession ? SigningKey.make().stored : nil, at: now)
    }

    fileprivate func isSameGrantee(as other: AccountSettings) -> Bool {
        GrantBinding(self) == GrantBinding(other)
            && (self.flow == .clientCredentials) == (other.flow == .clientCredentials)
    }
}
