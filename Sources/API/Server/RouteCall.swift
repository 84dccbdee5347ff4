import APIContract
import FoundationEssentials
import HTTPListener
import NIOCore
package import NIOHTTP1

/// A request as the handler of its route gets it: the path and the query are understood.
package struct RouteCall: Sendable {
    package let caller: Caller
    package let headers: HTTPHeaders
    /// What the first name of the path stands for, which is an account's in every path that has one.
    package let account: String
    /// What the names after it stand for.
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

    /// One name and no parameter.
    init(_ request: borrowing HTTPRequest, caller: Caller, account: String) {
        self.caller = caller
        headers = request.head.headers
        self.account = account
        furtherNames = []
        body = request.body
        values = ParameterValues()
    }

    /// The parameter's value, or its default.
    package func seconds(_ parameter: Parameter) -> Int {
        if case .seconds(let seconds) = values[parameter.name] { return seconds }
        if case .seconds(_, let seconds) = parameter.kind { return seconds }
        return 0
    }

    package func flag(_ parameter: Parameter) -> Bool {
        values[parameter.name] == .flag(true)
    }

    /// Nil where it isn't given.
    package func text(_ parameter: Parameter) -> String? {
        if case .text(let text) = values[parameter.name] { text } else { nil }
    }

    /// Whether the client names this media type as one that it takes.
    package func accepts(_ mediaType: String) -> Bool {
        // Most clients send none, or the one that takes all.
        guard let accept = headers.first(name: "accept"), accept.utf8.count > 3 else { return false }
        return headers["accept"].contains { $0.contains(mediaType) }
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
