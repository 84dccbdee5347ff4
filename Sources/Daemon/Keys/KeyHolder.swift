import APIContract
import APIServer
import Accounts
import Configuration
import Failures
import Files
import FoundationEssentials
import Grants
import Stores
import Synchronization
import Text

/// Holds the key of the stored grants: opens it, forgets it, and exchanges it for another.
///
/// While it is locked, the keeper has no accounts: those of the configuration are withheld here until the key is opened.
final class KeyHolder: Sendable {
    private struct State {
        var ring: KeyRing?
        /// Why the key isn't in memory.
        var lock: Failure?
        var withheld: [String: AccountSettings]?
    }

    let kind: KeyKind
    let store: FileGrantStore
    let sources: KeySources
    private let events: EventBus
    private let time: any Timekeeper
    /// Opening, locking and exchanging happen one after the other.
    let turns = Turns()
    private let state: Mutex<State>

    /// `opened` is what could be opened without a person.
    init(_ opened: OpenedKeys, sources: KeySources, store: FileGrantStore, events: EventBus, time: any Timekeeper) {
        kind = opened.kind
        self.sources = sources
        self.store = store
        self.events = events
        self.time = time
        let lock = opened.ring == nil ? Self.closed(opened.kind, sources, time.now()) : nil
        state = Mutex(State(ring: opened.ring, lock: lock))
    }

    /// Why the stored grants can't be used; nil where they can.
    var lock: Failure? { state.withLock { $0.lock } }
    var ring: KeyRing? { state.withLock { $0.ring } }

    /// The accounts that the keeper may have: none while the key is locked.
    func admit(_ accounts: [String: AccountSettings]) -> [String: AccountSettings] {
        state.withLock { state in
            state.withheld = state.lock == nil ? nil : accounts
            return state.lock == nil ? accounts : [:]
        }
    }

    /// The accounts that are withheld; nil where none were since the key was opened.
    var withheld: [String: AccountSettings]? { state.withLock { $0.withheld } }

    func takeWithheld() -> [String: AccountSettings]? {
        state.withLock { state in
            defer { state.withheld = nil }
            return state.withheld
        }
    }

    // MARK: - Changes

    /// Says that the key is locked, and completes an exchange that a crash has cut short. A keyring is asked for the
    /// key, which then calls `release`.
    func run(release: @Sendable () async -> Void) async {
        if kind == .secretService, case .success = await unlock(nil, isNew: false, release: release) { return }
        if let lock { events.publish(.key(.locked(lock, byUser: false))) }
        await turns.run {
            guard let ring, ring.isMixed, let place = sources.place(kind) else { return }
            _ = try? await complete(ring, in: place)
        }
    }

    /// The store has the keys before a reload may admit accounts, which it loads.
    func adopt(_ ring: KeyRing) {
        store.adopt(keys: ring.keys)
        state.withLock { $0 = State(ring: ring, lock: nil, withheld: $0.withheld) }
    }

    /// Marks the key as locked; it is forgotten by `forget`.
    func close() {
        state.withLock { $0.lock = Self.closed(kind, sources, time.now()) }
    }

    func fail(_ failure: Failure) {
        state.withLock { if $0.lock != nil { $0.lock = failure } }
    }

    func forget() {
        state.withLock { $0.ring = nil }
        store.adopt(keys: [])
        events.publish(.key(.locked(.locked(at: time.now().wall), byUser: true)))
    }

    /// Seals everything with the first key, after which the others are dropped. A failure is told, and the exchange goes
    /// on at the next start or call. Returns the number of files that were sealed anew.
    @discardableResult
    func complete(_ ring: KeyRing, in place: any KeyPlace) async throws -> Int {
        do {
            let count = try await store.reseal()
            adopt(try await ring.completed(in: place))
            if kind != .file { try sources.removeKeyFile() }
            events.publish(.key(.exchanged(files: count)))
            return count
        } catch {
            events.publish(.key(.exchangeFailed(failure(of: error))))
            throw error
        }
    }

    var now: Date { time.now().wall }

    func publish(_ event: KeyEvent) { events.publish(.key(event)) }

    func failure(of error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let fault as KeyFault: Failure(fault, at: time.now())
        default: Failure(.storage, "\(error)", at: time.now().wall)
        }
    }

    private static func closed(_ kind: KeyKind, _ sources: KeySources, _ now: Moment) -> Failure {
        switch kind {
        case .passphrase where !sources.hasPassphrase:
            .locked("no passphrase is set yet", hint: "set one: valetkey unlock", at: now.wall)
        case .secretService: .locked("the key is not taken from the keyring yet", at: now.wall)
        default: .locked(at: now.wall)
        }
    }
}
