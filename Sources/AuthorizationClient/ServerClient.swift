package import Accounts
package import Failures
import FoundationEssentials
package import Grants
package import HTTPTransport
package import OAuth
package import Secrets
import Synchronization
import Text

/// Sends POST requests to authorization servers, with the client's authentication and, if the grant has a key, a proof
/// of possession.
package struct ServerClient: Sendable {
    let transport: any HTTPTransport
    package let secrets: SecretReader
    let time: any Timekeeper
    package let directory: ServerDirectory
    let nonces = NonceBook()

    package init(transport: any HTTPTransport, secrets: SecretReader, time: any Timekeeper) {
        self.transport = transport
        self.secrets = secrets
        self.time = time
        directory = ServerDirectory(transport: transport, time: time, secrets: secrets)
    }

    private static let nonceHeader = "DPoP-Nonce"
    private static let timeout = Duration.seconds(30)
    /// How long a reply with tokens may take to arrive.
    private static let bodyTimeout = Duration.seconds(300)

    /// The failure for a secret that can't be read; `key` is the configuration key to name. A temporary fault isn't
    /// reported as a configuration error.
    func failure(
        _ fault: SecretFault, _ code: FailureCode, _ key: String, of settings: AccountSettings
    ) -> Failure {
        let remedy = fault.hint ?? "check \(key) of [accounts.\(settings.name)]"
        return Failure(
            fault.isPassing ? .secretUnavailable : code, "\(fault)",
            hint: fault.isPassing ? fault.hint : "\(remedy), then run: valetkey reload", at: time.now().wall)
    }

    /// Sends the request that `make` builds with the client's authentication. The time in the exchange is taken before
    /// sending, so that the computed expiry of a token is never too late. `timeout` limits the whole exchange; nil is
    /// for a reply that may contain tokens. Nothing is sent after `notAfter`.
    package func send(
        _ account: ResolvedAccount, key: SigningKey? = nil, timeout: Duration? = nil, notAfter: Instant? = nil,
        _ make: (ClientProof) -> ServerRequest
    ) async throws(Failure) -> Exchange {
        let (first, isNonceNew) = try await post(account, key: key, timeout: timeout, notAfter: notAfter, make)
        guard key != nil, first.reply.wantsNonce, isNonceNew else { return first }
        // The repeated request needs a new proof and a new assertion, because each is valid for one request (RFC 9449
        // section 8).
        return try await post(account, key: key, timeout: timeout, notAfter: notAfter, make).exchange
    }

    private func post(
        _ account: ResolvedAccount, key: SigningKey?, timeout: Duration?, notAfter: Instant?,
        _ make: (ClientProof) -> ServerRequest
    ) async throws(Failure) -> (exchange: Exchange, isNonceNew: Bool) {
        var request = make(try await proof(of: account))
        let endpoint = request.endpoint
        let nonce = nonces.newest(for: endpoint.origin)
        if let key {
            var random = SystemRandomNumberGenerator()
            do throws(SigningFault) {
                request = request.proving(
                    try await PossessionProof.make(
                        method: "POST", url: endpoint.text, key: key, nonce: nonce, now: time.now().wall, using: &random
                    ))
            } catch {
                throw Failure(.dpopKey, "\(error)", account: account.settings.name, at: time.now().wall)
            }
        }
        var call = HTTPCall(
            .post, endpoint.text, headers: request.headers.map { ($0.name, $0.value) }, body: request.body.expose(),
            timeout: timeout ?? Self.timeout, bodyTimeout: timeout == nil ? Self.bodyTimeout : nil,
            isDirect: endpoint.isLoopback, wantedHeaders: [Self.nonceHeader] + ReplyHeaders.names,
            certificate: try certificate(of: account), authorities: try authorities(of: account.settings),
            takesUnfinished: true)
        if let notAfter { call.mayBegin = { [time] in time.now().instant <= notAfter } }
        let mask = SecretMask(request.secrets)
        let sent = time.now()
        switch await transport.send(call).withoutHalves(account.settings.traits.tokensPath) {
        case .failure(let failure):
            await directory.endpointFailed(account.settings)
            throw Failure(
                failure.kind.code, "no reply from \(endpoint.host): \(mask.cover(failure.detail))",
                hint: Self.remedy(failure.kind, host: endpoint.host, account.settings), account: account.settings.name,
                at: time.now().wall)
        case .success(let reply):
            if [404, 405, 410].contains(reply.status) { await directory.endpointFailed(account.settings) }
            let newest = reply.headers[Self.nonceHeader]
            if let newest { nonces.note(newest, for: endpoint.origin) }
            return (Exchange(reply: reply, sent: sent, mask: mask), newest != nil && newest != nonce)
        }
    }

    private func proof(of account: ResolvedAccount) async throws(Failure) -> ClientProof {
        let client = account.settings.client
        switch account.authentication {
        case .none: return .name
        case .tlsClientAuth, .selfSignedTLSClientAuth: return .certificate
        case .clientSecretBasic, .clientSecretPost:
            if let ends = client.secretExpires, ends <= time.now().wall {
                throw Failure.expiredSecret(of: account.settings.name, at: time.now().wall)
            }
            guard let source = client.secret else {
                let isEmpty = account.settings.traits.sendsEmptySecret && account.authentication == .clientSecretBasic
                return isEmpty ? .basic(Secret("")) : .name
            }
            do throws(SecretFault) {
                let secret = try await secrets.read(source)
                return account.authentication == .clientSecretBasic ? .basic(secret) : .post(secret)
            } catch {
                throw failure(error, .clientSecret, "client_secret", of: account.settings)
            }
        case .privateKeyJWT: return .assertion(try await assertion(account))
        }
    }

    private func assertion(_ account: ResolvedAccount) async throws(Failure) -> Secret {
        let client = account.settings.client
        guard let key = client.key else {
            throw Failure(
                .clientKey, "private_key_jwt needs a key",
                hint: "state client_key in [accounts.\(account.settings.name)], then run: valetkey reload",
                at: time.now().wall)
        }
        let (pem, certificate): (Secret, Secret?)
        do throws(SecretFault) {
            pem = try secrets.readKey(key.path)
            certificate = try client.certificate.map { path throws(SecretFault) in try secrets.readCertificate(path) }
        } catch {
            throw failure(error, .clientKey, "client_key", of: account.settings)
        }
        var random = SystemRandomNumberGenerator()
        do throws(SigningFault) {
            return try await ClientAssertion.make(
                clientID: client.id, audience: account.tokenEndpoint,
                key: try SigningKey(pem: pem, algorithm: key.algorithm), keyID: key.id, certificate: certificate,
                thumbprints: account.settings.traits.thumbprints, now: time.now().wall, using: &random)
        } catch {
            throw Failure(
                .clientKey, "\(key.path): \(error)",
                hint: "check client_key and signing_algorithm of [accounts.\(account.settings.name)], then run: "
                    + "valetkey reload", at: time.now().wall)
        }
    }

    private func certificate(of account: ResolvedAccount) throws(Failure) -> ClientCertificate? {
        let client = account.settings.client
        guard account.authentication.usesCertificate, let path = client.certificate, let key = client.key else {
            return nil
        }
        do throws(SecretFault) {
            // libcurl would report a missing file as a connection failure.
            _ = try (secrets.readCertificate(path), secrets.readKey(key.path))
            return ClientCertificate(path: try secrets.expand(path), keyPath: try secrets.expand(key.path))
        } catch {
            throw failure(error, .clientKey, "client_key", of: account.settings)
        }
    }

    private static func remedy(
        _ kind: TransportFailure.Kind, host: String, _ settings: AccountSettings
    ) -> String? {
        guard kind == .tls else { return nil }
        if settings.traits.certificateAuthority != nil {
            return "the certificate of \(host) can't be verified: check certificate_authority of "
                + "[accounts.\(settings.name)] and the clock"
        }
        return "the certificate of \(host) can't be verified: check the clock and the system's CA certificates"
    }
}

