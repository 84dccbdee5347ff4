import Configuration
import Stores

/// What a reload has made of the table `[store]`.
struct StoreReload: Sendable, Equatable {
    /// Whether the ids of the keys are others now.
    var hasNewKeys = false
    /// Whether another value than the keys has changed since the start. It counts from the next start on.
    var needsRestart = false
    /// Why the keys couldn't be read again; those in use stay.
    var fault: FleetKeyFault?

    static func == (one: StoreReload, other: StoreReload) -> Bool {
        one.hasNewKeys == other.hasNewKeys && one.needsRestart == other.needsRestart
            && one.fault.map { "\($0)" } == other.fault.map { "\($0)" }
    }
}

extension FleetPresence {
    /// Takes up the keys that this table names, or those that it named before where it is of another fleet now.
    func reload(_ settings: StoreSettings?) async -> StoreReload {
        let running = store.settings
        var reload = StoreReload()
        var rest = settings
        rest?.key = running.key
        rest?.oldKeys = running.oldKeys
        reload.needsRestart = rest != running
        let ids = store.keyring.known?.all.map(\.id)
        let named = settings.flatMap { $0.fleet == running.fleet ? $0 : nil } ?? running
        switch await store.keyring.reread(store.readKeys(named)) {
        case .success(let keys): reload.hasNewKeys = keys.all.map(\.id) != ids
        case .failure(let fault): reload.fault = fault
        }
        if reload.hasNewKeys { keysChanged() }
        return reload
    }
}
