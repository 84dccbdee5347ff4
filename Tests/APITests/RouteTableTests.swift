import APIContract
import FakeDaemon
import NIOHTTP1
import Testing

@testable import APIServer

struct RouteTableTests {
    private func route(_ method: HTTPMethod, _ path: PathTemplate) -> Route {
        Route(method, path, "", contents: [.plainText]) { _, reply in reply.answer(.plainText("")) }
    }

    private func found(_ table: RouteTable, _ method: HTTPMethod, _ path: Substring) -> String {
        switch table.find(method, path) {
        case .route(let route, let names): "\(route) \(names)"
        case .otherMethods(let allowed): "only \(allowed)"
        case .nothing: "nothing"
        }
    }

    @Test func `a path and a method find their route`() {
        let table = RouteTable([route(.GET, "/a"), route(.POST, "/a"), route(.PUT, "/a/{x}")], version: "1")
        #expect(found(table, .GET, "/a") == "GET /a []")
        #expect(found(table, .HEAD, "/a") == "GET /a []")
        #expect(found(table, .POST, "/a") == "POST /a []")
        #expect(found(table, .PUT, "/a") == "only GET, HEAD, POST")
        #expect(found(table, .PUT, "/a/b") == "PUT /a/{x} [\"b\"]")
        #expect(found(table, .HEAD, "/a/b") == "only PUT")
        #expect(found(table, .GET, "/b") == "nothing")
        #expect(found(table, .GET, "/openapi.json") == "GET /openapi.json []")
    }

    @Test func `a literal segment takes precedence over a name`() {
        for routes in [
            [route(.GET, "/{x}/b"), route(.GET, "/a/b"), route(.GET, "/{x}/{y}")],
            [route(.GET, "/{x}/{y}"), route(.GET, "/a/b"), route(.GET, "/{x}/b")],
        ] {
            let table = RouteTable(routes, version: "1")
            #expect(found(table, .GET, "/a/b") == "GET /a/b []")
            #expect(found(table, .GET, "/c/b") == "GET /{x}/b [\"c\"]")
            #expect(found(table, .GET, "/a/c") == "GET /{x}/{y} [\"a\", \"c\"]")
        }
    }

    @Test func `two routes with the same method and path are a programming error`() async {
        await #expect(processExitsWith: .failure) {
            let route = Route(.GET, "/a", "", contents: [.plainText]) { _, reply in reply.answer(.plainText("")) }
            _ = RouteTable([route, route], version: "1")
        }
    }

    @Test(arguments: ["ads", "", "ads&x=y", "é", "a.b-c_d~e;f", "token"])
    func `a plain request for a token is found by the fast lookup`(name: String) throws {
        let table = RouteTable(FakeDaemon().routes, version: "1")
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/token/\(name)")
        let found = try #require(table.findQuickly(head))
        #expect("\(found.route)" == "GET /token/{account}")
        #expect(found.name == name)
    }

    @Test(arguments: [
        (HTTPMethod.GET, "/token/a%62"), (.GET, "/token/a+b"), (.GET, "/token/ads?"), (.GET, "/token/ads/x"),
        (.GET, "/token"), (.GET, "/Token/ads"), (.GET, "/accounts/ads"), (.HEAD, "/token/ads"), (.POST, "/token/ads"),
    ])
    func `any other request isn't found by the fast lookup`(method: HTTPMethod, uri: String) {
        let table = RouteTable(FakeDaemon().routes, version: "1")
        #expect(table.findQuickly(HTTPRequestHead(version: .http1_1, method: method, uri: uri)) == nil)
    }

    @Test func `a table without such a route has no fast lookup`() {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/a/b")
        for routes in [[], [route(.GET, "/a")], [route(.POST, "/a/{x}")], [route(.GET, "/{x}/a")]] {
            #expect(RouteTable(routes, version: "1").findQuickly(head) == nil)
        }
        #expect(RouteTable([route(.GET, "/a/{x}")], version: "1").findQuickly(head) != nil)
    }
}
