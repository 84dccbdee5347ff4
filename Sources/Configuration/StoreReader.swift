import Accounts
import OAuth
import Text

/// Reads the table `[store]`.
struct StoreReader {
    let table: TableReader

    static let keys = [
        "kind", "endpoints", "fleet", "certificate_authority", "client_certificate", "client_key", "user", "password",
        "key", "old_keys", "patience",
    ]
    private static let mostEndpoints = 16
    private static let keyHint =
        #"write { file = "PATH" }, { command = ["PROGRAM"] } or { credential = "NAME" }; "#
        + "valetkey store key prints a new key"

    /// Returns nil if something essential is missing or invalid; the findings say what.
    func settings() -> StoreSettings? {
        table.refuseUnknownKeys(Self.keys)
        let kind = kind()
        let endpoints = endpoints()
        let fleet = fleet()
        let key = key()
        let oldKeys = oldKeys()
        let patience = table.duration("patience", in: .seconds(1) ... .seconds(604_800))
        let (authority, certificate) = (table.path("certificate_authority"), table.path("client_certificate"))
        let (clientKey, user, password) = (table.path("client_key"), table.text("user"), table.secret("password"))
        refuseHalf("client_certificate", "client_key")
        refuseHalf("user", "password")
        guard let kind, let endpoints, let fleet, let key else { return nil }
        var settings = StoreSettings(
            kind: kind, endpoints: endpoints, fleet: fleet, key: key, oldKeys: oldKeys,
            patience: patience ?? StoreSettings.defaultPatience)
        (settings.certificateAuthority, settings.clientCertificate) = (authority, certificate)
        (settings.clientKey, settings.user, settings.password) = (clientKey, user, password)
        return settings
    }

    private func missing(_ key: String, _ hint: String) {
        if !table.has(key) { table.note("[store] has no \(key)", hint: hint) }
    }

    private func kind() -> StoreSettings.Kind? {
        missing("kind", #"write kind = "etcd""#)
        return table.choice("kind", of: StoreSettings.Kind.allCases.map(\.rawValue)).flatMap(StoreSettings.Kind.init)
    }

    /// Addresses without a path: the gateway's paths are added to them.
    private func endpoints() -> [String]? {
        missing("endpoints", #"write endpoints = ["https://HOST:2379"], with all members"#)
        guard let texts = table.texts("endpoints") else { return nil }
        guard texts.count <= Self.mostEndpoints else {
            table.note("endpoints in store names more than \(Self.mostEndpoints) members", at: "endpoints")
            return nil
        }
        let found = texts.compactMap { text -> String? in
            guard let url = table.endpoint(text, "endpoints") else { return nil }
            guard text.lowercased() == url.origin || text.lowercased() == "\(url.origin)/" else {
                table.note(
                    "endpoints in store: \(text.quoted) has more than a scheme, a host and a port", at: "endpoints",
                    hint: "write \(url.origin)")
                return nil
            }
            return url.origin
        }
        guard found.count == texts.count else { return nil }
        guard Set(found).count == found.count else {
            table.note("endpoints in store names a member twice", at: "endpoints", hint: "name each of them once")
            return nil
        }
        return found
    }

    /// The name is part of keys in the store.
    private func fleet() -> String? {
        missing("fleet", #"write fleet = "NAME", the same on all hosts"#)
        guard let name = table.text("fleet") else { return nil }
        let isPlain = name.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isPlain, name.utf8.count <= 64 else {
            table.note(
                "\(name.quoted) can't be a fleet's name", at: "fleet", hint: "take up to 64 of A-Z a-z 0-9 . _ and -")
            return nil
        }
        return name
    }

    private func key() -> SecretSource? {
        missing("key", Self.keyHint)
        guard table.has("key") else { return nil }
        return accepted(table.secret("key"), "key")
    }

    private func oldKeys() -> [SecretSource] {
        guard let node = table.values["old_keys"] else { return [] }
        guard case .array(let elements) = node else {
            table.note("old_keys in store isn't an array", at: "old_keys", hint: "write [] or [{ file = \"PATH\" }]")
            return []
        }
        return elements.compactMap { element in
            // Each element is read as the value of the key, so that its findings are those of a secret there.
            let reader = TableReader(path: table.path, values: ["old_keys": element], findings: table.findings)
            return accepted(reader.secret("old_keys"), "old_keys")
        }
    }

    /// Whoever has the key opens every grant of the fleet, so it doesn't stand in a file that is copied from host to
    /// host.
    private func accepted(_ source: SecretSource?, _ key: String) -> SecretSource? {
        switch source {
        case .file, .command, .credential: return source
        case .literal:
            table.note("\(key) in store can't stand in the configuration", at: key, hint: Self.keyHint)
            return nil
        case .registration:
            table.note("\(key) in store can't be a registration's", at: key, hint: Self.keyHint)
            return nil
        case nil: return nil
        }
    }

    private func refuseHalf(_ one: String, _ other: String) {
        for (stated, lacking) in [(one, other), (other, one)] where table.has(stated) && !table.has(lacking) {
            table.note("\(stated) in store needs \(lacking)", at: stated, hint: "state both, or none of them")
        }
    }
}
