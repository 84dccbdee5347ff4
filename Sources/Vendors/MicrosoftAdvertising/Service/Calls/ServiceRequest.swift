package import HTTPTransport
import OAuth
import Text

/// Builds the request of an operation.
package struct ServiceRequest: Sendable {
    package let address: ServiceAddress
    package let serviceProtocol: ServiceProtocol

    /// In bytes; a page of a hundred accounts has a tenth of this.
    static let replyLimit = 4 << 20

    package init(address: ServiceAddress, serviceProtocol: ServiceProtocol) {
        self.address = address
        self.serviceProtocol = serviceProtocol
    }

    /// Returns the request. It contains secrets: never log it.
    package func call(
        _ operation: CustomerOperation, _ credentials: ServiceCredentials
    ) throws(CallFailure) -> HTTPCall {
        HTTPCall(
            .post, address.url(serviceProtocol, operation), headers: headers(operation, credentials),
            body: try body(operation, credentials), timeout: .seconds(60), replyLimit: Self.replyLimit,
            isDirect: address.isLoopback, wantedHeaders: ["Content-Type", "TrackingId"])
    }

    private func headers(
        _ operation: CustomerOperation, _ credentials: ServiceCredentials
    ) -> [(name: String, value: String)] {
        switch serviceProtocol {
        case .soap:
            return [("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", "\"\(operation.name)\"")]
        case .rest:
            var headers = [
                ("Content-Type", "application/json"), ("Accept", "application/json"),
                ("Authorization", "Bearer \(credentials.accessToken.expose())"),
                ("DeveloperToken", credentials.developerToken.expose()),
            ]
            if let provider = credentials.identityProvider { headers.append(("IdentityProvider", provider)) }
            return headers.map { (name: $0.0, value: $0.1) }
        }
    }

    private func body(
        _ operation: CustomerOperation, _ credentials: ServiceCredentials
    ) throws(CallFailure) -> String {
        do {
            switch serviceProtocol {
            case .soap: return try SOAPWriter.envelope(operation, credentials)
            case .rest: return String(decoding: try RESTWriter.body(operation), as: UTF8.self)
            }
        } catch {
            throw .unwritable("\(operation.name) can't be written")
        }
    }
}
