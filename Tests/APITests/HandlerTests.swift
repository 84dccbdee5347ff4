import APIContract
import APIServer
import Failures
import FakeDaemon
import HTTPListener
import NIOCore
import NIOHTTP1
import RawClient
import Scratch
import Testing

/// The kinds of handlers, tested by routes of their own.
@Suite(.timeLimit(.minutes(5)))
struct HandlerTests {
    private static let wait = Parameter.seconds("wait", upTo: 9, default: 7, "Waits.")
    private static let fresh = Parameter.flag("fresh", "Is fresh.")
    private static let scope = Parameter.text("scope", upTo: 9, "Says what.")

    private func withRoute(
        _ route: Route, _ test: @escaping (_ path: String, _ server: SocketServer) async throws -> Void
    ) async throws {
        let folder = try ScratchFolder()
        try await withServer(.path(folder.file("s")), routes: [route]) { server in
            try await test(folder.file("s"), server)
        }
    }

    private func withRoute(_ route: Route, asked target: String, is body: String) async throws {
        try await withRoute(route) { path, _ in
            let answer = try await get(path, target)
            #expect(answer?.body == body)
        }
    }

    @Test(arguments: [
        ("/x/a/b", "a [\"b\"] 7 false -"), ("/x/a%2Fb/?", "a/b [\"\"] 7 false -"),
        ("/x/a/b?wait=0&scope=s%20t&fresh", "a [\"b\"] 0 true s t"), ("/x/a/b?fresh=0&wait=9", "a [\"b\"] 9 false -"),
    ])
    func `a handler gets the values in path and query`(target: String, words: String) async throws {
        let route = Route(
            .GET, "/x/{a}/{b}", "", parameters: [Self.wait, Self.fresh, Self.scope], contents: [.plainText]
        ) { call, reply in
            let (wait, fresh) = (call.seconds(Self.wait), call.flag(Self.fresh))
            reply.answer(
                .plainText(
                    "\(call.account) \(call.furtherNames) \(wait) \(fresh) \(call.text(Self.scope) ?? "-")"))
        }
        try await withRoute(route, asked: target, is: words)
    }

    @Test(arguments: [
        ("", false), ("Accept: */*", false), ("Accept: text/plain", false), ("Accept: application/json", true),
        ("Accept: text/html, application/json;q=0.9", true), ("Accept: text/html\r\nAccept: application/json", true),
        ("X: application/json", false),
    ])
    func `a handler can tell whether the client accepts a media type`(header: String, isTaken: Bool) async throws {
        let route = Route(.GET, "/x", "", contents: [.plainText]) { call, reply in
            reply.answer(.plainText("\(call.accepts("application/json"))"))
        }
        try await withRoute(route) { path, _ in
            let line = header.isEmpty ? "" : "\(header)\r\n"
            let answer = try await ask(path, "GET /x HTTP/1.1\r\n\(line)\r\n")
            #expect(answer?.body == "\(isTaken)")
        }
    }

    @Test func `a problem that a handler throws is the answer`() async throws {
        let problem = Problem.example(.temporarilyUnavailable, retryAfter: 3)
        let routes = [
            Route(.GET, "/now", "", immediately: { _ throws(Problem) -> HealthReport in throw problem }),
            Route(.GET, "/task", "", inTask: { _ async throws(Problem) -> HealthReport in throw problem }),
            Route(.GET, "/any", "", contents: [.plainText], inTask: { _ throws(Problem) in throw problem }),
            Route(.GET, "/own", "", contents: [.plainText], handler: { _, _ throws(Problem) in throw problem }),
            Route(.GET, "/stream", "", streaming: "text/plain", inTask: { _ throws(Problem) in throw problem }),
            Route(.GET, "/body", "", inTask: Self.refuse),
        ]
        let folder = try ScratchFolder()
        try await withServer(.path(folder.file("s")), routes: routes) { _ in
            for route in routes {
                let answer = try await get(folder.file("s"), "\(route.path)")
                #expect(answer?.status == 503, "\(route)")
                #expect(answer?.problem == problem, "\(route)")
                #expect(answer?["retry-after"] == "3")
            }
        }
    }

    private static let refuse: Route.InTaskOfBody<ConsentRequest, HealthReport> = { _, _ throws(Problem) in
        throw .example(.temporarilyUnavailable, retryAfter: 3)
    }

    @Test(arguments: [
        ("", "the body is a JSON object with the members method and url"),
        ("{}", "the body isn't the JSON object that this path takes"),
        ("[]", "the body isn't the JSON object that this path takes"),
        ("method=GET", "the body isn't the JSON object that this path takes"),
    ])
    func `a required body is checked before the handler is called`(body: String, detail: String) async throws {
        try await withServedDaemon { daemon, path, _ in
            let head = "POST /accounts/ads/dpop HTTP/1.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            let answer = try await ask(path, head + body)
            #expect(answer?.status == 400)
            #expect(answer?.problem?.detail == detail)
            #expect(await daemon.allCalls() == [])
        }
    }

    @Test func `a handler can stream its answer`() async throws {
        let route = Route(.GET, "/x/{account}", "", streaming: "text/event-stream") { call in
            { stream in
                for number in 0..<3 { try await stream.write(ByteBuffer(string: "\(call.account) \(number)\n")) }
            }
        }
        try await withRoute(route) { path, _ in
            let answer = try #require(try await get(path, "/x/a"))
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "text/event-stream")
            #expect(answer["cache-control"] == "no-store")
            #expect(answer.body == "a 0\na 1\na 2\n")
        }
    }

    @Test func `closing the server ends a stream that would never end`() async throws {
        let route = Route(.GET, "/x", "", streaming: "text/plain") { _ in
            { stream in
                stream.send(ByteBuffer(string: "first"))
                for await _ in AsyncStream<Never>.makeStream().stream {}
                stream.send(ByteBuffer(string: "last"))
            }
        }
        try await withRoute(route) { path, server in
            let client = try RawClient(.unix(path: path))
            try await offPool {
                try client.send("GET /x HTTP/1.1\r\n\r\n")
                _ = try client.readHead()
                #expect(try client.readChunk() == "first")
            }
            async let closed: Void = server.close(patience: .seconds(30))
            let rest = try await offPool { try client.readToEnd() }
            #expect(rest == "4\r\nlast\r\n0\r\n\r\n")
            client.finishSending()
            await closed
        }
    }
}
