import Accounts
import OAuth
import Text

/// Reads the client's registration and its authentication.
extension AccountReader {
    func client(of provider: Provider?, flow: Flow, traits: ServerTraits) -> Client? {
        let isNamedByKey = flow.asksByAssertion && !table.has("client_id") && namesClient(table.values["client_key"])
        let (id, secret, key) = (isNamedByKey ? "" : clientID(), table.secret("client_secret"), key())
        let certificate = table.path("client_certificate")
        let expires = table.time("client_secret_expires")
        if table.has("client_secret_expires"), !table.has("client_secret") {
            table.note("client_secret_expires in \(table.name) needs a client_secret", at: "client_secret_expires")
        }
        let stated = table.choice("client_authentication", of: ClientAuthentication.allCases.map(\.rawValue))
            .flatMap(ClientAuthentication.init)
        let needsSecret = provider?.needsClientSecret == true && flow.grant != .clientCredentials
        if let stated {
            check(stated, traits)
        } else if !isConfidential, !table.has("client_authentication"), needsSecret {
            table.note("\(table.name) has no client_secret", hint: Self.secretHint(provider?.name ?? ""))
        }
        check(flow)
        if let key, (stated ?? defaultAuthentication(provider, flow, traits)) == .privateKeyJWT { check(key) }
        guard let id else { return nil }
        var client = Client(
            id: id, secret: secret, key: key, certificate: certificate,
            authentication: stated ?? defaultAuthentication(provider, flow, traits),
            choosesMethod: stated == nil && provider == nil && !flow.asksByAssertion && !traits.sendsEmptySecret)
        client.secretExpires = expires
        return client
    }

    /// Notes if a client that acts for itself has no means to authenticate.
    private func check(_ flow: Flow) {
        guard flow.grant == .clientCredentials else { return }
        if flow.asksByAssertion, !table.has("client_key") {
            table.note(
                "flow \"jwt_bearer\" in \(table.name) needs a client_key", at: "flow",
                hint: "state the path of the PEM file, or of the service account's JSON file")
        } else if !isConfidential {
            table.note(
                "flow \(flow.grant.rawValue.quoted) in \(table.name) needs a client that authenticates", at: "flow",
                hint: "state client_secret or client_key")
        }
    }

    /// Warns if the server can't tell which of the client's keys made a signature.
    private func check(_ key: ClientKey) {
        guard key.id == nil, !table.has("client_certificate") else { return }
        table.note(
            "client_key in \(table.name) has neither a client_key_id nor a client_certificate: the server can't tell "
                + "which key has signed", at: "client_key",
            hint: "state the one by which the server knows the key", severity: .warning)
    }

    /// Whether the key is a service account's JSON file, which names its client.
    private func namesClient(_ key: TOMLNode?) -> Bool {
        guard case .string(let path) = key else { return false }
        return path.lowercased().hasSuffix(".json")
    }

    private var isConfidential: Bool { table.has("client_secret") || table.has("client_key") }

    /// Notes if the client lacks what the configured authentication method needs.
    private func check(_ method: ClientAuthentication, _ traits: ServerTraits) {
        let means = ["client_secret", "client_key"].first(where: table.has)
        let missing: String? =
            if method.needsSecret, !table.has("client_secret"), !traits.sendsEmptySecret {
                "client_secret"
            } else if method.needsKey, !table.has("client_key") {
                "client_key"
            } else if method.usesCertificate, !table.has("client_certificate") {
                "client_certificate"
            } else {
                nil
            }
        if let missing {
            table.note(
                "client_authentication \(method.rawValue.quoted) in \(table.name) needs a \(missing)",
                at: "client_authentication", hint: "state \(missing), or leave client_authentication out")
        } else if method == .none, let means {
            table.note(
                "\(table.name) has a \(means), but its client_authentication is \"none\"",
                at: "client_authentication", hint: "remove one of them")
        }
    }

    private func key() -> ClientKey? {
        let (path, id) = (table.path("client_key"), table.text("client_key_id"))
        let algorithm = table.choice("signing_algorithm", of: SignatureAlgorithm.allCases.map(\.rawValue))
            .flatMap(SignatureAlgorithm.init)
        for name in ["client_key_id", "client_certificate", "signing_algorithm"]
        where table.has(name) && !table.has("client_key") {
            table.note("\(name) in \(table.name) needs a client_key", at: name, hint: "state client_key, or remove it")
        }
        return path.map { ClientKey(path: $0, id: id, algorithm: algorithm) }
    }

    private static func secretHint(_ provider: String) -> String {
        "\(provider) wants one even of desktop clients; client_authentication = \"none\" goes without"
    }

    private func clientID() -> String? {
        guard table.has("client_id") else {
            table.note(
                "\(table.name) has no client_id",
                hint: "it is what the provider gave you when you registered the application")
            return nil
        }
        guard let id = table.text("client_id")?.unblanked else { return nil }
        guard !id.isQuoted else {
            table.note(
                "client_id in \(table.name) has quotes of its own", at: "client_id",
                hint: "remove the inner quotes: they would be sent as a part of it")
            return nil
        }
        // The characters of a client id (RFC 6749 appendix A.1).
        guard id.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            table.note("client_id in \(table.name) holds a character that no client id has", at: "client_id")
            return nil
        }
        return id
    }

    /// The authentication method if none is configured. Every server must accept HTTP Basic (RFC 6749 section 2.3.1); a
    /// preset may prefer another method.
    private func defaultAuthentication(
        _ provider: Provider?, _ flow: Flow, _ traits: ServerTraits
    ) -> ClientAuthentication {
        if table.has("client_secret") { return provider?.secretMethod ?? .clientSecretBasic }
        // The assertion already identifies the client.
        if flow.asksByAssertion { return .none }
        if table.has("client_key") { return .privateKeyJWT }
        return traits.sendsEmptySecret ? .clientSecretBasic : .none
    }
}
