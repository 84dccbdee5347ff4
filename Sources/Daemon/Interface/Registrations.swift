import APIContract
import AuthorizationClient
import Configuration
import Failures
import FoundationEssentials
import OAuth
import Secrets
import Stores
import Text

/// The clients' registrations that `valetkey setup` made, sealed beside the grants.
struct Registrations: Sendable {
    /// nil where nothing is sealed.
    let store: FileGrantStore?
    let client: RegistrationClient

    /// Keeps a registration. One that was kept under this name before must be deleted first: its token would be lost.
    func keep(_ new: NewRegistration, _ account: String) async throws(Problem) -> RegistrationReport {
        guard let store else { throw .nothingSealed }
        if let hint = AccountName.hint(against: account) {
            throw Problem(.malformedRequest, "no account can have this name", hint: hint)
        }
        guard EndpointURL(issuer: new.issuer) != nil, !new.clientID.isEmpty,
            new.registrationClientURI.map({ (try? EndpointURL($0)) != nil }) ?? true
        else { throw Problem(.malformedRequest, "issuer and registration_client_uri are https URLs") }
        let registration = StoredRegistration(
            issuer: new.issuer, clientID: new.clientID, secret: new.clientSecret.map(Secret.init),
            accessToken: new.registrationAccessToken.map(Secret.init), managementURI: new.registrationClientURI)
        do throws(Failure) {
            if let old = try await store.registration(of: account), old.token != nil, old != registration {
                throw Failure(
                    .consentConflict, "a registration is kept as \(account) already",
                    hint: "take another name for the account, or run: valetkey logout \(account) --delete-registration",
                    at: Date())
            }
            try await store.save(registration, account: account)
        } catch {
            throw Problem(error)
        }
        return RegistrationReport(registration, account)
    }

    func report(_ account: String) async throws(Problem) -> RegistrationReport {
        RegistrationReport(try await stored(account), account)
    }

    /// Deletes the registration at its server, then here. Where the server refuses, it stays here too.
    func delete(_ account: String) async throws(Problem) -> RegistrationReport {
        let registration = try await stored(account)
        do throws(Failure) {
            if let token = registration.token, let uri = registration.managementURI.flatMap({ try? EndpointURL($0) }) {
                try await client.delete(at: uri, with: token)
            }
            try await store?.eraseRegistration(of: account)
        } catch {
            throw Problem(error)
        }
        return RegistrationReport(registration, account)
    }

    /// The client's secret, for `client_secret = { registration = "…" }`.
    @Sendable func secret(of account: String) async throws(SecretFault) -> Secret {
        let registration: StoredRegistration?
        do throws(Failure) {
            registration = try await store?.registration(of: account)
        } catch {
            throw .registrationUnreadable(name: account, error.detail)
        }
        guard let secret = registration?.secret else { throw .noRegistration(name: account) }
        return secret
    }

    private func stored(_ account: String) async throws(Problem) -> StoredRegistration {
        let found: StoredRegistration?
        do throws(Failure) {
            found = AccountName.hint(against: account) == nil ? try await store?.registration(of: account) : nil
        } catch {
            throw Problem(error)
        }
        guard let found else {
            throw Problem(
                .noRegistration, "no registration of \(account.shown) is kept here",
                hint: "delete the client on the provider's own pages")
        }
        return found
    }
}

extension RegistrationReport {
    fileprivate init(_ registration: StoredRegistration, _ account: String) {
        self.init(
            account: account, issuer: registration.issuer, clientID: registration.clientID,
            isDeletable: registration.token != nil && registration.managementURI != nil)
    }
}

extension Problem {
    fileprivate static let nothingSealed = Problem(.storage, "this daemon's store seals nothing")
}
