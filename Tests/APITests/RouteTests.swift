import APIContract
import Failures
import FakeDaemon
import MicrosoftAdvertisingClient
import MicrosoftAdvertisingContract
import RawClient
import Scratch
import Testing

@testable import APIClient

@Suite(.timeLimit(.minutes(5)))
struct RouteTests {
    @Test func `a usual wish is the plain path, which the daemon finds without taking it apart`() {
        #expect(TokenWish("ads").target(wait: TokenAnswer.usualWait) == "/token/ads")
        #expect(TokenWish("ads", minTTL: 5).target(wait: TokenAnswer.usualWait) == "/token/ads?min_ttl=5")
        #expect(TokenWish("ads", token: "a b", isFresh: true).target(wait: 0) == "/token/ads/a%20b?wait=0&fresh=true")
    }

    @Test func `each call of the client is a route of the daemon and gets its answer`() async throws {
        try await withServedDaemon { daemon, path, _ in
            try await offPool {
                let client = SocketClient(path: path)
                let token = try client.token("ads")
                #expect(token == Array("token-of-ads".utf8))
                #expect(
                    try client.token(TokenWish("ads", minTTL: 60, isFresh: true), wait: 0) == Array("token-of-ads".utf8)
                )
                #expect(try client.tokenAnswer(TokenWish("mail"), wait: 3600).accessToken == "token-of-mail")
                #expect(try client.tokenAnswer(TokenWish("ads", token: "a b")).token == "a b")
                _ = try client.token(TokenWish("ads", scope: "x y/z", resource: "https://a.example/?b=c&d"))
                #expect(try client.health().version == "9.8.7")
                #expect(try client.accounts().accounts == [.example("ads"), .example("mail")])
                #expect(try client.account("ads") == .example("ads"))
                #expect(try client.startConsent("ads") == .example("ads"))
                #expect(try client.startConsent("ads", ConsentRequest(flow: .paste)) == .example("ads", flow: .paste))
                #expect(try client.consent("ads", wait: 7) == .example("ads"))
                #expect(try client.cancelConsent("ads") == .example("ads", state: .cancelled))
                #expect(try client.takeRedirect("ads", PastedRedirect(redirect: "a \"code\" é")).state == .granted)
                #expect(try client.refresh("ads") == .example("ads"))
                #expect(try client.logout("ads") == .example("ads", state: .noGrant))
                #expect(try client.advertisingHeaders("ads") == .example)
                _ = try client.advertisingHeaders("ads", for: CustomerWish(customerID: "7"))
                _ = try client.advertisingHeaders("ads", for: CustomerWish(customerID: "7", customerAccountID: "8"))
                let customer = AdvertisingCustomer(customerID: "1", customerAccountID: "2")
                #expect(try client.chooseCustomer("ads", customer) == customer)
                #expect(try client.reload().changed == ["ads"])
            }
            #expect(
                await daemon.allCalls() == [
                    "token ads min_ttl=0 fresh=false wait=30", "token ads min_ttl=60 fresh=true wait=0",
                    "token mail min_ttl=0 fresh=false wait=3600",
                    "token ads token=a b min_ttl=0 fresh=false wait=30",
                    "token ads scope=x y/z resource=https://a.example/?b=c&d min_ttl=0 fresh=false wait=30", "health",
                    "accounts", "account ads",
                    "start consent ads -", "start consent ads paste", "consent ads wait=7", "cancel consent ads",
                    "take redirect ads a \"code\" é", "refresh ads wait=30", "logout ads",
                    "headers ads min_ttl=0 fresh=false wait=30", "headers ads min_ttl=0 fresh=false wait=30 for 7 -",
                    "headers ads min_ttl=0 fresh=false wait=30 for 7 8", "choose ads 1 2", "reload",
                ])
        }
    }

    @Test(arguments: [
        ("/token/ads?fresh=1", "token ads min_ttl=0 fresh=true wait=30"),
        ("/token/ads?fresh", "token ads min_ttl=0 fresh=true wait=30"),
        ("/token/ads?fresh=false&wait=0&min_ttl=1000000000", "token ads min_ttl=1000000000 fresh=false wait=0"),
        ("/token/%61d%73?", "token ads min_ttl=0 fresh=false wait=30"),
        ("/token/a%2Fd%20s", "token a/d s min_ttl=0 fresh=false wait=30"),
        ("/token/a+b", "token a+b min_ttl=0 fresh=false wait=30"),
        ("/token/ads&x", "token ads&x min_ttl=0 fresh=false wait=30"),
        ("/token/%61ds&x=y+z", "token ads&x=y+z min_ttl=0 fresh=false wait=30"),
        ("/token/ads=x", "token ads=x min_ttl=0 fresh=false wait=30"),
        ("/token/%C3%A9", "token é min_ttl=0 fresh=false wait=30"),
        ("/token/%zz", "token %zz min_ttl=0 fresh=false wait=30"),
        ("/token/%ff", "token %ff min_ttl=0 fresh=false wait=30"),
        ("/token/", "token  min_ttl=0 fresh=false wait=30"),
        ("/token/ads/", "token ads token= min_ttl=0 fresh=false wait=30"),
        ("/token/ads/x%20y?wait=1", "token ads token=x y min_ttl=0 fresh=false wait=1"),
        ("/%74oken/ads/..", "token ads token=.. min_ttl=0 fresh=false wait=30"),
        ("/token/../accounts", "token .. token=accounts min_ttl=0 fresh=false wait=30"),
        ("/token/ads?scope=a+b%20c", "token ads scope=a b c min_ttl=0 fresh=false wait=30"),
        (
            "/token/ads?resource=https://a.example/&fresh",
            "token ads resource=https://a.example/ min_ttl=0 fresh=true wait=30"
        ),
        ("/accounts/ads/consent", "consent ads wait=0"),
    ])
    func `a valid request target is accepted`(target: String, call: String) async throws {
        try await withServedDaemon { daemon, path, _ in
            _ = try await get(path, target)
            #expect(await daemon.allCalls() == [call])
        }
    }

    @Test(arguments: [
        "?minttl=5", "?min_ttl=", "?min_ttl=-1", "?min_ttl=5m", "?min_ttl=1000000001", "?min_ttl=99999999999999999999",
        "?min_ttl=1&min_ttl=1", "?fresh=yes", "?fresh&fresh", "?wait=3601", "?wait=1.5", "?Wait=1", "?=", "?%zz",
        "?%ff",
        "?wait=1&%1b%5b2J", "/x?scope=a", "/x?resource=https://a.example", "?scope=", "?scope=a&scope=b",
    ])
    func `a mistake in a query is reported`(query: String) async throws {
        try await withServedDaemon { daemon, path, _ in
            let answer = try #require(try await get(path, "/token/ads\(query)"))
            #expect(answer.status == 400)
            #expect(answer.problem?.code == .malformedRequest)
            #expect(!answer.body.contains("\u{1b}"))
            #expect(await daemon.allCalls() == [])
        }
    }

    @Test(arguments: [
        "/", "", "/tokens/ads", "/token", "/token/ads/x/y", "/Token/ads", "//token/ads",
        "/accounts/ads/grants", "/accounts/ads/ads", "/accounts/ads/consent/x", "/accounts/ads/consent/redirect/x",
        "/health/x", "/reload/", "/accounts//", "/openapi.json/", "/openapi",
        "http://valetkey/token/ads",
        "*", "/%74oken/ads/../..", "/tokens/../accounts",
    ])
    func `an unknown path is reported`(target: String) async throws {
        try await withServedDaemon { daemon, path, _ in
            let answer = try await get(path, target)
            #expect(answer?.status == (target.isEmpty ? 400 : 404))
            #expect(target.isEmpty || answer?.problem?.code == .notFound)
            #expect(target.isEmpty || answer?.problem?.hint?.hasPrefix("a token is at /token/ACCOUNT, ") == true)
            #expect(await daemon.allCalls() == [])
        }
    }

    @Test(arguments: [
        ("/token/ads", ["GET", "HEAD"]), ("/health", ["GET", "HEAD"]), ("/accounts", ["GET", "HEAD"]),
        ("/accounts/ads", ["GET", "HEAD"]), ("/accounts/ads/consent", ["GET", "HEAD", "POST", "DELETE"]),
        ("/accounts/ads/consent/redirect", ["POST"]), ("/accounts/ads/refresh", ["POST"]),
        ("/accounts/ads/take", ["POST"]),
        ("/accounts/ads/grant", ["DELETE"]), ("/accounts/ads/ads/headers", ["GET", "HEAD"]),
        ("/accounts/ads/ads/customer", ["PUT"]), ("/accounts/ads/dpop", ["POST"]), ("/reload", ["POST"]),
        ("/openapi.json", ["GET", "HEAD"]), ("/store", ["GET", "HEAD"]),
    ])
    func `a path accepts its methods and no others`(target: String, methods: [String]) async throws {
        try await withServedDaemon { _, path, _ in
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
                let request = "\(method) \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
                let answer = try #require(try await ask(path, request, hasBody: method != "HEAD"))
                guard !methods.contains(method) else {
                    #expect(answer.status != 405)
                    continue
                }
                #expect(answer.status == 405, "\(method)")
                #expect(answer["allow"] == methods.joined(separator: ", "))
                guard method != "HEAD" else { continue }
                #expect(answer.problem?.code == .methodNotAllowed)
                #expect(answer.problem?.detail == "this path doesn't take \(method)")
            }
        }
    }

    @Test(arguments: [
        ("/accounts/ads/consent", "{"), ("/accounts/ads/consent", "[]"), ("/accounts/ads/consent", "{\"flow\":\"x\"}"),
        ("/accounts/ads/consent/redirect", ""), ("/accounts/ads/consent/redirect", "{}"),
        ("/accounts/ads/consent/redirect", "{\"redirect\":1}"), ("/accounts/ads/consent/redirect", "code=x"),
        ("/accounts/ads/consent/redirect", "\u{0}"),
    ])
    func `a body that the path doesn't accept is reported`(target: String, body: String) async throws {
        try await withServedDaemon { daemon, path, _ in
            let length = body.utf8.count
            let request = "POST \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n\(body)"
            let answer = try await ask(path, request)
            #expect(answer?.status == 400)
            #expect(answer?.problem?.code == .malformedRequest)
            #expect(await daemon.allCalls() == [])
        }
    }

    @Test func `the paths suggested for an unknown one exist`() async throws {
        try await withServedDaemon { _, path, _ in
            let hint = try #require(try await get(path, "/nothing")?.problem?.hint)
            let paths = hint.split(separator: " ").filter { $0.hasPrefix("/") }.map { $0.filter { $0 != "," } }
            #expect(paths.count == 3)
            for target in paths { #expect(try await get(path, target)?.problem?.code != .notFound, "\(target)") }
        }
    }

    @Test(arguments: ["Host: valetkey\r\n", "Host: evil.example\r\n", "Host:\r\n", ""])
    func `the host can be any`(header: String) async throws {
        try await withServedDaemon { _, path, _ in
            let answer = try await ask(path, "GET /token/ads HTTP/1.1\r\n\(header)\r\n")
            #expect(answer?.body == "token-of-ads")
        }
    }

    @Test(arguments: ["/nothing", "/token/nobody", "/reload", "/token/ads?x"])
    func `the answer to HEAD has no body, whatever it says`(target: String) async throws {
        try await withServedDaemon { _, path, _ in
            try await offPool {
                let client = try RawClient(.unix(path: path))
                let answer = try client.ask("HEAD \(target) HTTP/1.1\r\n\r\n", hasBody: false)
                #expect((400...405).contains(answer?.status ?? 0))
                #expect(try client.ask("GET /token/ads HTTP/1.1\r\n\r\n")?.body == "token-of-ads")
            }
        }
    }

    @Test(arguments: ["refresh", "consent"])
    func `the time to wait is limited`(path place: String) async throws {
        let method = place == "refresh" ? "POST" : "GET"
        for (query, status) in [("?wait=0", 200), ("?wait=3600", 200), ("?wait=-1", 400), ("?wait=3601", 400)] {
            try await withServedDaemon { _, path, _ in
                let answer = try await ask(path, "\(method) /accounts/ads/\(place)\(query) HTTP/1.1\r\n\r\n")
                #expect(answer?.status == status, "\(query)")
            }
        }
    }

    @Test func `starting a consent is answered with 201`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let request = "POST /accounts/ads/consent HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
            let answer = try await ask(path, request)
            #expect(answer?.status == 201)
            #expect(await daemon.allCalls() == ["start consent ads -"])
        }
    }
}
