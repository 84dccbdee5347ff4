import APIContract
import APIServer
import Failures
import FakeDaemon
import NIOHTTP1
import RawClient
import Testing

/// Rules that every route must keep.
@Suite(.timeLimit(.minutes(5)))
struct TableWalkTests {
    private static let methods: [HTTPMethod] = [.GET, .HEAD, .POST, .PUT, .DELETE, .PATCH, .OPTIONS, .TRACE]
    private static let table = RouteTable(FakeDaemon().routes, version: "9.8.7")

    /// A valid body for the routes that require one.
    private static func body(_ path: String) -> String {
        switch path {
        case "/accounts/{account}/consent/redirect": #"{"redirect":"code"}"#
        case "/accounts/{account}/dpop": #"{"method":"GET","url":"https://api.example"}"#
        case "/token/{account}/refused": "old"
        case "/accounts/{account}/registration": #"{"issuer":"https://auth.example","client_id":"c"}"#
        case "/accounts/{account}/ads/customer": #"{"customer_id":"1","customer_account_id":"2"}"#
        case "/key/unlock": #"{"passphrase":"p"}"#
        case "/key/rotate": "{}"
        default: ""
        }
    }

    private func ask(
        _ socket: String, _ method: HTTPMethod, _ route: Route, query: String = "", account: String = "ads"
    ) async throws -> RawAnswer? {
        let target = "\(route.path)".replacing("{account}", with: account) + query
        let body = Self.body("\(route.path)")
        let request =
            "\(method.rawValue) \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        return try await APITests.ask(socket, request, hasBody: method != .HEAD)
    }

    @Test(arguments: table.routes)
    func `a route answers its method`(route: Route) async throws {
        try await withServedDaemon { daemon, path, _ in
            let answer = try #require(try await ask(path, route.method, route))
            #expect(answer.status == ("\(route)" == "POST /accounts/{account}/consent" ? 201 : 200), "\(answer.body)")
            #expect(answer.body.isEmpty == ("\(route)" == "GET /authorization/{account}"))
            #expect(answer["cache-control"] == "no-store")
            let calls = await daemon.allCalls().count
            #expect(calls == ("\(route)" == "GET /openapi.json" ? 0 : 1))
        }
    }

    @Test(arguments: table.routes.filter { $0.method == .GET })
    func `HEAD gets the headers of GET without the body`(route: Route) async throws {
        try await withServedDaemon { _, path, _ in
            let (whole, head) = (try await ask(path, .GET, route), try await ask(path, .HEAD, route))
            #expect(head?.status == 200)
            #expect(head?.body.isEmpty == true)
            for name in ["content-length", "content-type"] { #expect(head?[name] == whole?[name]) }
        }
    }

    @Test(arguments: table.routes)
    func `a path refuses methods that it has no route for, and names the others`(route: Route) async throws {
        let there = Self.table.routes.filter { $0.path == route.path }.map(\.method)
        let allowed = there.flatMap { $0 == .GET ? ["GET", "HEAD"] : [$0.rawValue] }
        try await withServedDaemon { daemon, path, _ in
            for method in Self.methods where !allowed.contains(method.rawValue) {
                let answer = try #require(try await ask(path, method, route))
                #expect(answer.status == 405, "\(method)")
                #expect(answer["allow"] == allowed.joined(separator: ", "))
                guard method != .HEAD else { continue }
                #expect(answer.problem?.code == .methodNotAllowed)
                #expect(answer.problem?.detail == "this path doesn't take \(method.rawValue)")
                #expect(answer.problem?.hint == answer["allow"])
            }
            #expect(await daemon.allCalls() == [])
        }
    }

    @Test(arguments: table.routes)
    func `an unknown parameter is refused`(route: Route) async throws {
        try await withServedDaemon { daemon, path, _ in
            for query in ["?unknown=1", "?\(route.parameters.map { "\($0.name)=1&" }.joined())unknown"] {
                let answer = try await ask(path, route.method, route, query: query)
                #expect(answer?.status == 400)
                #expect(answer?.problem?.detail == "unknown parameter \"unknown\"")
            }
            for parameter in route.parameters {
                let answer = try await ask(
                    path, route.method, route, query: "?\(parameter.name)=1&\(parameter.name)=1")
                #expect(answer?.status == 400)
                #expect(answer?.problem?.detail == "\(parameter.name) is given 2 times")
            }
            #expect(await daemon.allCalls() == [])
        }
    }

    @Test(arguments: table.routes.filter { !$0.path.names.isEmpty })
    func `a name may be escaped, and an unknown account is reported`(route: Route) async throws {
        try await withServedDaemon { _, path, _ in
            #expect(try await (200...201).contains(ask(path, route.method, route, account: "%61ds")?.status ?? 0))
            for account in ["nobody", "a%2Fd", "ads+", ""] {
                let answer = try await ask(path, route.method, route, account: account)
                #expect(answer?.status == 404)
                #expect(answer?.problem?.code == .noSuchAccount, "\(account)")
            }
        }
    }

    @Test(arguments: table.routes)
    func `a route has a description`(route: Route) {
        #expect(!route.summary.isEmpty && route.summary.hasSuffix("."))
        #expect(route.parameters.allSatisfy { !$0.summary.isEmpty })
        #expect(route.path.names.first == "account" || route.path.names.isEmpty)
    }
}
