import Failures
import FoundationEssentials
package import Grants
package import Register
import Synchronization
import Text

/// The register of a fleet, as its grants see it: records are sealed with the fleet's key on their way to the engine, and
/// opened and judged on their way back.
package final class FleetRegister: GrantRegister {
    private let register: any SharedRegister
    private let fleet: String
    private let time: any Timekeeper
    private let keyring: FleetKeyring
    /// The accounts that were asked for, by their names: what can't be opened doesn't tell its client.
    private let asked = Mutex<[RegisterName: ShareKey]>([:])

    package init(_ register: any SharedRegister, fleet: String, time: any Timekeeper, keyring: FleetKeyring) {
        self.register = register
        self.fleet = fleet
        self.time = time
        self.keyring = keyring
    }

    package func perform(_ call: RegisterCall) async -> (RegisterReply, EngineTime?) {
        let name = place(of: call.key).name
        asked.withLock { $0[name] = call.key }
        do throws(RegisterFailure) {
            let keys = try await keyring.keys()
            switch call.request {
            case .read:
                let reading = try await register.read(name)
                return (.read(judge(reading.content, name, keys).reading), reading.time)
            case .write(let record, let expected):
                let value = try seal(record, call.key, name, keys)
                switch try await register.write(value, to: name, ifRevision: expected) {
                case .written(let revision, let time): return (.written(revision), time)
                case .changed(let reading):
                    return (.changed(judge(reading.content, name, keys).reading), reading.time)
                }
            }
        } catch {
            return (.failed(error), nil)
        }
    }

    package var changes: AsyncStream<GrantRegisterChange> {
        let changes = register.changes(under: SharedPlace.root(of: fleet))
        return AsyncStream { [self] in
            while let change = await changes.first(where: { _ in true }) {
                if let told = await told(change) { return told }
            }
            return nil
        }
    }

    /// What a change is for the grants; nil if it is nothing to them. While the engine is lost, requests tell why.
    private func told(_ change: RegisterChange) async -> GrantRegisterChange? {
        guard let keys = try? await keyring.keys() else { return nil }
        switch change {
        case .lost: return nil
        case .value(let name, let content):
            let (reading, key) = judge(content, name, keys)
            return key.map { .value(reading, of: $0) }
        case .resynced(let listing):
            var readings: [ShareKey: SharedReading] = [:]
            for (name, content) in listing.contents {
                let (reading, key) = judge(content, name, keys)
                if let key { readings[key] = reading }
            }
            return .resynced(readings, time: listing.time)
        }
    }

    private func place(of key: ShareKey) -> SharedPlace {
        SharedPlace(fleet: fleet, account: key.account, binding: key.binding)
    }

    private func seal(
        _ record: SharedRecord, _ key: ShareKey, _ name: RegisterName, _ keys: FleetKeys
    ) throws(RegisterFailure) -> [UInt8] {
        let content = RecordContent(record, binding: key.binding, now: time.now())
        guard let current = keys.current, let plain = try? JSONEncoder().encode(content),
            let sealed = try? SealedRecord.seal(Array(plain), for: name, key: current)
        else { throw RegisterFailure(.denied, "the record can't be sealed") }
        return sealed
    }

    /// Opens and decodes what is at a name. The key is nil where nobody has asked for it and it can't be told.
    private func judge(
        _ content: RegisterContent, _ name: RegisterName, _ keys: FleetKeys
    ) -> (reading: SharedReading, key: ShareKey?) {
        let asked = asked.withLock { $0[name] }
        guard let value = content.value else { return (SharedReading(.absent, revision: .absent), asked) }
        func unusable(_ detail: String, _ hint: String) -> (SharedReading, ShareKey?) {
            let failure = Failure(.storage, detail, hint: hint, at: time.now().wall)
            return (SharedReading(.unusable(failure), revision: content.revision), asked)
        }
        let record = "the shared record \(name.text.shown)"
        do throws(SealedRecord.Flaw) {
            let plain = try SealedRecord.open(value, of: name, keys: keys.all)
            guard let place = SharedPlace(name, fleet: fleet),
                let decoded = try? JSONDecoder().decode(RecordContent.self, from: Data(plain)), decoded.isSound
            else { throw .damaged }
            let key = ShareKey(account: place.account, binding: decoded.binding)
            guard self.place(of: key) == place else { throw .damaged }
            return (
                SharedReading(.record(decoded.record(now: time.now())), revision: content.revision), key
            )
        } catch {
            switch error {
            case .newer: return unusable("\(record) was written by a later version", "update valetkey on this host")
            case .otherKey(let id):
                return unusable(
                    "\(record) is sealed with the key \(id.shown), which this host hasn't",
                    "add that key to old_keys in [store]")
            case .damaged:
                return unusable(
                    "\(record) is damaged",
                    "remove it, and a host writes it again: etcdctl del \(name.text.shown)")
            }
        }
    }
}
