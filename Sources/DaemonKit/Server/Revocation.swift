import FoundationEssentials
import Grants
import HTTPTransport
import OAuth
import SocketContract

/// Tells a server that a grant has ended (RFC 7009). What became of that changes nothing here: the grant is gone.
struct Revocation: Sendable {
    let client: ServerClient
    let clock: any Clock<Duration>

    /// A user waits for this.
    private static let patience = Duration.seconds(15)
    private static let tries = 3

    func revoke(_ grant: Grant, settings: AccountSettings) async -> RevocationReport {
        guard grant.hasToken else { return RevocationReport(state: .nothing) }
        let account: ResolvedAccount
        do throws(GrantFailure) {
            account = try await client.directory.resolve(settings, for: .revocation)
        } catch {
            return RevocationReport(state: .failed, detail: error.detail, hint: Self.hint)
        }
        guard let endpoint = account.settings.endpoints.revocation else {
            return RevocationReport(
                state: .unsupported, detail: "the server has no revocation endpoint", hint: Self.hint)
        }
        let failure: String?
        if let refreshToken = grant.refreshToken {
            failure = await revoke(refreshToken, "refresh_token", at: endpoint, account)
            // Most servers end the access token with it; to the others it is told as well, and is short-lived.
            if failure == nil { _ = await revoke(grant.accessToken, "access_token", at: endpoint, account) }
        } else {
            failure = await revoke(grant.accessToken, "access_token", at: endpoint, account)
        }
        return failure.map { RevocationReport(state: .failed, detail: $0, hint: Self.hint) }
            ?? RevocationReport(state: .revoked)
    }

    private static let hint = "to end the consent there too, use the provider's own page of connected applications"

    /// nil where the server has taken it, or didn't know it (section 2.2); else why not.
    private func revoke(
        _ token: Secret, _ hint: String, at endpoint: EndpointURL, _ account: ResolvedAccount
    ) async -> String? {
        var left = Self.patience
        for attempt in 1...Self.tries {
            let wait: Duration
            let reason: String
            do throws(ServerClient.Failure) {
                let reply = try await client.send(account, timeout: left) {
                    ServerRequest.revoke(token, hint: hint, at: endpoint, account: account, proof: $0)
                }.reply
                if (200..<300).contains(reply.status) { return nil }
                reason = Self.describe(reply, endpoint)
                // Only 503 promises that another try makes sense.
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

    private static func describe(_ reply: HTTPReply, _ endpoint: EndpointURL) -> String {
        switch TokenReply(status: reply.status, retryAfter: nil, body: Data(reply.body)) {
        case .refused(let error, _): "\(endpoint.host) refuses to revoke the token: \(error)"
        case .granted, .unusable: "\(endpoint.host) answers the revocation with HTTP \(reply.status)"
        }
    }
}

/// What a renewal has brought after the logout.
extension Revocation: GrantRevoker {
    func end(_ grant: Grant, settings: AccountSettings) async -> GrantFailure? {
        let report: RevocationReport = await revoke(grant, settings: settings)
        guard report.state == .failed || report.state == .unsupported else { return nil }
        return GrantFailure(
            code: "revocation", detail: report.detail ?? "the server wasn't told", hint: report.hint,
            at: client.time.now().wall)
    }
}
