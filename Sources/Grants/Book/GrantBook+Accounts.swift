package import Accounts
package import Failures
import OAuth
package import Text

/// Configuration changes, and the state of each account.
extension GrantBook {
    /// A caller who waits until all accounts of a configuration are loaded.
    struct Configuration: Sendable {
        var call: CallID
        var change: ConfigurationChange
        /// The last load to wait for; loads end in the order of their numbers.
        var lastLoad: UInt64
    }

    /// What must be remembered of an account that was removed from the configuration.
    struct Leftover: Sendable {
        /// The newest version that was logged out; 0 where there is none.
        var loggedOut: UInt64 = 0
        var place = Place.unknown
    }

    /// A snapshot of an account.
    package struct Account: Sendable {
        package let settings: AccountSettings
        package let machine: GrantMachine
    }

    /// Applies a configuration. The newest one counts, even where accounts of an earlier one are still being loaded. An
    /// account keeps its grant unless its client or its authorization server changes; what is in the store stays there
    /// in any case.
    ///
    /// `keys` holds a new key for each client that acts for itself and proves possession, in case none is stored yet.
    package mutating func configure(
        _ settings: [String: AccountSettings], keys: [String: Secret] = [:], call: CallID, now: Moment
    ) -> [BookAction] {
        event(now: now) { book in
            var change = ConfigurationChange()
            if book.stage == .running {
                for name in book.accounts.keys.sorted() where settings[name] == nil {
                    change.removed.append(name)
                    book.takeOut(name, now: now)
                }
                for (name, new) in settings.sorted(by: { $0.key < $1.key }) {
                    book.configure(name, new, key: keys[name], &change, now: now)
                }
            }
            book.configurations.append(Configuration(call: call, change: change, lastLoad: book.lastLoad))
            book.answerConfigurations()
        }
    }

    private mutating func configure(
        _ name: String, _ new: AccountSettings, key: Secret?, _ change: inout ConfigurationChange, now: Moment
    ) {
        guard let entry = accounts[name]?.value else {
            change.added.append(name)
            return add(name, new, key: key, now: now)
        }
        guard entry.settings != new || entry.place == .unread else {
            change.unchanged.append(name)
            return happen(to: name, now: now) { $0.retry(now: now) }
        }
        change.changed.append(name)
        // An account that is still loading is judged by the newest settings.
        if entry.place != .unread, entry.machine.isLoading || entry.isKept(by: new) {
            configureSharing(name, new, now: now)
            loads[name]?.key = key
            return happen(to: name, now: now) { $0.adopt(RefreshPolicy(new), tokens: new.tokens, now: now) }
        }
        accounts[name]?.value.machine.readers = []
        takeOut(name, now: now)
        add(name, new, key: key, readersOf: entry.machine, now: now)
    }

    private mutating func add(
        _ name: String, _ settings: AccountSettings, key: Secret?, readersOf other: GrantMachine? = nil, now: Moment
    ) {
        lastMachine += 1
        let left = leftovers.removeValue(forKey: name)
        var machine = GrantMachine(
            account: name, policy: RefreshPolicy(settings),
            jitter: Jitter(seed: seeds.next()), tokens: settings.tokens, number: lastMachine,
            loggedOut: left?.loggedOut ?? 0)
        if let other { machine.enqueue(readersOf: other) }
        accounts[name] = Boxed(Entry(settings: settings, machine: machine, place: left?.place ?? .unknown))
        schedule(name)
        load(name, key: key, now: now)
    }

    private mutating func takeOut(_ name: String, now: Moment) {
        // A grant that the store has refused gets a last try.
        if let machine = accounts[name]?.value.machine, machine.saveFailure != nil, let grant = machine.grant {
            save(grant, version: machine.version, of: name)
        }
        endSharing(name, now: now)
        dropQueuedPosts(of: name)
        guard var entry = accounts.removeValue(forKey: name)?.value else { return }
        leftovers[name] = Leftover(loggedOut: entry.machine.loggedOut, place: entry.place)
        loads[name] = nil
        settleConsent(of: name)
        act(.publish(nil, of: TokenKey(account: name)))
        for token in entry.machine.publishedFurther { act(.publish(nil, of: token.key)) }
        perform(entry.machine.answerAll(.noSuchAccount), of: name, now: now)
    }

    mutating func answerConfigurations() {
        let answered = configurations.filter { $0.lastLoad <= lastLoadEnded }
        configurations.removeAll { $0.lastLoad <= lastLoadEnded }
        for configuration in answered { act(.configured(configuration.call, configuration.change)) }
    }

    // MARK: - Queries

    package func account(_ name: String) -> Account? {
        accounts[name].map { Account(settings: $0.value.settings, machine: $0.value.machine) }
    }

    /// All accounts, by name.
    package var all: [Account] {
        accounts.values.map { Account(settings: $0.value.settings, machine: $0.value.machine) }
            .sorted { $0.settings.name < $1.settings.name }
    }

    /// The accounts whose newest grant is only in memory, with the reason: the grant is lost where the process ends.
    package func unsaved(now: Moment) -> [String: Failure] {
        accounts.compactMapValues { account in
            let machine = account.value.machine
            if let failure = machine.saveFailure { return failure }
            guard machine.isSaving else { return nil }
            return Failure(.storage, "it was still being written", at: now.wall)
        }
    }
}

extension GrantBook.Entry {
    /// Whether the account keeps what is loaded under the new settings. Where they expect another user than before, the
    /// store is read again, unless the loaded grant is the right one.
    fileprivate func isKept(by new: AccountSettings) -> Bool {
        guard settings.isSameGrantee(as: new) else { return false }
        return settings.expectedUser == new.expectedUser || machine.grant.map { new.accepts($0.identity) } == true
    }
}

extension AccountSettings {
    func isSameGrantee(as other: AccountSettings) -> Bool {
        GrantBinding(self) == GrantBinding(other)
            && (self.flow == .clientCredentials) == (other.flow == .clientCredentials)
    }
}
