package import HTTPTransport
import OAuth
package import Text

/// Parses a reply of a service.
package struct ServiceReply: Sendable {
    private let reply: HTTPReply
    private let serviceProtocol: ServiceProtocol
    /// The secrets of the request, to be masked where the service quotes them.
    private let secrets: [Secret]

    package init(_ reply: HTTPReply, _ serviceProtocol: ServiceProtocol, secrets: [Secret]) {
        self.reply = reply
        self.serviceProtocol = serviceProtocol
        self.secrets = secrets
    }

    package func user() throws(CallFailure) -> AdvertisingUser {
        switch serviceProtocol {
        case .rest: try json(what: "User/Id", RESTReader.user)
        case .soap: try found(envelope().user, "no User/Id")
        }
    }

    package func accounts() throws(CallFailure) -> [AdvertiserAccount] {
        switch serviceProtocol {
        case .rest: try json(what: "Accounts, or one without its id", RESTReader.accounts)
        case .soap: try found(envelope().accounts, "no SearchAccountsResponse")
        }
    }

    /// Returns the body unchanged, unless it is a fault.
    package func body() throws(CallFailure) -> [UInt8] {
        let isSuccess = (200..<300).contains(reply.status)
        switch serviceProtocol {
        case .rest:
            if !isSuccess, isOfType("json"), let fault = RESTReader.fault(reply.body, status: reply.status) {
                throw raise(fault)
            }
        case .soap:
            // A fault may have any HTTP status.
            if isOfType("xml"), reply.body.contains("Fault"), XMLGuard.objection(to: reply.body) == nil,
                let fault = (try? SOAPReader.read(reply.body, status: reply.status))?.fault
            {
                throw raise(fault)
            }
        }
        guard isSuccess else { throw unreadable("no fault that is known") }
        return reply.body
    }

    private func json<Value>(what: String, _ read: ([UInt8]) throws -> Value) throws(CallFailure) -> Value {
        if isOfType("json"), let fault = RESTReader.fault(reply.body, status: reply.status) { throw raise(fault) }
        guard (200..<300).contains(reply.status) else { throw unreadable("no fault that is known") }
        guard isOfType("json") else { throw unreadable("\(mediaType) in the place of JSON") }
        do {
            return try read(reply.body)
        } catch is MissingElement {
            throw unreadable("JSON that has no \(what)")
        } catch {
            throw unreadable("a body that isn't the JSON of this operation")
        }
    }

    private func envelope() throws(CallFailure) -> SOAPReader.Content {
        guard isOfType("xml") else {
            let isSuccess = (200..<300).contains(reply.status)
            throw unreadable(isSuccess ? "\(mediaType) in the place of XML" : "no fault that is known")
        }
        if let objection = XMLGuard.objection(to: reply.body) { throw unreadable(objection) }
        let content: SOAPReader.Content
        do {
            content = try SOAPReader.read(reply.body, status: reply.status)
        } catch is MissingElement {
            throw unreadable("an account without its id")
        } catch {
            throw unreadable("XML that is no SOAP envelope of this service")
        }
        if let fault = content.fault { throw raise(fault) }
        guard (200..<300).contains(reply.status) else { throw unreadable("no fault that is known") }
        return content
    }

    private func found<Value>(_ value: Value?, _ lack: String) throws(CallFailure) -> Value {
        guard let value else { throw unreadable("an envelope with \(lack)") }
        return value
    }

    private func raise(_ fault: ServiceFault) -> CallFailure {
        var fault = fault
        fault.trackingID = fault.trackingID ?? reply.headers["TrackingId"]
        fault.retryAfter = reply.retryAfter
        return .fault(fault.redacted(secrets))
    }

    private func unreadable(_ reason: String) -> CallFailure {
        let trackingID = reply.headers["TrackingId"].map { UntrustedText.clean($0, limit: 80) }
        return .unreadable(
            UnreadableReply(
                status: reply.status, reason: reason, trackingID: trackingID, retryAfter: reply.retryAfter))
    }

    /// True also if the reply has no content type; then the body is parsed anyway.
    private func isOfType(_ word: String) -> Bool {
        reply.headers["Content-Type"].map { $0.lowercased().contains(word) } ?? true
    }

    private var mediaType: String {
        let type = (reply.headers["Content-Type"] ?? "").prefix { $0 != ";" }
        return UntrustedText.clean(type, limit: 60)
    }
}

extension [UInt8] {
    fileprivate func contains(_ word: StaticString) -> Bool {
        firstRange(of: Array(word.description.utf8)) != nil
    }
}
