import APIContract
import FoundationEssentials
import HTTPListener
import NIOCore
package import NIOHTTP1

/// A request as its route's handler gets it, with path and query parsed.
package struct RouteCall: Sendable {
    package let caller: Caller
    package let headers: HTTPHeaders
    /// The value of the first name in the path, which is an account in every path that has names.
    package let account: String
    /// The values of the names after the first one.
    package let furtherNames: [String]
    private let body: ByteBuffer?
    private let values: ParameterValues

    init(_ request: HTTPRequest, caller: Caller, names: [String], values: ParameterValues) {
        self.caller = caller
        headers = request.head.headers
        account = names.first ?? ""
        furtherNames = Array(names.dropFirst())
        body = request.body
        self.values = values
    }

    /// A request with one name and no parameters.
    init(_ request: borrowing HTTPRequest, caller: Caller, account: String) {
        self.caller = caller
        headers = request.head.headers
        self.account = account
        furtherNames = []
        body = request.body
        values = ParameterValues()
    }

    /// The parameter's value, or its default. The time to wait is limited by the socket.
    package func seconds(_ parameter: Parameter) -> Int {
        let seconds = values[parameter.name].map { if case .seconds(let seconds) = $0 { seconds } else { 0 } }
        let usual = if case .seconds(_, let seconds) = parameter.kind { seconds } else { 0 }
        guard let gate = caller.gate, parameter.name == Parameter.waitName else { return seconds ?? usual }
        return min(seconds ?? usual, gate.wait)
    }

    package func flag(_ parameter: Parameter) -> Bool {
        values[parameter.name] == .flag(true)
    }

    /// The parameter's text; nil where it isn't given.
    package func text(_ parameter: Parameter) -> String? {
        if case .text(let text) = values[parameter.name] { text } else { nil }
    }

    /// Whether the `Accept` header names this media type explicitly.
    package func accepts(_ mediaType: String) -> Bool {
        // Most clients send no `Accept` header, or `*/*`.
        guard let accept = headers.first(name: "accept"), accept.utf8.count > 3 else { return false }
        return headers["accept"].contains { $0.contains(mediaType) }
    }

    /// The body as text, without a newline at its end; nil if it is empty or not UTF-8.
    var text: String? {
        guard let body, let text = String(validating: body.readableBytesView, as: UTF8.self) else { return nil }
        let line = text.hasSuffix("\n") ? text.dropLast() : text[...]
        return line.isEmpty ? nil : String(line)
    }

    func decodeBody<Body: RequestBody>(_ type: Body.Type) throws(Problem) -> Body {
        guard let body, body.readableBytes > 0 else {
            if let absent = Body.absent { return absent }
            let members = Body.schema.members.filter(\.isRequired).map(\.name)
            throw .malformed(
                "the body is a JSON object with the member\(members.count > 1 ? "s" : "") "
                    + members.joined(separator: " and "))
        }
        do {
            return try ContractJSON.decode(type, from: Data(body.readableBytesView))
        } catch {
            throw .malformed("the body isn't the JSON object that this path takes")
        }
    }
}
