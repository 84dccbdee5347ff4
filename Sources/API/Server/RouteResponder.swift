import APIContract
import Failures
package import HTTPListener
package import NIOHTTP1
import Text

/// Answers the requests of one connection according to the table of routes.
package struct RouteResponder: HTTPResponder {
    private let table: RouteTable
    private let tasks: RouteTasks
    private let caller: Caller
    /// The answer to everything that this caller asks; nil for a caller that is served.
    private let refusal: Problem?

    /// The policy is for callers of the main socket. Called on the connection's event loop.
    init(_ table: RouteTable, _ tasks: RouteTasks, caller: Caller, policy: SandboxPolicy? = nil) {
        self.table = table
        self.tasks = tasks
        self.caller = caller
        refusal = Self.refusal(of: caller, table, policy)
    }

    /// Why a caller gets nothing at all; nil for one that is served. Called on the connection's event loop.
    static func refusal(of caller: Caller, _ table: RouteTable, _ policy: SandboxPolicy?) -> Problem? {
        let isAdmitted = caller.gate?.admits(caller) ?? table.routes.contains { $0.callers.admits(caller) }
        return isAdmitted ? policy?.refusal(of: caller) : .stranger
    }

    /// A responder whose handlers' tasks are never run.
    package init(_ table: RouteTable, caller: Caller) {
        self.init(table, RouteTasks(), caller: caller)
    }

    package func respond(to request: HTTPRequest, _ exchange: HTTPExchange) {
        let reply = RouteReply(exchange: exchange, tasks: tasks)
        do throws(Problem) {
            if let refusal { throw refusal }
            if request.head.headers.areOfBrowser { throw .fromBrowser }
            if let gate = caller.gate {
                try pass(request, gate, reply)
                return
            }
            if let (route, name) = table.findQuickly(request.head) {
                try handle(route, RouteCall(request, caller: caller, account: name), reply)
                return
            }
            switch table.find(request.head.method, request.path) {
            case .route(let route, let names):
                let values = try ParameterValues(request.query, of: route.parameters)
                try handle(route, RouteCall(request, caller: caller, names: names, values: values), reply)
            case .otherMethods(let allowed):
                let problem = Problem.methodNotAllowed(request.head.method, allowed: allowed)
                reply.answer(.problem(problem, headers: ["Allow": allowed]))
            case .nothing: throw .nothingThere
            }
        } catch {
            reply.answer(.problem(error))
        }
    }

    package func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer {
        .problem(refusal ?? .refused(status))
    }

    /// Handles a request on an extra socket.
    private func pass(_ request: HTTPRequest, _ gate: SocketGate, _ reply: RouteReply) throws(Problem) {
        let (route, names) = try gate.check(table.find(request.head.method, request.path), request.head.method)
        let values = try ParameterValues(request.query, of: route.parameters)
        try gate.check(values, of: route)
        try route.handler(RouteCall(request, caller: caller, names: names, values: values), reply)
    }

    private func handle(_ route: Route, _ call: RouteCall, _ reply: RouteReply) throws(Problem) {
        guard route.callers.admits(caller) else { throw .notAdmitted(route) }
        try route.handler(call, reply)
    }
}

extension HTTPHeaders {
    /// Whether the request has headers that only browsers send, and that scripts of web pages can't omit. They matter
    /// where a user forwards the socket to TCP.
    fileprivate var areOfBrowser: Bool {
        contains { name, _ in
            switch name.utf8.count {
            case 6: name.lowercased() == "origin"
            case 14: name.lowercased() == "sec-fetch-site"
            default: false
            }
        }
    }
}

extension Problem {
    fileprivate static let stranger = Problem(
        .forbidden, "this daemon only answers the user that it belongs to", hint: "run a valetkeyd of your own")

    fileprivate static let fromBrowser = Problem(
        .forbidden, "requests of web pages are refused", hint: "ask without the headers Origin and Sec-Fetch-Site")

    static let nothingThere = Problem(
        .notFound, "there is nothing at this path",
        hint: "a token is at /token/ACCOUNT, the accounts are at /accounts, everything is in /openapi.json")

    fileprivate static func notAdmitted(_ route: Route) -> Problem {
        Problem(.forbidden, "\(route) is for \(route.callers.description) only")
    }

    fileprivate static func methodNotAllowed(_ method: HTTPMethod, allowed: String) -> Problem {
        Problem(
            .methodNotAllowed, "this path doesn't take \(UntrustedText.clean(method.rawValue, limit: 20))",
            hint: allowed)
    }

    /// The answer to bytes that aren't a valid request.
    fileprivate static func refused(_ status: HTTPResponseStatus) -> Problem {
        let code: FailureCode =
            switch status {
            case .payloadTooLarge, .requestHeaderFieldsTooLarge: .tooLarge
            case .serviceUnavailable: .temporarilyUnavailable
            default: .malformedRequest
            }
        let detail =
            switch status {
            case .requestTimeout: "the request took too long to arrive"
            case .serviceUnavailable: "too many connections are open on this socket"
            case .payloadTooLarge: "the request's body is too large"
            case .requestHeaderFieldsTooLarge: "the request's head is too large"
            default: "this is no HTTP/1.1 request"
            }
        return Problem(
            code, detail, title: status.reasonPhrase, status: Int(status.code),
            retryAfter: status == .serviceUnavailable ? 1 : nil)
    }
}
