import FoundationEssentials
import HTTPTransport
import Register
import Text

/// Why a member's answer is no success.
struct EtcdFault {
    /// gRPC's code of a request that doesn't fit the server's state.
    static let failedPrecondition = 9

    /// gRPC's code; nil where the body isn't one of etcd's.
    var code: Int?
    var message: String

    private struct Body: Decodable {
        var code: Int?
        var message: String?
        var error: String?
    }

    init(_ body: [UInt8]) {
        if let body = try? JSONDecoder().decode(Body.self, from: Data(body)), let text = body.message ?? body.error {
            (code, message) = (body.code, UntrustedText.clean(text, limit: 200))
        } else {
            (code, message) = (nil, UntrustedText.clean(String(decoding: body.prefix(200), as: UTF8.self), limit: 200))
        }
    }
}

extension RegisterFailure {
    /// What a status other than 200 means. Only where etcd has certainly refused a write, it isn't applied.
    init(status: Int, body: [UInt8], isWrite: Bool) {
        let message = EtcdFault(body).message
        let detail = message.isEmpty ? "HTTP status \(status)" : "HTTP status \(status): \(message)"
        switch status {
        case 400, 401, 403, 412: self.init(.denied, detail)
        case 429: self.init(.full, detail)
        case 404, 405, 501: self.init(.unreachable(mayBeApplied: false), "\(detail) (no JSON gateway)")
        default: self.init(.unreachable(mayBeApplied: isWrite), detail)
        }
    }

    init(_ failure: TransportFailure, isWrite: Bool) {
        self.init(.unreachable(mayBeApplied: isWrite && failure.kind.mayBeSent), failure.detail)
    }

    static func notUnderstood(isWrite: Bool) -> RegisterFailure {
        RegisterFailure(.unreachable(mayBeApplied: isWrite), "the answer isn't one of etcd's JSON gateway")
    }

    /// Whether another member may answer.
    var isUnreachable: Bool {
        switch kind {
        case .unreachable: true
        case .denied, .full: false
        }
    }

    /// The failure with the member that it comes from.
    func at(_ endpoint: String) -> RegisterFailure { RegisterFailure(kind, "\(endpoint): \(detail)") }
}

extension TransportFailure.Kind {
    /// Whether the server may have got the request.
    fileprivate var mayBeSent: Bool {
        switch self {
        case .nameLookup, .connection, .tls, .descriptors: false
        case .timeout, .cut, .tooLarge, .cancelled, .other: true
        }
    }
}
