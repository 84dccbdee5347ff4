/// Sends HTTP requests to authorization servers and vendors' APIs.
package protocol HTTPTransport: Sendable {
    /// Sends one request and returns the complete reply. Redirects aren't followed. Fails with `.cancelled` if the task
    /// is cancelled.
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
    /// The time from the start to the last byte of the reply. It is checked after reading what has arrived: a reply
    /// that arrived in time isn't lost if this process was suspended.
    package var timeout: Duration
    /// The time limit for a reply whose header says that the request succeeded, as long as its body keeps arriving: it
    /// may contain what exists nowhere else. nil is `timeout`.
    package var bodyTimeout: Duration?
    /// The maximum size of the decoded body in bytes; a longer reply is a failure.
    package var replyLimit: Int
    /// Whether proxies are bypassed, which loopback hosts require.
    package var isDirect: Bool
    /// The names of the reply's headers to return.
    package var wantedHeaders: [String]
    /// The client certificate for TLS.
    package var certificate: ClientCertificate?
    /// The path of a PEM file with the certificate authorities to trust for this request; nil uses the transport's.
    package var authorities: String?
    /// Whether an incomplete reply is returned too, with the part of its body that arrived.
    package var takesUnfinished: Bool
    /// Whether the request does no harm if the server gets it twice. It then uses a connection that was kept, and leaves
    /// its own for others; libcurl repeats it if a kept connection turns out to be closed. GET always does.
    package var isRepeatable: Bool
    /// Asked once the connection is there: if it returns false, nothing of the request is sent, and the call fails with
    /// `.connection`. This process may have been suspended since it made the call.
    package var mayBegin: (@Sendable () -> Bool)?

    package init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: String = "",
        timeout: Duration = .seconds(30), bodyTimeout: Duration? = nil, replyLimit: Int = 1 << 20,
        isDirect: Bool = false,
        wantedHeaders: [String] = [], certificate: ClientCertificate? = nil, authorities: String? = nil,
        takesUnfinished: Bool = false, isRepeatable: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.bodyTimeout = bodyTimeout
        self.replyLimit = replyLimit
        self.isDirect = isDirect
        self.wantedHeaders = wantedHeaders
        self.certificate = certificate
        self.authorities = authorities
        self.takesUnfinished = takesUnfinished
        self.isRepeatable = isRepeatable
    }
}

/// The paths of the PEM files with a client certificate and its key.
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
    /// The body after its content coding was decoded (RFC 9110 section 8.4).
    package var body: [UInt8]
    /// The delay in `Retry-After`, in seconds or as a date.
    package var retryAfter: Duration?
    /// The wanted headers that the reply has, by their names as requested.
    package var headers: [String: String]
    /// Why the body is incomplete; nil if it is complete.
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
        /// The process has used up its file descriptors.
        case descriptors = "out_of_descriptors"
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
