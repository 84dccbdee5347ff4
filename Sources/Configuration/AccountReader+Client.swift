import OAuth

/// How the client is known to the authorization server.
extension AccountReader {
    func client(of provider: Provider?) -> Client? {
        let (id, secret) = (clientID(), table.secret("client_secret"))
        let hasSecret = table.has("client_secret")
        let stated = table.choice("client_authentication", of: ClientAuthentication.allCases.map(\.rawValue))
            .flatMap(ClientAuthentication.init)
        switch stated {
        case .some(ClientAuthentication.none) where hasSecret:
            table.note(
                "\(table.name) has a client_secret, but its client_authentication is \"none\"",
                at: "client_authentication", hint: "remove one of them")
        case .some(let method) where method != .none && !hasSecret:
            table.note(
                "client_authentication \(method.rawValue.quoted) in \(table.name) needs a client_secret",
                at: "client_authentication", hint: "state client_secret, or leave client_authentication out")
        case nil where !hasSecret && !table.has("client_authentication") && provider?.needsClientSecret == true:
            table.note(
                "\(table.name) has no client_secret", hint: Self.secretHint(provider?.name ?? ""))
        default: break
        }
        guard let id else { return nil }
        return Client(id: id, secret: secret, authentication: stated ?? defaultAuthentication(hasSecret, provider))
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
    private func defaultAuthentication(_ hasSecret: Bool, _ provider: Provider?) -> ClientAuthentication {
        guard hasSecret else { return .none }
        return provider == nil ? .clientSecretBasic : .clientSecretPost
    }
}
