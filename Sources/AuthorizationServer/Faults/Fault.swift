/// What goes wrong with one request, as a test asks.
package enum Fault: Sendable, Hashable {
    /// This status with a body that isn't an OAuth error; nothing is issued.
    case status(Int, retryAfter: Int? = nil)
    /// 200 with an HTML page, as a captive portal sends; nothing is issued.
    case html
    /// 200 with half of a JSON object. Nothing is issued, or with `afterIssuing` the half is of a real reply.
    case cutShort(afterIssuing: Bool = false)
    /// The connection ends without a reply; nothing is issued.
    case hangUp
    /// The server issues and rotates as usual, and the connection ends without a reply.
    case replyLost
    /// Nothing happens until ``AuthorizationServer/release()``, then the connection ends without a reply.
    case stall
    /// The server issues and rotates at once; the reply waits for ``AuthorizationServer/release()``.
    case delay
    /// A refusal with this code; the grant stays as it is.
    case error(String)
    /// An unusual reply.
    case bent(TokenReplyShape)
    /// Answer with this status and body and issue nothing. `{name}` in the body is replaced by the request's parameter
    /// of that name.
    case reply(Int, String)
    /// Issue tokens as usual but change members of the reply: each name gets the given JSON value, and nil removes it.
    case members([String: String?])
    /// Issue tokens as usual but change the octets of the reply.
    case dressed(ReplyDress)
    /// Refuse a refresh that has `scope` with this body and status 400; answer one without `scope` as usual.
    case scopeRefused(String)

    package static let invalidGrant = Fault.error("invalid_grant")
    package static let withoutRefreshToken = Fault.bent(.withoutRefreshToken)
    package static let withoutExpiry = Fault.bent(.withoutExpiry)
    package static let expiryAsText = Fault.bent(.expiryAsText)
    package static let lowercaseTokenType = Fault.bent(.lowercaseTokenType)
}

/// Unusual forms of a token reply that a client must accept (RFC 6749 section 5.1).
package struct TokenReplyShape: OptionSet, Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static let withoutRefreshToken = TokenReplyShape(rawValue: 1)
    package static let withoutExpiry = TokenReplyShape(rawValue: 2)
    package static let expiryAsText = TokenReplyShape(rawValue: 4)
    package static let lowercaseTokenType = TokenReplyShape(rawValue: 8)
}

/// The endpoints that can have faults and whose requests the journal has.
package enum Endpoint: String, Sendable, Hashable {
    case token = "/token"
    case revocation = "/revoke"
    case introspection = "/introspect"
    case deviceAuthorization = "/device_authorization"
    case pushedAuthorization = "/par"
}

/// The faults of the next requests.
struct FaultQueue: Sendable {
    private struct Entry {
        let fault: Fault
        let endpoint: Endpoint
        let grantType: String?
    }

    private var entries: [Entry] = []
    private var standing: [Endpoint: Fault] = [:]

    mutating func add(_ faults: [Fault], at endpoint: Endpoint, grantType: String?) {
        entries += faults.map { Entry(fault: $0, endpoint: endpoint, grantType: grantType) }
    }

    mutating func stand(_ fault: Fault?, at endpoint: Endpoint) {
        standing[endpoint] = fault
    }

    /// The fault for this request: the next one of the queue, else the permanent one.
    mutating func take(at endpoint: Endpoint, grantType: String?) -> Fault? {
        let index = entries.firstIndex { entry in
            entry.endpoint == endpoint && (entry.grantType == nil || entry.grantType == grantType)
        }
        return index.map { entries.remove(at: $0).fault } ?? standing[endpoint]
    }
}
