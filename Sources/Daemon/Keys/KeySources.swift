import Configuration
import Files
import FoundationEssentials
import Stores
import Text

/// The places of the key on this machine.
struct KeySources: Sendable {
    /// The folder of key files, which is created where one is needed.
    var folder: String
    /// The folder of the grants.
    var state: PrivateFolder
    /// The folder of systemd's credentials.
    var credentials: String?
    var environment: [String: String]
    var clock: any Clock<Duration>
    /// What a passphrase costs to try.
    var cost = ScryptCost.standard

    private static let credential = "valetkey.key"
    private static let earlierCredential = "valetkey.key.old"

    /// The kind that is configured, else a credential where the unit has one, else the key file.
    func kind(_ configured: KeyKind?) -> KeyKind { configured ?? (hasCredential ? .credential : .file) }

    var hasPassphrase: Bool { PassphraseKeyPlace.exists(in: folder) }
    private var hasCredential: Bool { has(Self.credential) }

    private func has(_ name: String) -> Bool {
        credentials.map { FileManager.default.fileExists(atPath: "\($0)/\(name)") } ?? false
    }

    /// The place of keys that need neither a passphrase nor a person; nil for the others.
    func place(_ kind: KeyKind) -> (any KeyPlace)? {
        switch kind {
        case .file: (try? PrivateFolder(folder)).map(FileKeyPlace.init)
        case .secretService: SecretServiceKeyPlace(environment: environment, clock: clock)
        case .credential, .passphrase: nil
        }
    }

    func place(_ passphrase: Secret) throws(StorageFault) -> PassphraseKeyPlace {
        PassphraseKeyPlace(try PrivateFolder(folder), passphrase: passphrase, cost: cost)
    }

    /// Opens what needs no person. The store's lock must be held, so that two daemons don't create two keys.
    func open(_ configured: KeyKind?) async throws(StorageFault) -> OpenedKeys {
        var opened = OpenedKeys(kind: kind(configured))
        do throws(KeyFault) {
            switch opened.kind {
            case .passphrase, .secretService: break
            case .credential: opened.ring = KeyRing(fixed: try credentialKeys() + (try fileKeys(&opened.exposures)))
            case .file:
                let place = FileKeyPlace(try privateFolder())
                opened.ring = try await KeyRing.open(place, state: state)
                opened.exposures = place.exposures
            }
        } catch {
            throw fault(error)
        }
        return opened
    }

    /// The key file's keys, for grants that are sealed with them.
    func fileKeys(_ exposures: inout [Exposure]) throws(KeyFault) -> [SealingKey] {
        guard FileKeyPlace.exists(in: folder) else { return [] }
        let place = FileKeyPlace(try privateFolder())
        defer { exposures += place.exposures }
        if let keys = try place.read(.next) { return keys }
        return try place.read(.current) ?? []
    }

    /// Removes the key file, with which nothing is sealed any more.
    func removeKeyFile() throws(KeyFault) {
        guard FileKeyPlace.exists(in: folder) else { return }
        let place = FileKeyPlace(try privateFolder())
        for slot in KeySlot.allCases { try place.clear(slot) }
    }

    private func credentialKeys() throws(KeyFault) -> [SealingKey] {
        guard let credentials, hasCredential else {
            throw .storage(.key(Self.credential, "the unit has no credential of this name"))
        }
        do throws(StorageFault) {
            let earlier =
                has(Self.earlierCredential)
                ? [try SealingKey(credential: "\(credentials)/\(Self.earlierCredential)")] : []
            return [try SealingKey(credential: "\(credentials)/\(Self.credential)")] + earlier
        } catch {
            throw .storage(error)
        }
    }

    private func privateFolder() throws(KeyFault) -> PrivateFolder {
        do throws(StorageFault) {
            return try PrivateFolder(folder)
        } catch {
            throw .storage(error)
        }
    }

    private func fault(_ fault: KeyFault) -> StorageFault {
        switch fault {
        case .storage(let fault): fault
        case .missing where hasPassphrase:
            .key("\(folder)/key", "it is missing; a passphrase was set, so state key = \"passphrase\" in [daemon]")
        case .missing: .key("\(folder)/key", "it is missing, and there are grants sealed with it")
        case .unavailable(let reason, _): .key("\(folder)/key", reason)
        case .wrongPassphrase, .noPassphrase: .key("\(folder)/key", "it needs a passphrase")
        }
    }
}

/// What the start could open.
struct OpenedKeys: Sendable {
    var kind: KeyKind
    /// nil where a person has to open it.
    var ring: KeyRing?
    /// What other users could access until now.
    var exposures: [Exposure] = []
}
