import APIContract
import Text

/// Checks of what the daemon keeps on disk.
extension Check {
    private static let keySize: Int64 = 32

    static func stateFolder(_ facts: Facts) -> [Diagnosis] {
        let (name, path) = ("state_folder", facts.storage.folder)
        var diagnoses: [Diagnosis] = []
        func add(_ state: Diagnosis.State, _ found: String, _ remedy: String? = nil) {
            diagnoses.append(Diagnosis(name, state, lookedAt: path, found: found, remedy: remedy))
        }
        switch facts.storage.state {
        case .unseen(let reason): diagnoses.append(.unknown(name, path, reason))
        case .seen(nil): add(.ok, "it doesn't exist yet: the daemon makes it")
        case .seen(let folder?) where !folder.isFolder: add(.wrong, "it isn't a folder", "move \(path) away")
        case .seen(let folder?) where folder.owner != facts.surroundings.user:
            add(.wrong, "it belongs to the user \(folder.owner)", "set XDG_STATE_HOME to a folder of your own")
        case .seen(let folder?) where folder.isOpen:
            add(.wrong, "other users may enter it (mode \(folder.modeText))", "chmod 700 \(path)")
        case .seen(let folder?): add(.ok, "it is this user's, with mode \(folder.modeText)")
        }
        if case .seen(let kind?) = facts.storage.networkFileSystem {
            add(
                .wrong, "it is on a network file system (\(kind)), where locks and crash-safe writes may not hold",
                "set XDG_STATE_HOME to a local folder")
        }
        return diagnoses
    }

    static func grantModes(_ facts: Facts) -> [Diagnosis] {
        switch facts.storage.grants {
        case .unseen(let reason): return [.unknown("grants", facts.storage.folder, reason)]
        case .seen(let grants):
            let open = grants.filter { $0.value.isOpen }.keys.sorted()
            guard let first = open.first else {
                let count = grants.count == 1 ? "1 grant is" : "\(grants.count) grants are"
                return [
                    Diagnosis(
                        "grants", .ok, lookedAt: facts.storage.folder, found: "\(count) stored, closed to other users")
                ]
            }
            return [
                Diagnosis(
                    "grants", .wrong, lookedAt: first,
                    found: open.count == 1
                        ? "it is open to other users" : "it and \(open.count - 1) more are open to other users",
                    remedy: "chmod 600 \(facts.storage.folder)/*.grant")
            ]
        }
    }

    /// The key, as the daemon has it; and the key file, where it is one.
    static func key(_ facts: Facts) -> [Diagnosis] {
        switch facts.socket.key.value {
        case let key? where key.state != .open:
            return [
                Diagnosis(
                    "key", .wrong, lookedAt: key.kind, found: key.detail?.plain ?? "it is locked",
                    remedy: "valetkey unlock")
            ]
        case let key? where key.kind == "passphrase" || key.kind == "secret-service":
            return [Diagnosis("key", .ok, lookedAt: key.kind, found: "it is open")]
        default: return keyFile(facts)
        }
    }

    /// A daemon whose unit has a credential for the key needs no file.
    private static func keyFile(_ facts: Facts) -> [Diagnosis] {
        let path = facts.storage.key
        func result(_ state: Diagnosis.State, _ found: String, _ remedy: String? = nil) -> [Diagnosis] {
            [Diagnosis("key", state, lookedAt: path, found: found, remedy: remedy)]
        }
        let hasCredential = facts.units.value?.contains(where: \.hasKeyCredential) == true
        switch facts.storage.keyFile {
        case .unseen(let reason): return [.unknown("key", path, reason)]
        case .seen(nil) where hasCredential: return result(.ok, "there is none: the unit's credential is the key")
        case .seen(nil):
            if facts.storage.grants.value?.isEmpty == false {
                return result(
                    .wrong, "it is missing, and without it the stored grants can't be read after a restart",
                    "put it back from a backup; without one, log in again: valetkey login --all")
            }
            return result(.ok, "it doesn't exist yet: the daemon makes it")
        case .seen(let key?) where key.owner != facts.surroundings.user:
            return result(.wrong, "it belongs to the user \(key.owner)", "chown \(facts.surroundings.user) \(path)")
        case .seen(let key?) where key.isOpen:
            return result(.wrong, "it is open to other users (mode \(key.modeText))", "chmod 600 \(path)")
        case .seen(let key?) where key.size != keySize:
            return result(.wrong, "it is \(key.size) octets long, not \(keySize)", "put it back from a backup")
        case .seen(let key?): return result(.ok, "it is there, with mode \(key.modeText)")
        }
    }
}
