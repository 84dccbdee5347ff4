import APIClient
import APIContract
import AuthorizationClient
import Console
import Failures
import FoundationEssentials
import OAuth
import Text

/// The registration of a client (RFC 7591).
extension Setup {
    /// Registers a client, has the daemon seal its secrets, and writes the account. Where one of these fails, the
    /// registration is deleted again.
    func register(
        _ draft: AccountDraft, at endpoint: EndpointURL, issuer: String, resource: String?, scopes: [String]
    ) async throws(CommandFailure) {
        let daemon = try openDaemon()
        let client = RegistrationClient(transport: transport, time: time)
        let redirectURI =
            if let stated = try statedRedirectURI() { stated } else { try Self.ownRedirectURI(draft.name) }
        let registration: ClientRegistration
        do throws(Failure) {
            registration = try await client.register(
                RegistrationRequest(redirectURI: redirectURI, scopes: scopes, softwareVersion: Version.current),
                redirectURI: redirectURI, at: endpoint)
        } catch {
            throw CommandFailure(error)
        }
        // From here on a stop would leave a registration that nobody knows of.
        let signals = IgnoredSignals()
        defer { signals.restore() }
        do throws(CommandFailure) {
            try keep(registration, of: draft.name, issuer: issuer, daemon)
            try write(self.draft(draft, registration, resource: resource, scopes: scopes), [])
        } catch {
            await undo(registration, of: draft.name, client, daemon)
            throw error
        }
        dialogue.say("Registered the client \(registration.clientID) at \(endpoint.host).")
        if let expires = registration.secretExpires {
            dialogue.say(
                "note: the client's secret expires on \(expires.formatted(.iso8601)); valetkey status tells when it is near"
            )
        }
    }

    /// A redirect URI of this account only, so that no other authorization server's response is taken for its own
    /// (RFC 8252 section 8.10).
    private static func ownRedirectURI(_ account: String) throws(CommandFailure) -> RedirectURI {
        do throws(RedirectFault) {
            return try RedirectURI("http://127.0.0.1/\(account)")
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
    }

    /// The daemon, which must be able to seal before a client is registered.
    private func openDaemon() throws(CommandFailure) -> SocketClient {
        guard let daemon else {
            throw CommandFailure(
                .daemonUnreachable, "the daemon's socket isn't known, and it keeps the registration's secrets",
                hint: "name it with --socket")
        }
        do throws(ClientFailure) {
            let key = try daemon.key()
            guard key.state == .open else {
                throw .problem(Problem(.locked, key.detail ?? "the stored grants are locked", hint: key.hint))
            }
        } catch {
            throw CommandFailure(error)
        }
        return daemon
    }

    private func keep(
        _ registration: ClientRegistration, of account: String, issuer: String, _ daemon: SocketClient
    ) throws(CommandFailure) {
        guard registration.secret != nil || registration.accessToken != nil else { return }
        do throws(ClientFailure) {
            _ = try daemon.keepRegistration(
                account,
                NewRegistration(
                    issuer: issuer, clientID: registration.clientID, clientSecret: registration.secret?.expose(),
                    registrationAccessToken: registration.accessToken?.expose(),
                    registrationClientURI: registration.managementURI?.text))
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The account of a registered client: what the server registered is in force (RFC 7591 section 3.2.1).
    private func draft(
        _ draft: AccountDraft, _ registration: ClientRegistration, resource: String?, scopes: [String]
    ) -> AccountDraft {
        var draft = draft
        draft.set("client_id", registration.clientID)
        if registration.secret != nil {
            draft.set("client_secret", .table("registration", draft.name))
            draft.set("client_authentication", registration.authentication.rawValue)
            draft.set("client_secret_expires", registration.secretExpires?.formatted(.iso8601))
        }
        draft.finish(
            redirectURI: registration.redirectURI.text, resource: resource,
            scopes: Self.scopes(scopes, registered: registration.scopes))
        return draft
    }

    /// Those of the wanted scopes that are registered; all registered ones if none of them is wanted.
    static func scopes(_ wanted: [String], registered: [String]?) -> [String] {
        guard let registered, !registered.isEmpty, !wanted.isEmpty else { return wanted }
        let both = wanted.filter(registered.contains)
        return both.isEmpty ? registered : both
    }

    private func undo(
        _ registration: ClientRegistration, of account: String, _ client: RegistrationClient, _ daemon: SocketClient
    ) async {
        if (try? daemon.deleteRegistration(account)) != nil { return }
        if let token = registration.accessToken, let uri = registration.managementURI,
            (try? await client.delete(at: uri, with: token)) != nil
        {
            return
        }
        dialogue.say("note: the client \(registration.clientID) stays registered; delete it on the server's own pages")
    }
}
