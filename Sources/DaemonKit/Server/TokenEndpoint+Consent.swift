import FoundationEssentials
import Grants
import HTTPTransport
import OAuth

/// What leads to a consent besides the browser.
extension TokenEndpoint {
    /// Pushes an authorization request; gives what stands for it (RFC 9126 section 2.2).
    func push(_ request: AuthorizationRequest, key: SigningKey?) async throws(GrantFailure) -> PushedRequest {
        let account = request.account
        guard let endpoint = account.settings.endpoints.pushedAuthorization else {
            throw failure(account, "no_endpoint", "the server has no pushed_authorization_request_endpoint")
        }
        let reply = try await reply(account, key: key, from: endpoint) {
            ServerRequest.push(request, at: endpoint, proof: $0)
        }
        guard (200...201).contains(reply.status), let pushed = PushedRequest(Data(reply.body)) else {
            throw refusal(reply, account, endpoint)
        }
        return pushed
    }

    func authorizeDevice(_ account: ResolvedAccount) async throws(GrantFailure) -> DeviceAuthorization {
        guard let endpoint = account.settings.endpoints.deviceAuthorization else {
            throw failure(account, "no_endpoint", "the server has no device_authorization_endpoint")
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
    ) async throws(GrantFailure) -> HTTPReply {
        do throws(ServerClient.Failure) {
            return try await client.send(account, key: key, make).reply
        } catch {
            throw GrantFailure(code: error.code, detail: error.detail, hint: error.hint, at: time.now().wall)
        }
    }

    private func refusal(_ reply: HTTPReply, _ account: ResolvedAccount, _ endpoint: EndpointURL) -> GrantFailure {
        switch TokenReply(status: reply.status, retryAfter: reply.retryAfter, body: Data(reply.body)) {
        case .refused(let error, _): GrantFailure(error, account: account.settings.name, at: time.now().wall)
        case .granted: failure(account, "bad_reply", "\(endpoint.host) answers with tokens that nobody asked for")
        case .unusable(let reason, _): failure(account, "bad_reply", "\(endpoint.host) answers with \(reason)")
        }
    }

    private func failure(_ account: ResolvedAccount, _ code: String, _ detail: String) -> GrantFailure {
        GrantFailure(
            code: code, detail: detail, hint: "see what the server offers: its metadata, and its documentation",
            at: time.now().wall)
    }
}