extension TransportFailure.Kind {
    var code: FailureCode {
        switch self {
        case .nameLookup: .nameLookup
        case .connection: .connection
        case .timeout: .timeout
        case .tls: .tls
        case .cut: .replyCut
        case .tooLarge: .replyTooLarge
        case .cancelled: .requestCancelled
        case .descriptors: .outOfDescriptors
        case .other: .network
        }
    }
}

/// The newest nonce for DPoP proofs from each server (RFC 9449 section 8.2).
package final class NonceBook: Sendable {
    private let nonces = Mutex<[String: String]>([:])

    package func newest(for origin: String) -> String? { nonces.withLock { $0[origin] } }

    package func note(_ nonce: String, for origin: String) { nonces.withLock { $0[origin] = nonce } }
}

extension Failure {
    /// The failure of a client whose secret has expired by what the configuration says.
    fileprivate static func expiredSecret(of account: String, at now: Date) -> Failure {
        Failure(
            .clientSecret, "the client's secret has expired (client_secret_expires)",
            hint:
                "get a new one and correct client_secret_expires of [accounts.\(account)], then run: valetkey reload; "
                + "or remove the account and run: valetkey setup", at: now)
    }
}

extension Result<HTTPReply, TransportFailure> {
    /// An incomplete reply is used if it contains what exists nowhere else, such as a rotated refresh token; otherwise
    /// it is a failure.
    fileprivate func withoutHalves(_ tokensPath: [String]) -> Self {
        guard case .success(let reply) = self, let shortfall = reply.shortfall else { return self }
        return TokenReply.holdsToken(reply.body, at: tokensPath) ? self : .failure(shortfall)
    }
}

extension HTTPReply {
    private struct Body: Decodable {
        var error: String
    }

    fileprivate var wantsNonce: Bool {
        guard (400...401).contains(status), let object = LeadingObject.data(in: body),
            let body = try? JSONDecoder().decode(Body.self, from: object)
        else { return false }
        return FailureCode(saidByServer: body.error) == .useDPoPNonce
    }
}
