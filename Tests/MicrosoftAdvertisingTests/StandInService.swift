import Foundation
import HTTPListener
import MicrosoftAdvertisingService
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A stand-in for the Customer Management service on loopback, as strict as the real one: a request that differs from
/// the SDKs' is answered with 400, and the difference is recorded.
final class StandInService: HTTPResponder {
    /// The answer to the next request, instead of its result.
    struct Reply: Sendable {
        var status = 200
        var body: String
        var headers: [(String, String)] = []
    }

    private struct State: Sendable {
        var requests: [String] = []
        var complaints: [String] = []
        var replies: [Reply] = []
        var results: @Sendable (String) -> Reply = { _ in Reply(status: 404, body: "") }
    }

    private let state = Mutex(State())
    /// Returns how a request differs from the SDKs', except in what is left to the client.
    private let expected: @Sendable (HTTPRequest, String) -> [String]

    init(_ serviceProtocol: ServiceProtocol) {
        expected = serviceProtocol == .rest ? Self.complaintsOfREST : Self.complaintsOfSOAP
    }

    /// The bodies of the received requests.
    var requests: [String] { state.withLock(\.requests) }
    var complaints: [String] { state.withLock(\.complaints) }

    func reply(_ replies: Reply...) {
        state.withLock { $0.replies += replies }
    }

    /// Sets a function that computes the result of a request from its body; it is used if no reply is queued.
    func serve(_ results: @escaping @Sendable (String) -> Reply) {
        state.withLock { $0.results = results }
    }

    func respond(to request: HTTPRequest, _ exchange: HTTPExchange) {
        let body = request.body.map { String(buffer: $0) } ?? ""
        let complaints = expected(request, body)
        let reply = state.withLock { state in
            state.requests.append(body)
            state.complaints += complaints
            guard complaints.isEmpty else { return Reply(status: 400, body: "\(complaints)") }
            return state.replies.isEmpty ? state.results(body) : state.replies.removeFirst()
        }
        exchange.answer(
            HTTPAnswer(
                status: HTTPResponseStatus(statusCode: reply.status), headers: HTTPHeaders(reply.headers),
                text: reply.body))
    }

    func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer { HTTPAnswer(status: status) }

    /// Runs a test against the service, which listens on a free port.
    func run<Result>(_ test: (ServiceAddress) async throws -> Result) async throws -> Result {
        let limits = HTTPListenerLimits(
            headBytes: 65536, bodyBytes: 65536, requestTime: .seconds(30), idleTime: .seconds(30))
        let listener = try await HTTPListener.open(
            .tcp(host: "127.0.0.1", port: 0), group: MultiThreadedEventLoopGroup.singleton, limits: limits,
            responder: self)
        do {
            let result = try await test(try ServiceAddress("http://127.0.0.1:\(listener.port ?? 0)/"))
            await listener.close(patience: .zero)
            return result
        } catch {
            await listener.close(patience: .zero)
            throw error
        }
    }

    // MARK: - What the service insists on

    private static func complaints(
        _ request: HTTPRequest, _ path: String, _ headers: [(String, String)]
    ) -> [String] {
        var complaints: [String] = []
        if request.head.method != .POST { complaints.append("method \(request.head.method)") }
        if request.head.uri != path { complaints.append("path \(request.head.uri), not \(path)") }
        for (name, value) in headers where request.head.headers[name] != [value] {
            complaints.append("header \(name) \(request.head.headers[name]), not \(value)")
        }
        return complaints
    }

    private static func complaintsOfREST(_ request: HTTPRequest, _ body: String) -> [String] {
        let isSearch = body.contains("Predicates")
        let token = request.head.headers.first(name: "Authorization") ?? ""
        var found = complaints(
            request, "/CustomerManagement/v13/\(isSearch ? "Accounts/Search" : "User/Query")",
            [
                ("Content-Type", "application/json"), ("Accept", "application/json"),
                ("DeveloperToken", Sample.developerToken),
            ])
        if token != "Bearer \(Sample.accessToken)" && token != "Bearer \(Sample.refreshedToken)" {
            found.append("authorization")
        }
        let sdk = isSearch ? "msads-rest-searchaccounts.request.http" : "msads-rest-getuser.request.http"
        if let theirs = (try? Fixture.request(sdk)).flatMap({ Self.json($0.body, index: nil) }),
            theirs != Self.json(body, index: 0)
        {
            found.append("body \(body)")
        }
        return found
    }

    /// Parses JSON for comparison, with the page's index and size replaced.
    private static func json(_ text: String, index: Int?) -> NSDictionary? {
        guard var object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            return nil
        }
        if var page = object["PageInfo"] as? [String: Any], index != nil {
            page["Index"] = index
            page["Size"] = 10
            object["PageInfo"] = page
        }
        return object as NSDictionary
    }

    private static func complaintsOfSOAP(_ request: HTTPRequest, _ body: String) -> [String] {
        let isSearch = body.contains("SearchAccountsRequest")
        var found = complaints(
            request, "/Api/CustomerManagement/v13/CustomerManagementService.svc",
            [
                ("Content-Type", "text/xml; charset=utf-8"),
                ("SOAPAction", isSearch ? "\"SearchAccounts\"" : "\"GetUser\""),
            ])
        let sdk = isSearch ? "bingads-soap-searchaccounts.envelope.xml" : "bingads-soap-getuser.nil.envelope.xml"
        guard let theirs = try? CanonicalXML.lines(try Fixture.text(sdk)), let ours = try? CanonicalXML.lines(body)
        else {
            return found + ["no XML"]
        }
        if theirs != ours.map(Sample.firstPage) { found.append("envelope \(ours)") }
        return found
    }
}
