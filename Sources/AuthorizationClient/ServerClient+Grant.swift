import Accounts
import Failures
import Grants
import OAuth
import Secrets
import Text

/// What a client that acts for itself sends to get a token.
enum GrantProof: Sendable {
    /// Its client authentication (RFC 6749 section 4.4).
    case credentials
    /// A signed assertion (RFC 7523 section 2.1); `namesScope` if the scope is in the assertion and not a parameter.
    case assertion(Secret, namesScope: Bool)
}

extension ServerClient {
    func grantProof(of account: ResolvedAccount) async throws(Failure) -> GrantProof {
        let settings = account.settings
        guard settings.asksByAssertion else { return .credentials }
        guard let key = settings.client.key else {
            throw keyFailure("the flow jwt_bearer needs a key", of: settings)
        }
        let file: Secret
        do throws(SecretFault) {
            file = try secrets.readKey(key.path)
        } catch {
            throw failure(error, .clientKey, "client_key", of: settings)
        }
        do throws(SigningFault) {
            let signing = try AssertionKey(file: file, id: key.id, algorithm: key.algorithm)
            guard let claims = account.assertionClaims(serviceAccount: signing.serviceAccount) else {
                throw .namesNoClient
            }
            var random = SystemRandomNumberGenerator()
            let assertion = try await GrantAssertion.make(
                claims, key: signing.key, keyID: signing.id, now: time.now().wall, using: &random)
            return .assertion(assertion, namesScope: signing.serviceAccount != nil)
        } catch {
            throw keyFailure("\(key.path): \(error)", of: settings)
        }
    }

    /// The path of the file with this account's certificate authorities; nil if it configures none.
    func authorities(of settings: AccountSettings) throws(Failure) -> String? {
        guard let path = settings.traits.certificateAuthority else { return nil }
        do throws(SecretFault) {
            return try secrets.readable(path)
        } catch {
            throw failure(error, .certificateAuthority, "certificate_authority", of: settings)
        }
    }

    private func keyFailure(_ detail: String, of settings: AccountSettings) -> Failure {
        Failure(
            .clientKey, detail,
            hint: "check client_key and client_id of [accounts.\(settings.name)], then run: valetkey reload",
            at: time.now().wall)
    }
}
