package import Failures
import FoundationEssentials
package import Grants
package import HTTPTransport
package import OAuth
import Text

/// Finds the metadata of a protected resource from its URL (RFC 9728).
package struct ResourceLookup: Sendable {
    private let transport: any HTTPTransport
    private let time: any Timekeeper

    private static let patience = Duration.seconds(10)
    private static let challengeHeader = "WWW-Authenticate"

    package init(transport: any HTTPTransport, time: any Timekeeper) {
        self.transport = transport
        self.time = time
    }

    /// Looks at the well-known place, and then where a refused request points to (section 5.1). Returns nil if the
    /// resource has no metadata: the URL may be an authorization server's.
    ///
    /// - Throws: a failure where the server can't be reached, or its metadata is about another resource.
    package func find(_ address: EndpointURL) async throws(Failure) -> ProtectedResource? {
        let usual = ProtectedResource.location(of: address.text)
        var fault: MetadataFault?
        if let usual, let document = try await document(at: usual) {
            do throws(MetadataFault) {
                return try ProtectedResource(document, of: address.text)
            } catch {
                fault = error
            }
        }
        if let place = try await placeInChallenge(of: address), place.text != usual {
            guard let document = try await document(at: place.text) else {
                throw failure("\(place): it isn't there", address)
            }
            do throws(MetadataFault) {
                return try ProtectedResource(document, of: address.text)
            } catch {
                throw failure(error, address)
            }
        }
        if let fault, case .otherResource = fault { throw failure(fault, address) }
        return nil
    }

    /// The URL that the resource's answer to a request without a token names.
    private func placeInChallenge(of address: EndpointURL) async throws(Failure) -> EndpointURL? {
        let reply = try await get(address.text, takesUnfinished: true)
        guard reply.status == 401, let header = reply.headers[Self.challengeHeader],
            let text = AuthenticationChallenge(header).resourceMetadata
        else { return nil }
        // A remote resource mustn't point to a server on this machine.
        guard let place = try? EndpointURL(text), place.isEncrypted || address.isLoopback else {
            throw failure("its WWW-Authenticate names \(text.quoted), which is no https URL", address)
        }
        return place
    }

    private func document(at location: String) async throws(Failure) -> Data? {
        let reply = try await get(location, takesUnfinished: false)
        return reply.status == 200 ? Data(reply.body) : nil
    }

    private func get(_ url: String, takesUnfinished: Bool) async throws(Failure) -> HTTPReply {
        let isDirect = (try? EndpointURL(url))?.isLoopback ?? false
        let call = HTTPCall(
            .get, url, headers: [("Accept", "application/json")], timeout: Self.patience, isDirect: isDirect,
            wantedHeaders: [Self.challengeHeader], takesUnfinished: takesUnfinished)
        switch await transport.send(call) {
        case .success(let reply): return reply
        case .failure(let failure):
            throw Failure(
                failure.kind.code, "no reply from \(url): \(failure.detail)", hint: "check the URL and the network",
                at: time.now().wall)
        }
    }

    private func failure(_ fault: MetadataFault, _ address: EndpointURL) -> Failure {
        var failure = failure("\(fault)", address)
        if case .otherResource(let other) = fault {
            failure.hint = "if that is the one you mean, run: valetkey setup \(other)"
        }
        return failure
    }

    private func failure(_ reason: String, _ address: EndpointURL) -> Failure {
        Failure(
            .discovery, "the metadata of \(address) can't be used: \(reason)",
            hint: "tell the operator of the API, or state the authorization server: valetkey setup --issuer URL",
            at: time.now().wall)
    }
}
