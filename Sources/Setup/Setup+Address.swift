import Accounts
import AuthorizationClient
import Console
import Failures
import OAuth
import Text

/// An account from the URL of an API, or of an authorization server.
extension Setup {
    /// Looks up what the servers publish, gets a client, and writes the account. Returns its name.
    func addFromAddress(_ address: EndpointURL, _ taken: Set<String>) async throws(CommandFailure) -> String {
        let resource = try await resource(at: address)
        let issuer = try issuer(of: resource, address)
        let metadata = try await metadata(of: issuer, isGuess: resource == nil && options.issuer == nil)
        dialogue.say(
            resource == nil && options.issuer == nil
                ? "\(issuer) is an authorization server." : "\(address) takes tokens of \(issuer).")
        let name = try accountName(like: Self.name(from: address), taken)
        let scopes = try scopes(like: Self.scopes(resource, metadata))
        var draft = AccountDraft(name: name, origin: "from \(address)")
        draft.set("issuer", issuer)
        let audience = options.issuer == nil ? resource?.resource : resource?.resource ?? address.text
        guard options.clientID == nil, let endpoint = metadata.registration,
            try dialogue.confirm("Register a client at \(endpoint.host)?")
        else {
            let redirectURI = try statedRedirectURI()?.text ?? Self.usualRedirectURI
            let (id, places) = try clientByHand(
                issuer, redirectURI: redirectURI, scopes, canRegister: metadata.registration != nil)
            draft.set("client_id", id)
            draft.finish(redirectURI: redirectURI, resource: audience, scopes: scopes)
            try write(draft, places)
            return name
        }
        try await register(draft, at: endpoint, issuer: issuer, resource: audience, scopes: scopes)
        return name
    }

    private static let usualRedirectURI = "http://127.0.0.1/"

    /// nil where the address has no metadata of a resource.
    private func resource(at address: EndpointURL) async throws(CommandFailure) -> ProtectedResource? {
        do throws(Failure) {
            return try await ResourceLookup(transport: transport, time: time).find(address)
        } catch {
            // Who names the authorization server doesn't need what the API says.
            guard options.issuer == nil else {
                dialogue.say("note: \(error.detail)")
                return nil
            }
            throw CommandFailure(error)
        }
    }

    /// An API's servers are offered if there are several, and never chosen without asking (RFC 9728 section 7.6).
    private func issuer(of resource: ProtectedResource?, _ address: EndpointURL) throws(CommandFailure) -> String {
        if let stated = options.issuer {
            guard EndpointURL(issuer: stated) != nil else {
                throw CommandFailure(.usage, "--issuer is an https URL without query and fragment")
            }
            return stated
        }
        guard let resource else { return address.text }
        let servers = resource.authorizationServers
        guard servers.count != 1 else { return servers[0] }
        guard !servers.isEmpty else {
            throw CommandFailure(
                .discovery, "the metadata of \(address) names no authorization server", hint: "name it with --issuer")
        }
        guard dialogue.asks else {
            throw CommandFailure(
                .usage, "\(address) takes tokens of several authorization servers: \(servers.joined(separator: ", "))",
                hint: "choose one with --issuer")
        }
        dialogue.say("\(address) takes tokens of several authorization servers:")
        for (index, server) in servers.enumerated() { dialogue.say("\(index + 1)  \(server)") }
        let answer = try dialogue.ask("Number of the one to use", option: "--issuer") { text in
            Int(text).map { (1...servers.count).contains($0) } == true ? nil : "There is no such number."
        }
        return servers[(Int(answer) ?? 1) - 1]
    }

    /// `isGuess`: nothing but the address says that it is an authorization server.
    private func metadata(of issuer: String, isGuess: Bool) async throws(CommandFailure) -> ServerMetadata {
        let redirectURI: RedirectURI
        do { redirectURI = try RedirectURI(Self.usualRedirectURI) } catch { throw CommandFailure(.usage, "\(error)") }
        let settings = AccountSettings(
            name: "setup", issuer: issuer, client: Client(id: ""), redirectURI: redirectURI)
        let directory = ServerDirectory(transport: transport, time: time, secrets: secrets)
        switch await directory.metadata(of: settings) {
        case .success(let metadata):
            guard metadata.endpoints.authorization != nil, metadata.endpoints.token != nil else {
                throw CommandFailure(.discovery, "the metadata of \(issuer) names no endpoints for a login")
            }
            return metadata
        case .failure(let failure):
            let hint =
                isGuess ? "give the URL of the API itself, or name a provider: valetkey providers lists them" : nil
            throw CommandFailure(
                failure.code, isGuess ? "\(issuer) publishes no metadata of an API; \(failure.detail)" : failure.detail,
                hint: hint ?? "check the URL, or name another authorization server with --issuer")
        }
    }

    /// The scopes of the API. At a server that has it, `offline_access` is what brings a refresh token.
    private static func scopes(_ resource: ProtectedResource?, _ metadata: ServerMetadata) -> [String] {
        let known = metadata.scopes ?? []
        let usual = resource?.scopes ?? ["openid"].filter(known.contains)
        let offline = "offline_access"
        return known.contains(offline) && !usual.contains(offline) ? usual + [offline] : usual
    }

    /// The telling part of a host: `api.example.com` gives `example`.
    static func name(from address: EndpointURL) -> String {
        let labels = address.host.split(separator: ".").map(String.init)
        guard !address.isLoopback, labels.count > 1, labels.last?.allSatisfy(\.isNumber) == false else {
            return "local"
        }
        return labels[labels.count - 2]
    }

    /// Says what to register by hand, and takes the client's id.
    private func clientByHand(
        _ issuer: String, redirectURI: String, _ scopes: [String], canRegister: Bool
    ) throws(CommandFailure) -> (String, [(String, SecretPlace)]) {
        if options.clientID == nil {
            if !canRegister { dialogue.say("\(issuer) doesn't register clients by itself.") }
            dialogue.say("Register a client on its pages, or ask its operator for one:")
            dialogue.say("  kind          native or desktop application, public (without a secret)")
            dialogue.say("  redirect URI  \(redirectURI)")
            if !scopes.isEmpty { dialogue.say("  scopes        \(scopes.joined(separator: " "))") }
        }
        let id = try clientID()
        guard let stated = options.clientSecretFile else { return (id, []) }
        let place = try dialogue.askSecret(
            "Client secret", stated: stated, option: "--client-secret-file", secrets: secrets)
        return (id, [("client_secret", place)])
    }
}

extension AccountDraft {
    /// Adds what an account from a URL has besides its client.
    mutating func finish(redirectURI: String, resource: String?, scopes: [String]) {
        set("redirect_uri", redirectURI)
        set("resource", resource)
        if !scopes.isEmpty { set("scopes", .texts(scopes)) }
    }
}

extension CommandFailure {
    init(_ failure: Failure) {
        self.init(failure.code, failure.detail, hint: failure.hint)
    }
}
