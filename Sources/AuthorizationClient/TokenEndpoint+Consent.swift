package import Accounts
package import Failures
import FoundationEssentials
import Grants
import HTTPTransport
package import OAuth

/// What leads to a consent besides the browser.
extension TokenEndpoint {
    /// Pushes an authorization request; gives what stands for it (RFC 9126 section 2.2).
    package func push(_ request: AuthorizationRequest, key: SigningKey?) async throws(Failure) -> PushedRequest {
        let account = request.account
        guard let endpoint = account.settings.endpoints.pushedAuthorization else {
            throw failure(account, .noEndpoint, "the server has no pushed_authorization_request_endpoint")
        }
        let reply = try await reply(account, key: key, from: endpoint) {
            ServerRequest.push(request, at: endpoint, proof: $0)
        }
        guard (200...201).contains(reply.status), let pushed = PushedRequest(Data(reply.body)) else {
            throw refusal(reply, account, endpoint)
        }
        return pushed
    }

    package func authorizeDevice(_ account: ResolvedAccount) async throws(Failure) -> DeviceAuthorization {
        guard let endpoint = account.settings.endpoints.deviceAuthorization else {
            throw failure(account, .noEndpoint, "the server has no device_authorization_endpoint")
        }
        let reply = try await reply(account, key: nil, from: endpoint) {
            ServerRequest.authorizeDevice(at: endpoint, account: account, proof: $0)
        }
        guard reply.status == 200, let device = DeviceAuthorization(Data(reply.body)) else {
            throw refusal(reply, account, endpoint)
        }
        return device
    }

    private func reply(
        _ account: ResolvedAccount, key: SigningKey?, from endpoint: EndpointURL,
        _ make: (ClientProof) -> ServerRequest
    ) async throws(Failure) -> HTTPReply {
        try await client.send(account, key: key, make).reply
    }

    private func refusal(_ reply: HTTPReply, _ account: ResolvedAccount, _ endpoint: EndpointURL) -> Failure {
        switch TokenReply(status: reply.status, retryAfter: reply.retryAfter, body: Data(reply.body)) {
        case .refused(let error, let wait): refusal(error, of: account, retryAfter: wait)
        case .granted: failure(account, .badReply, "\(endpoint.host) answers with tokens that nobody asked for")
        case .unusable(let reason, _): failure(account, .badReply, "\(endpoint.host) answers with \(reason)")
        }
    }

    private func failure(_ account: ResolvedAccount, _ code: FailureCode, _ detail: String) -> Failure {
        Failure(
            code, detail, hint: "see what the server offers: its metadata, and its documentation",
            at: time.now().wall)
    }
}
