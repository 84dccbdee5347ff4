package import Accounts
package import Failures
package import Grants
import HTTPTransport
import OAuth
package import Text

/// The outcome of the revocation of a grant at its authorization server.
package enum RevocationOutcome: Sendable, Equatable {
    /// The server has ended the grant, or didn't know it.
    case revoked
    /// There was no token to revoke.
    case nothing
    /// The server has no revocation endpoint.
    case unsupported(Failure)
    /// The server couldn't be reached, or refused: the grant may still be valid there.
    case failed(Failure)
}

/// Revokes a grant at its authorization server (RFC 7009) after it was removed here. The outcome changes nothing in the
/// daemon.
package struct Revocation: Sendable {
    let client: ServerClient
    let clock: any Clock<Duration>

    package init(client: ServerClient, clock: any Clock<Duration>) {
        self.client = client
        self.clock = clock
    }

    /// Short, because a user waits for the answer.
    private static let patience = Duration.seconds(15)
    private static let tries = 3

    /// `further` are the grant's access tokens besides its own one.
    package func revoke(
        _ grant: Grant, further: [Secret] = [], settings: AccountSettings
    ) async -> RevocationOutcome {
        guard grant.hasToken else { return .nothing }
        let account: ResolvedAccount
        do throws(Failure) {
            account = try await client.directory.resolve(settings, for: .revocation)
        } catch {
            return .failed(failure(error.detail))
        }
        guard let endpoint = account.settings.endpoints.revocation else {
            return .unsupported(failure("the server has no revocation endpoint"))
        }
        let reason: String?
        if let refreshToken = grant.refreshToken {
            reason = await revoke(refreshToken, "refresh_token", at: endpoint, account)
            // Most servers revoke the access token together with the refresh token. For the others it is revoked too; a
            // failure doesn't matter, because it is short-lived.
            if reason == nil {
                for token in [grant.accessToken] + further {
                    _ = await revoke(token, "access_token", at: endpoint, account)
                }
            }
        } else {
            reason = await revoke(grant.accessToken, "access_token", at: endpoint, account)
        }
        return reason.map { .failed(failure($0)) } ?? .revoked
    }

    private func failure(_ detail: String) -> Failure {
        Failure(
            .revocation, detail,
            hint: "to end the consent there too, use the provider's own page of connected applications",
            at: client.time.now().wall)
    }

    /// Returns nil if the server has revoked the token or didn't know it (section 2.2), else the reason for the
    /// failure.
    private func revoke(
        _ token: Secret, _ hint: String, at endpoint: EndpointURL, _ account: ResolvedAccount
    ) async -> String? {
        var left = Self.patience
        for attempt in 1...Self.tries {
            let wait: Duration
            let reason: String
            do throws(Failure) {
                let exchange = try await client.send(account, timeout: left) {
                    ServerRequest.revoke(token, hint: hint, at: endpoint, account: account, proof: $0)
                }
                let reply = exchange.reply
                if exchange.isRevoked { return nil }
                reason = Self.describe(exchange, endpoint)
                // Only after a 503 does another try make sense (section 2.2.1).
                guard reply.status == 503 else { return reason }
                wait = reply.retryAfter ?? .seconds(attempt)
            } catch {
                return error.detail
            }
            guard attempt < Self.tries, wait < left else { return reason }
            left -= wait
            guard (try? await clock.sleep(for: wait)) != nil else { return reason }
        }
        return nil
    }

    private static func describe(_ exchange: Exchange, _ endpoint: EndpointURL) -> String {
        switch exchange.meaning() {
        case .refused(let error, _): "\(endpoint.host) refuses to revoke the token: \(error)"
        case .unexplained(let reason, _), .unusable(let reason, _):
            "\(endpoint.host) answers the revocation with \(reason)"
        case .granted, .replaced: "\(endpoint.host) answers the revocation with HTTP \(exchange.reply.status)"
        }
    }
}

/// Revokes the tokens of a refresh that ended after the logout.
extension Revocation: GrantRevoker {
    package func end(_ grant: Grant, settings: AccountSettings) async -> Failure? {
        let outcome: RevocationOutcome = await revoke(grant, settings: settings)
        switch outcome {
        case .revoked, .nothing: return nil
        case .unsupported(let failure), .failed(let failure): return failure
        }
    }
}
