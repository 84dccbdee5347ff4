package import Accounts
package import Failures
import FoundationEssentials
package import Grants
import HTTPTransport
package import OAuth
import Secrets
package import Text

/// Gets tokens: redeems codes, uses refresh tokens, asks for a client's own, polls for a device's.
package struct TokenEndpoint: GrantRefresher {
    package let client: ServerClient
    let time: any Timekeeper
    /// Whose vendors may know the server's errors.
    package let catalogue: ProviderCatalogue

    package init(client: ServerClient, time: any Timekeeper, catalogue: ProviderCatalogue) {
        self.client = client
        self.time = time
        self.catalogue = catalogue
    }

    package func redeem(_ code: Secret, of request: AuthorizationRequest, key: SigningKey?) async -> RefreshOutcome {
        let account = request.account
        let outcome = await post(account, key: key) { ServerRequest.redeem(code, of: request, proof: $0) }
        return await identified(outcome, account, nonce: request.nonce)
    }

    package func refresh(_ order: RefreshOrder, settings: AccountSettings) async -> RefreshOutcome {
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
        guard let refreshToken = order.grant.refreshToken else {
            return await askForItself(account, key: key)
        }
        let outcome = await post(account, key: key) {
            ServerRequest.refresh(refreshToken, scope: order.grant.refreshScope, account: account, proof: $0)
        }
        return await identified(outcome, account, nonce: nil, refreshing: order.grant)
    }

    /// The client's own token (RFC 6749 section 4.4, RFC 7523 section 2.1). A refresh token has no place here (section 4.4.3).
    package func askForItself(_ account: ResolvedAccount, key: SigningKey?) async -> RefreshOutcome {
        let scope = account.settings.scope
        let grant: GrantProof
        do throws(Failure) {
            grant = try await client.grantProof(of: account)
        } catch {
            return .failed(error)
        }
        let outcome = await post(account, key: key) { proof in
            switch grant {
            case .credentials: .clientCredentials(scope: scope, account: account, proof: proof)
            case .assertion(let assertion, let namesScope):
                .assert(assertion, scope: namesScope ? Scope([]) : scope, account: account, proof: proof)
            }
        }
        guard case .granted(var tokens, let sent) = outcome else { return outcome }
        tokens.refreshToken = nil
        return .granted(tokens, sent: sent)
    }

    /// One look whether a device's user has answered.
    package func poll(_ deviceCode: Secret, account: ResolvedAccount, key: SigningKey?) async -> RefreshOutcome {
        let outcome = await post(account, key: key) {
            ServerRequest.poll(deviceCode, account: account, proof: $0)
        }
        return await identified(outcome, account, nonce: nil)
    }

    private func post(
        _ account: ResolvedAccount, key: SigningKey?, _ make: (ClientProof) -> ServerRequest
    ) async -> RefreshOutcome {
        let (reply, sent): (HTTPReply, Moment)
        do throws(Failure) {
            (reply, sent) = try await client.send(account, key: key, make)
        } catch {
            var failure = error
            failure.isUnprocessed = [.nameLookup, .connection, .secretUnavailable].contains(failure.code)
            return .failed(failure)
        }
        let traits = account.settings.traits
        switch TokenReply(
            status: reply.status, retryAfter: reply.retryAfter, body: Data(reply.body), tokensPath: traits.tokensPath)
        {
        case .granted(let tokens):
            return .granted(traits.reading(tokens, asked: account.settings.scope), sent: sent)
        case .refused(let error, let wait):
            var failure = refusal(error, of: account, retryAfter: wait)
            failure.isUnprocessed = error.code == .temporarilyUnavailable
            return .failed(failure)
        case .unusable(let reason, let wait):
            var failure = Failure(
                .badReply, "\(account.tokenEndpoint.host) answers with \(reason)",
                hint: Self.remedy(reply.status, account.settings.name), retryAfter: wait, at: time.now().wall)
            failure.isUnprocessed = [429, 503].contains(reply.status)
            return .failed(failure)
        }
    }

    /// The server's refusal, with what a vendor knows of it.
    package func refusal(_ error: OAuthError, of account: ResolvedAccount, retryAfter: Duration? = nil) -> Failure {
        let name = account.settings.name
        return Failure(
            error, account: name, reading: catalogue.reading(of: error, account: name), retryAfter: retryAfter,
            at: time.now().wall)
    }

    /// A server that refuses without saying why in OAuth's words is likely to be asked in the wrong place or way.
    private static func remedy(_ status: Int, _ account: String) -> String? {
        guard (300..<500).contains(status), ![408, 425, 429].contains(status) else { return nil }
        return "check token_endpoint, client_id and client_authentication of [accounts.\(account)], then run: "
            + "valetkey reload"
    }

    /// Checks the id_token where one was asked for and came. One that isn't believed voids the reply: whose tokens
    /// those are isn't known.
    private func identified(
        _ outcome: RefreshOutcome, _ account: ResolvedAccount, nonce: Secret?, refreshing: Grant? = nil
    ) async -> RefreshOutcome {
        guard case .granted(var tokens, let sent) = outcome, account.settings.scope.contains("openid"),
            let idToken = tokens.idToken
        else { return outcome }
        do throws(IdentityFault) {
            let token = try IdentityToken(idToken)
            try await checkSignature(of: token, account)
            let identity = try token.check(
                issuer: account.settings.expectedIssuer, clientID: account.settings.client.id, nonce: nonce,
                now: refreshing == nil ? time.now().wall : nil)
            if let expected = refreshing?.identity, !identity.isSame(as: expected) { throw .otherUser }
            tokens.identity = refreshing?.identity ?? identity
            tokens.idToken = nil
            return .granted(tokens, sent: sent)
        } catch {
            guard refreshing != nil else {
                return .failed(Failure(error, account: account.settings.name, at: time.now().wall))
            }
            // The refresh token has been rotated: it is kept, and the access token beside it handed out to nobody.
            tokens.isBelieved = false
            tokens.idToken = nil
            return .granted(tokens, sent: sent)
        }
    }

    /// By the client's secret where the token is of that kind, else by the keys that the server publishes; where it
    /// publishes none, TLS speaks for what came straight from it (OpenID Connect Core section 3.1.3.7, point 6).
    private func checkSignature(of token: IdentityToken, _ account: ResolvedAccount) async throws(IdentityFault) {
        if token.isSymmetric {
            guard let source = account.settings.client.secret, let secret = try? await client.secrets.read(source),
                await token.isSigned(by: secret)
            else { throw .secret }
            return
        }
        var url = account.keys
        if url == nil, account.settings.issuer != nil {
            url = try? await client.directory.metadata(of: account.settings).get().keys
        }
        guard let url, let keys = await client.directory.keys(at: url, for: account.settings) else { return }
        if await token.isSigned(by: keys) { return }
        guard let newest = await client.directory.keys(at: url, for: account.settings, isStale: true),
            await token.isSigned(by: newest)
        else {
            throw .signature
        }
    }
}
