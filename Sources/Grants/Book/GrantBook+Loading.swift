import Accounts
import Failures
import OAuth
import Text

/// Loading of stored grants when accounts enter the configuration.
extension GrantBook {
    /// A load that is queued or under way.
    struct Load: Sendable {
        /// Increases with each load.
        var number: UInt64
        /// The new key for a client that acts for itself and has no grant in the store.
        var key: Secret?
    }

    /// Loads the account's grant from the store. A grant that was logged out, but can't be removed, isn't read again.
    mutating func load(_ name: String, key: Secret?, now: Moment) {
        if case .ended(let failure) = place(of: name) {
            return happen(to: name, now: now) { $0.loadEnded(nil, failure: failure, now: now) }
        }
        lastLoad += 1
        loads[name] = Load(number: lastLoad, key: key)
        enqueue(.load(account: name, number: lastLoad))
    }

    mutating func loadEnded(
        _ name: String, number: UInt64, _ result: Result<StoredGrant?, Failure>, now: Moment
    ) {
        lastLoadEnded = max(lastLoadEnded, number)
        defer { answerConfigurations() }
        if case .success(let stored?) = result { tellLogouts(of: name, loaded: stored.kept, by: number) }
        guard loads[name]?.number == number, let load = loads.removeValue(forKey: name),
            let settings = accounts[name]?.value.settings
        else { return }
        let (place, kept, failure) = judge(result, for: settings, now: now)
        setPlace(place, of: name)
        if let failure {
            for index in configurations.indices where configurations[index].lastLoad >= number {
                configurations[index].change.failures[name] = failure
            }
        }
        var grant = kept?.grant
        grant?.share(settings.scope)
        if kept?.share?.isEnded == true { grant = nil }
        if grant == nil, settings.flow == .clientCredentials, !place.isEnded {
            grant = .own(scope: settings.scope, proofKey: settings.provesPossession ? load.key : nil, at: now)
        }
        beginSharing(name)
        let underWay = (flights[name] ?? []).filter { $0.settings.isSameGrantee(as: settings) }.map(\.order)
        happen(to: name, now: now) {
            $0.loadEnded(
                grant, further: kept?.further ?? [:], failure: failure, refreshedAt: kept?.refreshedAt,
                flights: underWay, isOfEarlierBoot: kept?.isOfEarlierBoot ?? false, now: now)
        }
        share(account: name, now: now) { $0.loaded(kept, at: $1) }
    }

    /// The content of the account's place in the store, the grant if it is the account's own, and otherwise why there
    /// is none.
    private func judge(
        _ result: Result<StoredGrant?, Failure>, for settings: AccountSettings, now: Moment
    ) -> (Place, KeptGrant?, Failure?) {
        if case .ended(let failure) = place(of: settings.name) { return (.ended(failure), nil, failure) }
        switch result {
        case .success(nil): return (.empty, nil, nil)
        case .success(let stored?) where stored.kept.fits(settings):
            // Another user's grant stays in the store: the expected user may be stated wrongly.
            if let failure = settings.refusal(ofStored: stored.kept.grant.identity, at: now.wall) {
                return (.own(stored.revision), nil, failure)
            }
            return (.own(stored.revision), stored.kept, nil)
        case .success(let stored?):
            let other = stored.kept.binding
            let failure = Failure(
                .otherClient, "the stored grant belongs to client \(other.clientID) at \(other.server)",
                hint: "run: valetkey login \(settings.name)", at: now.wall)
            return (.foreign, nil, failure)
        case .failure(let failure): return (failure.isOfStorage ? .unread : .foreign, nil, failure)
        }
    }
}
