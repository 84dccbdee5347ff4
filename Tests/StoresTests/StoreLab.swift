import Failures
import Files
import FoundationEssentials
import Grants
import Scratch
import TestStores

@testable import Stores

/// A state folder and a key folder of a test's own.
struct StoreLab {
    let state: ScratchFolder
    let keys: ScratchFolder

    init() throws {
        state = try ScratchFolder()
        keys = try ScratchFolder()
    }

    private init(state: ScratchFolder, keys: ScratchFolder) {
        self.state = state
        self.keys = keys
    }

    func open(bootID: String = "this boot", time: StandingTime = StandingTime()) throws -> FileGrantStore {
        let store = try FileGrantStore(
            folder: PrivateFolder(state.path), keyFolder: keys.path, bootID: bootID, time: time)
        store.adopt(keys: [try key()])
        return store
    }

    /// The key of the key file, which is made where it is missing.
    func key() throws -> SealingKey {
        let place = try keyPlace()
        if let key = try place.read(.current)?.first { return key }
        let key = SealingKey.make()
        try place.write([key], to: .current)
        return key
    }

    func keyPlace() throws -> FileKeyPlace { FileKeyPlace(try PrivateFolder(keys.path)) }

    /// Opens the ring of the key file, as a start does.
    func ring() async throws -> KeyRing {
        try await KeyRing.open(try keyPlace(), state: PrivateFolder(state.path))
    }

    /// The same grants for another store, while this one's may still live: a store holds its lock until its last
    /// piece of work is gone.
    func copy() throws -> StoreLab {
        StoreLab(state: try state.copy(), keys: keys)
    }
}

struct StandingTime: Timekeeper {
    var moment = Moment.example(2000)
    var isWallClockSure = false

    func now() -> Moment { moment }
    func wake(at instant: Instant?) {}
}

extension FileGrantStore {
    /// Saves over whatever is there.
    func save(_ kept: KeptGrant, account: String) async throws {
        let stored = try? await load(account: account, now: .example(2000))
        guard case .saved = try await save(kept, account: account, replacing: stored?.revision) else {
            throw NotSaved()
        }
    }

    func kept(account: String, now: Moment) async throws -> KeptGrant? {
        try await load(account: account, now: now)?.kept
    }

    /// Why the account can't be loaded; nil where it can, or where nothing is there.
    func failure(loading account: String, now: Moment = .example(2000)) async -> Failure? {
        do throws(Failure) {
            _ = try await load(account: account, now: now)
            return nil
        } catch {
            return error
        }
    }
}
