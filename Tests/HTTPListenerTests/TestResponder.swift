import HTTPListener
import NIOCore
import NIOHTTP1
import NIOPosix
import RawClient
import Synchronization

/// Answers at once with the request, except for paths that begin with `/late`, whose answers wait for `release`.
final class TestResponder: HTTPResponder {
    private let held = Mutex<[HTTPExchange]>([])
    private let answered = Mutex(0)
    private let preparations = Mutex(0)
    let arrivals: AsyncStream<String>
    private let arrived: AsyncStream<String>.Continuation
    /// The paths whose clients have disconnected.
    let departures: AsyncStream<String>
    private let departed: AsyncStream<String>.Continuation

    init() {
        (arrivals, arrived) = AsyncStream.makeStream()
        (departures, departed) = AsyncStream.makeStream()
    }

    func respond(to request: HTTPRequest, _ exchange: HTTPExchange) {
        answered.withLock { $0 += 1 }
        let path = String(request.path)
        switch path {
        case _ where path.hasPrefix("/late"):
            held.withLock { $0.append(exchange) }
            exchange.whenClosed { self.departed.yield(path) }
        case "/big": exchange.answer(HTTPAnswer(status: .ok, text: String(repeating: "x", count: 4_000_000)))
        case "/shared": exchange.answer(RenderedAnswer(HTTPAnswer(status: .ok, text: "shared")))
        case "/nothing": exchange.answer(HTTPAnswer(status: .noContent))
        default: exchange.answer(HTTPAnswer(status: .ok, text: Self.echo(request)))
        }
        arrived.yield(path)
    }

    func prepare(_ request: HTTPRequest) -> Handling {
        preparations.withLock { $0 += 1 }
        return { [self] in respond(to: request, $0) }
    }

    func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer {
        HTTPAnswer(status: status, text: "refused")
    }

    /// Answers the oldest request that waits.
    func release(_ text: String = "late") {
        let exchange = held.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        exchange?.answer(HTTPAnswer(status: .ok, text: text))
    }

    var count: Int { answered.withLock { $0 } }

    /// How often a request was read to be answered again.
    var prepared: Int { preparations.withLock { $0 } }

    /// Waits until a request for this path has arrived.
    func arrival(of path: String) async {
        for await each in arrivals where each == path { return }
    }

    private static func echo(_ request: HTTPRequest) -> String {
        "\(request.head.method) \(request.path)?\(request.query) \(request.body.map { String(buffer: $0) } ?? "-")"
    }
}

extension HTTPListenerLimits {
    static let test = HTTPListenerLimits(
        headBytes: 65536, bodyBytes: 65536, requestTime: .seconds(30), idleTime: .seconds(30))
}

/// Runs a test against a listener on a port of its own, or at another address.
func withListener(
    at place: HTTPListener.Place = .tcp(host: "127.0.0.1", port: 0), limits: HTTPListenerLimits = .test,
    isAdmitted: @escaping @Sendable (any Channel) -> Bool = { _ in true },
    _ test: (HTTPListener, TestResponder, () throws -> RawClient) async throws -> Void
) async throws {
    let responder = TestResponder()
    let listener = try await HTTPListener.open(
        place, group: MultiThreadedEventLoopGroup.singleton, limits: limits
    ) { isAdmitted($0) ? .http(responder) : nil }
    let address: RawClient.Address =
        if case .unix(let path) = place { .unix(path: path) } else { .ipv4(port: listener.port ?? 0) }
    do {
        try await test(listener, responder) { try RawClient(address) }
    } catch {
        await listener.close(patience: .zero)
        throw error
    }
    await listener.close(patience: .zero)
}
