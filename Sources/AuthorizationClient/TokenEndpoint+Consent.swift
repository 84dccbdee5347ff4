package import Accounts
package import Failures
import FoundationEssentials
import Grants
import HTTPTransport
package import OAuth

/// The requests of a consent that don't go through the browser.
extension TokenEndpoint {
    /// Pushes an authorization request and returns the request URI (RFC 9126 section 2.2).
    package func push(_ request: AuthorizationRequest, key: SigningKey?) async throws(Failure) -> PushedRequest {
        let account = request.account
        guard let endpoint = account.settings.endpoints.pushedAuthorization else {
            throw failure(account, .noEndpoint, "the server has no pushed_authorization_request_endpoint")
        }
        let exchange = try await client.send(account, key: key) {
            ServerRequest.push(request, at: endpoint, proof: $0)
        }
        guard (200...201).contains(exchange.reply.status), let pushed = PushedRequest(Data(exchange.reply.body)) else {
            throw refusal(exchange, account, endpoint)
        }
        return pushed
    }

    package func authorizeDevice(_ account: ResolvedAccount) async throws(Failure) -> DeviceAuthorization {
        guard let endpoint = account.settings.endpoints.deviceAuthorization else {
            throw failure(account, .noEndpoint, "the server has no device_authorization_endpoint")
        }
        let exchange = try await client.send(account) {
            ServerRequest.authorizeDevice(at: endpoint, account: account, proof: $0)
        }
        guard exchange.reply.status == 200, let device = DeviceAuthorization(Data(exchange.reply.body)) else {
            throw refusal(exchange, account, endpoint)
        }
        return device
    }

    private func refusal(_ exchange: Exchange, _ account: ResolvedAccount, _ endpoint: EndpointURL) -> Failure {
        switch exchange.meaning() {
        case .refused(let error, let wait): refusal(error, of: account, retryAfter: wait)
        case .granted, .replaced:
            failure(account, .badReply, "\(endpoint.host) answers with tokens that nobody asked for")
        case .unexplained(let reason, _), .unusable(let reason, _):
            failure(account, .badReply, "\(endpoint.host) answers with \(reason)")
        }
    }

    private func failure(_ account: ResolvedAccount, _ code: FailureCode, _ detail: String) -> Failure {
        Failure(
            code, detail, hint: "see what the server offers: its metadata, and its documentation",
            at: time.now().wall)
    }
}
