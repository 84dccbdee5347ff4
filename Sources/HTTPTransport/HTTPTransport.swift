/// Sends HTTP requests to authorization servers and APIs.
package protocol HTTPTransport: Sendable {
    /// Sends one request and returns the complete reply. Follows no redirect. Fails with `.cancelled` where the task is
    /// cancelled.
    func send(_ call: HTTPCall) async -> Result<HTTPReply, TransportFailure>
}

/// A request. It may contain secrets: never log it.
package struct HTTPCall: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    package var method: Method
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: String
    /// From the start to the last byte of the reply. It is judged after what has arrived was read: a reply that came in
    /// time isn't lost by a pause of this process.
    package var timeout: Duration
    /// Bytes of the reply's body, decoded; a longer one is a failure.
    package var replyLimit: Int
    /// Whether proxies are bypassed, as they must be for loopback hosts.
    package var isDirect: Bool
    /// The headers of the reply that the caller wants, by name.
    package var wantedHeaders: [String]
    /// The client certificate for TLS.
    package var certificate: ClientCertificate?
    /// The path of a PEM file with the certificate authorities to trust for this request; nil takes the transport's.
    package var authorities: String?
    /// Whether a reply that ends too early, too late or never is delivered all the same, with what came of its body.
    package var takesUnfinished: Bool

    package init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: String = "",
        timeout: Duration = .seconds(30), replyLimit: Int = 1 << 20, isDirect: Bool = false,
        wantedHeaders: [String] = [], certificate: ClientCertificate? = nil, authorities: String? = nil,
        takesUnfinished: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.replyLimit = replyLimit
        self.isDirect = isDirect
        self.wantedHeaders = wantedHeaders
        self.certificate = certificate
        self.authorities = authorities
        self.takesUnfinished = takesUnfinished
    }
}

/// A client certificate and its key, by the paths of their PEM files.
package struct ClientCertificate: Sendable, Hashable {
    package var path: String
    package var keyPath: String

    package init(path: String, keyPath: String) {
        self.path = path
        self.keyPath = keyPath
    }
}

/// A reply. Its body may contain secrets: never log it.
package struct HTTPReply: Sendable {
    package var status: Int
    /// Decoded, whichever content coding it came in (RFC 9110 section 8.4).
    package var body: [UInt8]
    /// The time that `Retry-After` asks for, from either of its forms.
    package var retryAfter: Duration?
    /// Those of the wanted headers that the reply has, by the names as they were asked for.
    package var headers: [String: String]
    /// Why the rest of the body is missing; nil where the reply is whole.
    package var shortfall: TransportFailure?

    package init(
        status: Int, body: [UInt8], retryAfter: Duration? = nil, headers: [String: String] = [:],
        shortfall: TransportFailure? = nil
    ) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
        self.headers = headers
        self.shortfall = shortfall
    }
}

/// Why there is no complete reply.
package struct TransportFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        case nameLookup = "name_lookup"
        case connection
        case timeout
        case tls
        /// The reply ended before it was complete.
        case cut
        case tooLarge = "reply_too_large"
        case cancelled
        case other = "network"
    }

    package var kind: Kind
    package var detail: String

    package init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    package var description: String { detail }
}
