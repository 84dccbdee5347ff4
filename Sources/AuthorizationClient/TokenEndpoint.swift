package import Accounts
package import Failures
package import Grants
import HTTPTransport
package import OAuth
import Secrets
package import Text

/// Requests tokens: redeems codes, uses refresh tokens, requests a client's own tokens, and polls for a device's.
package struct TokenEndpoint: GrantRefresher {
    package let client: ServerClient
    let time: any Timekeeper
    /// The catalogue whose vendors may know the server's error codes.
    package let catalogue: ProviderCatalogue

    package init(client: ServerClient, time: any Timekeeper, catalogue: ProviderCatalogue) {
        self.client = client
        self.time = time
        self.catalogue = catalogue
    }

    package func redeem(_ code: Secret, of request: AuthorizationRequest, key: SigningKey?) async -> RefreshOutcome {
        let account = request.account
        let outcome = await post(account, key: key, scope: account.settings.scope) {
            ServerRequest.redeem(code, of: request, proof: $0)
        }.outcome
        return await identified(outcome, account, nonce: request.nonce)
    }

    package func refresh(_ order: RefreshOrder, settings: AccountSettings) async -> RefreshOutcome {
        let settings = order.further.map { settings.requesting($0.target) } ?? settings
        let (account, key): (ResolvedAccount, SigningKey?)
        do throws(Failure) {
            account = try await client.directory.resolve(settings)
        } catch {
            return .failed(error)
        }
        do throws(SigningFault) {
            key = try order.grant.proofKey.map { stored throws(SigningFault) in try SigningKey(stored: stored) }
        } catch {
            return .failed(Failure(.dpopKey, "\(error)", account: settings.name, at: time.now().wall))
        }
        if let unjudged = order.grant.unjudged {
            return .judged(try? await identity(unjudged.idToken, account, nonce: nil, refreshing: order.grant))
        }
        guard let refreshToken = order.grant.refreshToken else {
            return await askForItself(account, key: key)
        }
        if order.further != nil {
            return await refreshFurther(refreshToken, account, key: key, notAfter: order.notAfter)
        }
        return judgedLater(await refresh(refreshToken, of: order, account, key: key), account)
    }

    /// Refreshes with the scope and the resource of one further token. The scope is never left out, because that would
    /// get another token. An id_token is ignored: the user is validated at the refreshes of the account's own token.
    private func refreshFurther(
        _ refreshToken: Secret, _ account: ResolvedAccount, key: SigningKey?, notAfter: Instant?
    ) async -> RefreshOutcome {
        let scope = account.settings.scope
        let outcome = await post(account, key: key, isRefresh: true, scope: scope, notAfter: notAfter) {
            ServerRequest.refresh(refreshToken, scope: scope, account: account, proof: $0)
        }.outcome
        guard case .granted(var tokens, let sent) = outcome else { return outcome }
        tokens.idToken = nil
        return .granted(tokens, sent: sent)
    }

    /// The refresh token may have been rotated, so it is saved before anything is fetched to validate the id_token that
    /// came with it.
    private func judgedLater(_ outcome: RefreshOutcome, _ account: ResolvedAccount) -> RefreshOutcome {
        guard case .granted(var tokens, let sent) = outcome, !account.settings.scope.contains("openid") else {
            return outcome
        }
        tokens.idToken = nil
        return .granted(tokens, sent: sent)
    }

    /// Refreshes. `scope` is optional (RFC 6749 section 6), and some servers refuse a refresh that has it: then the
    /// refresh is repeated once without it, and if that succeeds the grant remembers to leave it out.
    private func refresh(
        _ refreshToken: Secret, of order: RefreshOrder, _ account: ResolvedAccount, key: SigningKey?
    ) async -> RefreshOutcome {
        let grant = order.grant
        func post(_ scope: Scope) async -> ReplyOutcome {
            await self.post(
                account, key: key, isRefresh: true, scope: grant.requestedScope, notAfter: order.notAfter
            ) {
                ServerRequest.refresh(refreshToken, scope: scope, account: account, proof: $0)
            }
        }
        let first = await post(grant.refreshScope)
        guard first.isTriedWithoutScope(after: grant.refreshScope, account.settings.traits) else {
            return first.outcome
        }
        return first.outcome(withoutScope: await post(Scope([])).outcome)
    }

    /// Requests the client's own token (RFC 6749 section 4.4, RFC 7523 section 2.1). A refresh token in the reply is
    /// ignored (section 4.4.3).
    package func askForItself(_ account: ResolvedAccount, key: SigningKey?) async -> RefreshOutcome {
        let scope = account.settings.scope
        let grant: GrantProof
        do throws(Failure) {
            grant = try await client.grantProof(of: account)
        } catch {
            return .failed(error)
        }
        let outcome = await post(account, key: key, scope: scope) { proof in
            switch grant {
            case .credentials: .clientCredentials(scope: scope, account: account, proof: proof)
            case .assertion(let assertion, let namesScope):
                .assert(assertion, scope: namesScope ? Scope([]) : scope, account: account, proof: proof)
            }
        }.outcome
        guard case .granted(var tokens, let sent) = outcome else { return outcome }
        (tokens.refreshToken, tokens.idToken) = (nil, nil)
        return .granted(tokens, sent: sent)
    }

    /// Polls once for the answer of a device's user.
    package func poll(_ device: DeviceAuthorization, account: ResolvedAccount, key: SigningKey?) async -> RefreshOutcome
    {
        let outcome = await post(account, key: key, scope: account.settings.scope) {
            ServerRequest.poll(device, account: account, proof: $0)
        }.outcome
        return await identified(outcome, account, nonce: nil)
    }

    private func post(
        _ account: ResolvedAccount, key: SigningKey?, isRefresh: Bool = false, scope: Scope, notAfter: Instant? = nil,
        _ make: (ClientProof) -> ServerRequest
    ) async -> ReplyOutcome {
        let exchange: Exchange
        do throws(Failure) {
            exchange = try await client.send(account, key: key, notAfter: notAfter, make)
        } catch {
            var failure = error
            failure.isUnprocessed = [.nameLookup, .connection, .secretUnavailable].contains(failure.code)
            return ReplyOutcome(outcome: .failed(failure))
        }
        return exchange.outcome(
            for: account.settings, at: account.tokenEndpoint.host, isRefresh: isRefresh, scope: scope,
            catalogue: catalogue, now: time.now().wall)
    }

    /// The failure for a server's refusal, including a vendor's interpretation.
    package func refusal(_ error: OAuthError, of account: ResolvedAccount, retryAfter: Duration? = nil) -> Failure {
        Failure(
            error, account: account.settings.name,
            reading: catalogue.reading(of: error, account: RemedyAccount(account.settings)), retryAfter: retryAfter,
            at: time.now().wall)
    }

    /// Validates the id_token of a consent if one was requested and received. If it is rejected, so are the tokens,
    /// because their user is unknown.
    private func identified(
        _ outcome: RefreshOutcome, _ account: ResolvedAccount, nonce: Secret?
    ) async -> RefreshOutcome {
        guard case .granted(var tokens, let sent) = outcome, account.settings.consentScope.contains("openid"),
            let idToken = tokens.idToken
        else { return outcome }
        do throws(IdentityFault) {
            tokens.identity = try await identity(idToken, account, nonce: nonce)
            (tokens.idToken, tokens.validIDToken) = (nil, idToken)
            return .granted(tokens, sent: sent)
        } catch {
            return .failed(Failure(error, account: account.settings.name, at: time.now().wall))
        }
    }

    /// Validates an id_token and returns its identity. On a refresh the user must be the consent's, and the times
    /// aren't checked.
    private func identity(
        _ idToken: Secret, _ account: ResolvedAccount, nonce: Secret?, refreshing grant: Grant? = nil
    ) async throws(IdentityFault) -> Identity {
        let token = try IdentityToken(idToken)
        let metadata = await metadata(of: account)
        try await checkSignature(of: token, account, metadata)
        let identity = try token.check(
            issuer: account.settings.tokenIssuer(knownAs: metadata?.issuer), clientID: account.settings.client.id,
            nonce: nonce, now: grant == nil ? time.now().wall : nil)
        if let expected = grant?.identity, !identity.isSame(as: expected) { throw .otherUser }
        return identity
    }

    /// Verifies the signature with the client's secret if the algorithm is symmetric, else with the keys that the
    /// server publishes. If it publishes none, TLS vouches for a token received directly from it (OpenID Connect Core
    /// section 3.1.3.7, point 6).
    private func checkSignature(
        of token: IdentityToken, _ account: ResolvedAccount, _ metadata: ServerMetadata?
    ) async throws(IdentityFault) {
        if token.isSymmetric {
            guard let source = account.settings.client.secret, let secret = try? await client.secrets.read(source),
                await token.isSigned(by: secret)
            else { throw .secret }
            return
        }
        guard let url = account.keys ?? metadata?.keys,
            let keys = await client.directory.keys(at: url, for: account.settings)
        else { return }
        if await token.isSigned(by: keys) { return }
        guard let newest = await client.directory.keys(at: url, for: account.settings, isStale: true),
            await token.isSigned(by: newest)
        else {
            throw .signature
        }
    }

    private func metadata(of account: ResolvedAccount) async -> ServerMetadata? {
        guard account.settings.issuer != nil else { return nil }
        return try? await client.directory.metadata(of: account.settings).get()
    }
}

extension AccountSettings {
    /// The issuer that an id_token must name. If the configuration has a tenant's domain or alias, the metadata may
    /// state the tenant's id, which tokens contain.
    fileprivate func tokenIssuer(knownAs name: String?) -> Issuer? {
        guard let expected = expectedIssuer, let name, expected.matches(name) else { return expectedIssuer }
        return Issuer(name, template: expected.template)
    }
}
