package import Accounts
import Failures
import OAuth
package import Text

/// The consents of all accounts: at most one live consent for each account, and the most recent one after its end, for
/// reports.
///
/// A pure value, like the consents in it. An older consent remains as long as its listener, which answers late
/// responses.
package struct ConsentBook: Sendable {
    private(set) var consents: [String: ConsentMachine] = [:]
    /// The id of each account's most recent consent.
    private var newest: [String: String] = [:]
    private var isStopping = false
    /// How long a user may take. A change applies only to consents started afterwards.
    package var timeout: Duration

    private let catalogue: ProviderCatalogue

    package init(timeout: Duration, catalogue: ProviderCatalogue) {
        self.timeout = timeout
        self.catalogue = catalogue
    }

    /// Starts a consent, or joins the account's live one. A live one of another flow is replaced, unless its user has
    /// already consented. `key` returns the key that the tokens are bound to, nil if the account isn't configured for
    /// bound tokens.
    package mutating func start(
        _ settings: AccountSettings, flow wish: Consent.Flow?, for starter: WaiterID, key: () -> Secret?, now: Moment,
        using random: inout some RandomNumberGenerator
    ) -> [ConsentOrder] {
        func refuse(_ failure: Failure) -> [ConsentOrder] {
            [ConsentOrder(account: settings.name, consent: "", action: .answerStarts([starter], .failure(failure)))]
        }
        if isStopping { return refuse(Failure(.stopping, "the daemon is stopping", at: now.wall)) }
        var orders = newest[settings.name].flatMap { happen(to: $0) { $0.wake(now: now) } } ?? []
        let flow: Consent.Flow
        do throws(Failure) {
            flow = try Consent.Flow(of: settings, wish: wish, at: now)
        } catch {
            return orders + refuse(error)
        }
        if let pending = newest[settings.name], let machine = consents[pending], !machine.isOver {
            guard machine.flow != flow, machine.canBeCancelled else {
                return orders + (happen(to: pending) { $0.join(starter, now: now) } ?? [])
            }
            orders += happen(to: pending) { $0.replace(by: flow, now: now) } ?? []
        }
        let port = flow == .loopback ? settings.redirectURI.port : nil
        if let port, let holder = consents.values.first(where: { $0.fixedPort == port }) {
            return orders + refuse(.portBusy(port, by: holder.account, at: now))
        }
        let id = RandomText.make(octets: 9, using: &random).expose()
        let terms = ConsentTerms(settings: settings, key: key(), timeout: timeout, catalogue: catalogue)
        let (machine, actions) = ConsentMachine.start(terms, id: id, flow: flow, for: starter, now: now)
        let replaced = newest.updateValue(id, forKey: settings.name)
        consents[id] = machine
        if let replaced { forget(replaced) }
        return orders + actions.map { ConsentOrder(account: settings.name, consent: id, action: $0) }
    }

    /// Passes an event to a consent by its id; returns nil if the consent no longer exists.
    package mutating func happen(
        to id: String, _ event: (inout ConsentMachine) -> [ConsentAction]
    ) -> [ConsentOrder]? {
        guard let account = consents[id]?.account, let actions = consents[id]?.apply(event) else { return nil }
        forget(id)
        return actions.map { ConsentOrder(account: account, consent: id, action: $0) }
    }

    /// Passes an event to the most recent consent of an account; returns nil if there is none.
    package mutating func happen(
        toNewestOf account: String, _ event: (inout ConsentMachine) -> [ConsentAction]
    ) -> [ConsentOrder]? {
        newest[account].flatMap { happen(to: $0, event) }
    }

    /// The most recent consent of an account, even if it is over.
    package func consent(of account: String, at now: Moment) -> Consent? {
        newest[account].flatMap { consents[$0]?.consent(at: now) }
    }

    /// Cancels the account's consent and returns it; the consent is nil if there is none that can be cancelled.
    package mutating func cancel(_ account: String, now: Moment) -> (consent: Consent?, orders: [ConsentOrder]) {
        guard let id = newest[account], let machine = consents[id], !machine.isOver else { return (nil, []) }
        var cancelled: Consent?
        let orders = happen(to: id) { machine in
            defer { cancelled = machine.isCancelled ? machine.consent(at: now) : nil }
            return machine.cancel(now: now)
        }
        return (cancelled, orders ?? [])
    }

    /// Notes that one of those who started or joined the account's consent no longer wants it, and cancels it if nobody
    /// else does. Returns the consent as it is afterwards; nil if there is none that can be cancelled.
    package mutating func leave(_ account: String, now: Moment) -> (consent: Consent?, orders: [ConsentOrder]) {
        guard let id = newest[account], let machine = consents[id], !machine.isOver else { return (nil, []) }
        var left: Consent?
        let orders = happen(to: id) { machine in
            let actions = machine.leave(now: now)
            if machine.isCancelled || machine.canBeCancelled { left = machine.consent(at: now) }
            return actions
        }
        return (left, orders ?? [])
    }

    /// Removes a waiter whose caller has disconnected.
    package mutating func release(_ waiter: WaiterID, now: Moment) -> [ConsentOrder] {
        consents.keys.sorted().flatMap { id in happen(to: id) { $0.release([waiter], now: now) } ?? [] }
    }

    /// Refuses new consents and ends those that wait for their users.
    package mutating func stop(now: Moment) -> [ConsentOrder] {
        isStopping = true
        return consents.keys.sorted().flatMap { id in happen(to: id) { $0.cancel(now: now) } ?? [] }
    }

    /// Whether `stop` was called and no live consent can bring a grant any more.
    package var hasEnded: Bool { isStopping && consents.values.allSatisfy(\.isOver) }

    /// The latest time at which `wake` must be called; nil if nothing is due.
    package var nextWake: Instant? { consents.values.compactMap(\.nextWake).min() }

    /// Performs everything that is due at `now`.
    package mutating func wake(now: Moment) -> [ConsentOrder] {
        let due = consents.filter { $0.value.nextWake.map { $0 <= now.instant } ?? false }
        return due.keys.sorted().flatMap { id in happen(to: id) { $0.wake(now: now) } ?? [] }
    }

    /// Removes a consent that is over and has no listener, unless it is the most recent of its account.
    private mutating func forget(_ id: String) {
        guard let machine = consents[id], machine.isOver else { return }
        if machine.couldNotBegin, newest[machine.account] == id { newest[machine.account] = nil }
        if newest[machine.account] != id, !machine.hasListener { consents[id] = nil }
    }
}
