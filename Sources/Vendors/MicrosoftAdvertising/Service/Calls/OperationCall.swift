package import HTTPTransport
import OAuth
package import Text

/// A call of any operation of any service, with the body that the caller gives and the headers filled in.
package struct OperationCall: Sendable {
    private let address: ServiceAddress
    private let service: AdvertisingService
    private let operation: String
    private let form: Form

    /// In bytes; replies of bulk operations can be large.
    private static let replyLimit = 64 << 20

    private enum Form: Sendable {
        case rest(RESTOperation, json: String)
        case soap(SOAPRequest)
    }

    /// Checks the operation's name and the body.
    ///
    /// - Throws: what is wrong with either.
    package init(
        _ service: AdvertisingService, _ operation: String, body: [UInt8], serviceProtocol: ServiceProtocol,
        address: ServiceAddress
    ) throws(CallMistake) {
        self.address = address
        self.service = service
        let operation = Self.operation(in: operation, of: service)
        self.operation = operation
        guard let text = String(validating: body, as: UTF8.self)?.unblanked else { throw .notText }
        switch serviceProtocol {
        case .rest:
            guard let place = RESTOperation(operation, of: service) else { throw .noOperation(operation) }
            let json = text.isEmpty ? "{}" : text
            guard JSONText.isObject(json) else { throw .notJSON }
            form = .rest(place, json: json)
        case .soap:
            guard RESTOperation(operation, of: service) != nil, !operation.contains("/") else {
                throw .noOperation(operation)
            }
            form = .soap(try SOAPRequest(text, operation, of: service))
        }
    }

    /// The operation, or its path within the service, where the whole path of its URL was given.
    package static func operation(in text: String, of service: AdvertisingService) -> String {
        var text = text[...]
        while text.first == "/" { text.removeFirst() }
        let prefix = "\(service.rawValue)/v13/"
        if text.lowercased().hasPrefix(prefix.lowercased()) { text = text.dropFirst(prefix.count) }
        return String(text)
    }

    /// Returns the request. It contains secrets: never log it.
    package func request(_ credentials: ServiceCredentials) throws(CallFailure) -> HTTPCall {
        let elements = Self.elements(credentials)
        switch form {
        case .rest(let place, let json):
            let fields = elements.filter { $0.name != "AuthenticationToken" && isWanted($0.name) }
            let headers =
                [
                    ("Content-Type", "application/json"), ("Accept", "application/json"),
                    ("Authorization", "Bearer \(credentials.accessToken.expose())"),
                ] + fields.map { ($0.name, $0.value) }
            return call(place.method, "\(address.base)/\(service.rawValue)/v13/\(place.path)", headers, json)
        case .soap(let element):
            guard let header = try? SOAPHeader(service: service, operation: operation, elements: elements).text() else {
                throw .unwritable("\(operation) can't be written")
            }
            let envelope = """
                <?xml version="1.0" encoding="utf-8"?>
                <s:Envelope xmlns:s="\(Namespace.soap)" xmlns:i="\(Namespace.instance)">\(header)
                <s:Body>\(element.xml)</s:Body></s:Envelope>
                """
            let headers = [("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", "\"\(operation)\"")]
            return call(.post, address.base + service.soapPath, headers, envelope)
        }
    }

    /// Returns the reply's body unchanged, unless it is a fault.
    package func read(_ reply: HTTPReply, secrets: [Secret]) throws(CallFailure) -> [UInt8] {
        switch form {
        case .rest: try ServiceReply(reply, .rest, secrets: secrets).body()
        case .soap: try ServiceReply(reply, .soap, secrets: secrets).body()
        }
    }

    private func call(
        _ method: HTTPCall.Method, _ url: String, _ headers: [(String, String)], _ body: String
    ) -> HTTPCall {
        HTTPCall(
            method, url, headers: headers.map { (name: $0.0, value: $0.1) }, body: body, timeout: .seconds(300),
            replyLimit: Self.replyLimit, isDirect: address.isLoopback, wantedHeaders: ["Content-Type", "TrackingId"])
    }

    private func isWanted(_ name: String) -> Bool { service.wantsCustomer || !name.hasPrefix("Customer") }

    /// In the documented order.
    private static func elements(_ credentials: ServiceCredentials) -> [SOAPHeader.Element] {
        let all: [(String, String?)] = [
            ("AuthenticationToken", credentials.accessToken.expose()),
            ("CustomerAccountId", credentials.customerAccountID), ("CustomerId", credentials.customerID),
            ("DeveloperToken", credentials.developerToken.expose()), ("IdentityProvider", credentials.identityProvider),
        ]
        return all.compactMap { name, value in value.map { SOAPHeader.Element(name: name, value: $0) } }
    }
}
