import Accounts
import OAuth
import Text

/// How the client is known to the authorization server.
extension AccountReader {
    func client(of provider: Provider?, flow: GrantFlow) -> Client? {
        let (id, secret, key) = (clientID(), table.secret("client_secret"), key())
        let certificate = table.path("client_certificate")
        let stated = table.choice("client_authentication", of: ClientAuthentication.allCases.map(\.rawValue))
            .flatMap(ClientAuthentication.init)
        if let stated {
            check(stated)
        } else if !isConfidential, !table.has("client_authentication"), provider?.needsClientSecret == true {
            table.note("\(table.name) has no client_secret", hint: Self.secretHint(provider?.name ?? ""))
        }
        if flow == .clientCredentials, !isConfidential {
            table.note(
                "flow \(flow.rawValue.quoted) in \(table.name) needs a client that authenticates", at: "flow",
                hint: "state client_secret or client_key")
        }
        guard let id else { return nil }
        return Client(
            id: id, secret: secret, key: key, certificate: certificate,
            authentication: stated ?? defaultAuthentication(provider), choosesMethod: stated == nil && provider == nil)
    }

    private var isConfidential: Bool { table.has("client_secret") || table.has("client_key") }

    /// Whether the client has what the method that is stated needs.
    private func check(_ method: ClientAuthentication) {
        let means = ["client_secret", "client_key"].first(where: table.has)
        let missing: String? =
            if method.needsSecret, !table.has("client_secret") {
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
        guard let id = table.text("client_id") else { return nil }
        // RFC 6749 appendix A.1.
        guard id.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            table.note("client_id in \(table.name) holds a character that no client id has", at: "client_id")
            return nil
        }
        return id
    }

    /// The presets' servers are known to read the body; HTTP Basic is what every server must take
    /// (RFC 6749 section 2.3.1).
    private func defaultAuthentication(_ provider: Provider?) -> ClientAuthentication {
        if table.has("client_secret") { return provider == nil ? .clientSecretBasic : .clientSecretPost }
        return table.has("client_key") ? .privateKeyJWT : .none
    }
}
