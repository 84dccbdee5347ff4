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

    init(_ table: RouteTable, _ tasks: RouteTasks, caller: Caller, refusal: Problem?) {
        self.table = table
        self.tasks = tasks
        self.caller = caller
        self.refusal = refusal
    }

    /// Why a caller gets nothing at all; nil for one that is served.
    static func refusal(of caller: Caller, _ table: RouteTable) -> Problem? {
        let isAdmitted = caller.gate?.admits(caller) ?? table.routes.contains { $0.callers.admits(caller) }
        return isAdmitted ? nil : .stranger
    }

    /// A responder whose handlers' tasks are never run.
    package init(_ table: RouteTable, caller: Caller) {
        self.init(table, RouteTasks(), caller: caller, refusal: Self.refusal(of: caller, table))
    }

    package func respond(to request: HTTPRequest, _ exchange: HTTPExchange) {
        prepare(request)(exchange)
    }

    package func prepare(_ request: HTTPRequest) -> Handling {
        do throws(Problem) {
            let (route, call) = try read(request)
            let answer = route.prepare(call)
            return { [tasks] exchange in
                let reply = RouteReply(exchange: exchange, tasks: tasks)
                do throws(Problem) {
                    try answer(reply)
                } catch {
                    reply.answer(.problem(error))
                }
            }
        } catch {
            let answer = HTTPAnswer.problem(error)
            return { $0.answer(answer) }
        }
    }

    package func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer {
        .problem(refusal ?? .refused(status))
    }

    /// The route that a request is for, and what it asks.
    private func read(_ request: HTTPRequest) throws(Problem) -> (Route, RouteCall) {
        if let refusal { throw refusal }
        if request.head.headers.areOfBrowser { throw .fromBrowser }
        if let gate = caller.gate { return try read(request, gate) }
        if let (route, name) = table.findQuickly(request.head) {
            return (try admit(route), RouteCall(request, caller: caller, account: name))
        }
        switch table.find(request.head.method, request.path) {
        case .route(let route, let names):
            let values = try ParameterValues(request.query, of: route.parameters)
            return (try admit(route), RouteCall(request, caller: caller, names: names, values: values))
        case .otherMethods(let allowed): throw .methodNotAllowed(request.head.method, allowed: allowed)
        case .nothing: throw .nothingThere
        }
    }

    /// As above, on an extra socket.
    private func read(_ request: HTTPRequest, _ gate: SocketGate) throws(Problem) -> (Route, RouteCall) {
        let (route, names) = try gate.check(table.find(request.head.method, request.path), request.head.method)
        let values = try ParameterValues(request.query, of: route.parameters)
        try gate.check(values, of: route)
        return (route, RouteCall(request, caller: caller, names: names, values: values))
    }

    private func admit(_ route: Route) throws(Problem) -> Route {
        guard route.callers.admits(caller) else { throw .notAdmitted(route) }
        return route
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

    /// The hint is also the header Allow of the answer (RFC 9110 section 15.5.6).
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
