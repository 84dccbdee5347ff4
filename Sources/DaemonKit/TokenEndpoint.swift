import Configuration
import FoundationEssentials
import Grants
import HTTPTransport
import OAuth

/// Talks to the token endpoints: redeems codes and uses refresh tokens.
struct TokenEndpoint: GrantRefresher {
    let transport: any HTTPTransport
    let secrets: SecretReader
    let time: any Timekeeper

    /// What came of a code.
    enum Redemption: Sendable {
        case granted(IssuedTokens, sent: Moment)
        case failed(GrantFailure)
    }

    func redeem(_ code: Secret, of request: AuthorizationRequest) async -> Redemption {
        let account = request.settings.name
        switch await post(request.settings, { TokenRequest.redeem(code, of: request, clientSecret: $0) }) {
        case .granted(let tokens, let sent): return .granted(tokens, sent: sent)
        case .refused(let error, _): return .failed(GrantFailure(error, account: account, at: time.now().wall))
        case .failed(let code, let detail, let hint, _):
            let hint = hint ?? "run: valetkey login \(account)"
            return .failed(GrantFailure(code: code, detail: detail, hint: hint, at: time.now().wall))
        }
    }

    func refresh(_ order: RefreshOrder, settings: AccountSettings) async -> RefreshOutcome {
        await post(settings) {
            TokenRequest.refresh(order.refreshToken, scope: order.scope, settings: settings, clientSecret: $0)
        }
    }

    private func post(
        _ settings: AccountSettings, _ make: (Secret?) -> TokenRequest
    ) async -> RefreshOutcome {
        let clientSecret: Secret?
        do throws(SecretFault) {
            clientSecret = try await read(settings.client.secret)
        } catch {
            return .failed(code: "client_secret", detail: "\(error)", hint: error.hint, retryAfter: nil)
        }
        let request = make(clientSecret)
        let call = HTTPCall(
            .post, request.endpoint.text, headers: request.headers.map { ($0.name, $0.value) },
            body: request.body.expose(), isDirect: request.endpoint.isLoopback)
        // The token's life is counted from before the request: it may be shorter than we think, never longer.
        let sent = time.now()
        switch await transport.send(call) {
        case .failure(let failure):
            return .failed(
                code: failure.kind.rawValue, detail: "no reply from \(request.endpoint.host): \(failure)",
                hint: Self.remedy(failure.kind, host: request.endpoint.host), retryAfter: nil)
        case .success(let reply):
            switch TokenReply(status: reply.status, retryAfter: reply.retryAfter, body: Data(reply.body)) {
            case .granted(let tokens): return .granted(tokens, sent: sent)
            case .refused(let error, let wait): return .refused(error, retryAfter: wait)
            case .unusable(let reason, let wait):
                return .failed(
                    code: "bad_reply", detail: "\(request.endpoint.host) answers with \(reason)", hint: nil,
                    retryAfter: wait)
            }
        }
    }

    private func read(_ source: SecretSource?) async throws(SecretFault) -> Secret? {
        guard let source else { return nil }
        return try await secrets.read(source)
    }

    private static func remedy(_ kind: TransportFailure.Kind, host: String) -> String? {
        switch kind {
        case .nameLookup, .connection, .timeout: "check the network, and the endpoint in the configuration"
        case .tls: "the certificate of \(host) can't be verified: check the clock and the system's CA certificates"
        case .cut, .tooLarge, .cancelled, .other: nil
        }
    }
}
