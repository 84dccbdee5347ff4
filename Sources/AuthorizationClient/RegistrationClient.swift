package import Failures
import FoundationEssentials
package import Grants
package import HTTPTransport
package import OAuth
package import Text

/// Registers a client at an authorization server (RFC 7591), and deletes the registration (RFC 7592).
package struct RegistrationClient: Sendable {
    private let transport: any HTTPTransport
    private let time: any Timekeeper

    private static let patience = Duration.seconds(20)

    package init(transport: any HTTPTransport, time: any Timekeeper) {
        self.transport = transport
        self.time = time
    }

    package func register(
        _ request: RegistrationRequest, redirectURI: RedirectURI, at endpoint: EndpointURL
    ) async throws(Failure) -> ClientRegistration {
        let call = HTTPCall(
            .post, endpoint.text, headers: [("Content-Type", "application/json"), ("Accept", "application/json")],
            body: request.body, timeout: Self.patience, isDirect: endpoint.isLoopback)
        let reply = try await send(call, to: endpoint)
        guard reply.status == 201 || reply.status == 200 else { throw refusal(reply, of: endpoint) }
        do throws(RegistrationFault) {
            return try ClientRegistration(Data(reply.body), asked: redirectURI, endpoint: endpoint)
        } catch {
            throw Failure(
                .registrationRefused, "the registration at \(endpoint.host) can't be used: \(error)", hint: Self.byHand,
                at: time.now().wall)
        }
    }

    /// Deletes a registration (RFC 7592 section 2.3). One that the server doesn't know any more counts as deleted.
    package func delete(at uri: EndpointURL, with token: Secret) async throws(Failure) {
        let call = HTTPCall(
            .delete, uri.text, headers: [("Authorization", "Bearer \(token.expose())")], timeout: Self.patience,
            isDirect: uri.isLoopback)
        let reply = try await send(call, to: uri)
        guard (200..<300).contains(reply.status) || [401, 404].contains(reply.status) else {
            throw Failure(
                .registrationRefused, "\(uri.host) doesn't delete the registration: HTTP \(reply.status)",
                hint: "delete it on the provider's own pages", at: time.now().wall)
        }
    }

    private func send(_ call: HTTPCall, to endpoint: EndpointURL) async throws(Failure) -> HTTPReply {
        switch await transport.send(call) {
        case .success(let reply): return reply
        case .failure(let failure):
            throw Failure(
                failure.kind.code, "no reply from \(endpoint.host): \(failure.detail)", hint: "check the network",
                at: time.now().wall)
        }
    }

    private func refusal(_ reply: HTTPReply, of endpoint: EndpointURL) -> Failure {
        let members = MetadataMembers(Data(reply.body))
        let error = members?.text("error").map { OAuthError($0, description: members?.text("error_description")) }
        return Failure(
            .registrationRefused,
            "\(endpoint.host) refuses the registration: \(error.map { "\($0)" } ?? "HTTP \(reply.status)")",
            hint: Self.remedy(error?.word), at: time.now().wall)
    }

    /// RFC 7591 section 3.2.2.
    private static func remedy(_ word: String?) -> String {
        switch word {
        case "invalid_redirect_uri":
            "give a redirect URI that the server takes, such as: --redirect-uri http://localhost:8765/callback"
        case "invalid_client_metadata": "ask for fewer scopes with --scopes, or \(byHand)"
        default: byHand
        }
    }

    private static let byHand = "register a client by hand, and give its id with --client-id"
}
