package import HTTPTransport

/// Why a call returned no result.
package enum CallFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case fault(ServiceFault)
    /// A reply that is neither a result nor a fault.
    case unreadable(UnreadableReply)
    case noReply(TransportFailure)
    case unwritable(String)

    package var description: String {
        switch self {
        case .fault(let fault): "\(fault)"
        case .unreadable(let reply): "\(reply)"
        case .noReply(let failure): "no reply from Microsoft Advertising: \(failure)"
        case .unwritable(let reason): reason
        }
    }

    /// What the caller should do next. Only code 109, or a 401 without a code, means an expired token, and only after
    /// 117 and 429 does waiting help. Code 105 has several causes, none of which a new token removes.
    package var meaning: Meaning {
        switch self {
        case .fault(let fault):
            switch (fault.code, fault.status) {
            case (109, _), (nil, 401): .tokenExpired
            case (117, _), (_, 429): .tooManyCalls(fault.retryAfter ?? Self.rateWindow)
            default: .final
            }
        case .unreadable(let reply):
            switch reply.status {
            case 401: .tokenExpired
            case 429: .tooManyCalls(reply.retryAfter ?? Self.rateWindow)
            default: .final
            }
        case .noReply, .unwritable: .final
        }
    }

    package enum Meaning: Sendable, Hashable {
        case tokenExpired
        case tooManyCalls(Duration)
        case final
    }

    /// The service limits calls per minute.
    private static let rateWindow = Duration.seconds(60)

    /// Whether the call may succeed at a later time.
    package var isPassing: Bool {
        switch self {
        case .fault(let fault):
            switch fault.code {
            case 0, 117: true
            case nil: fault.status == 429 || fault.status >= 500
            default: fault.status == 429
            }
        case .unreadable(let reply): reply.status == 429 || reply.status >= 500
        case .noReply: true
        case .unwritable: false
        }
    }
}

/// A reply that can't be parsed. Its body isn't kept because it may contain secrets.
package struct UnreadableReply: Sendable, Hashable, CustomStringConvertible {
    package var status: Int
    /// A description of what is wrong with the body.
    package var reason: String
    package var trackingID: String?
    package var retryAfter: Duration?

    package init(status: Int, reason: String, trackingID: String? = nil, retryAfter: Duration? = nil) {
        self.status = status
        self.reason = reason
        self.trackingID = trackingID
        self.retryAfter = retryAfter
    }

    package var description: String {
        "Microsoft Advertising answers HTTP \(status) with \(reason); \(ServiceFault.tracking(trackingID))"
    }
}
