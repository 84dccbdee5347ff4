import HTTPListener
import NIOCore
import NIOHTTP1
import NIOPosix
import RawClient
import Scratch

/// Answers `/` with the stream that the test defines, and any other path with its name.
final class StreamingResponder: HTTPResponder {
    typealias Body = @Sendable (HTTPAnswerStream) async throws -> Void

    private let body: Body
    private let exchanges: AsyncStream<HTTPExchange>
    private let arrived: AsyncStream<HTTPExchange>.Continuation

    init(_ body: @escaping Body) {
        self.body = body
        (exchanges, arrived) = AsyncStream.makeStream()
    }

    func respond(to request: HTTPRequest, _ exchange: HTTPExchange) {
        if request.path == "/" {
            arrived.yield(exchange)
        } else {
            exchange.answer(HTTPAnswer(status: .ok, text: String(request.path)))
        }
    }

    func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer { HTTPAnswer(status: status) }

    /// Produces the bodies until the listener is closed.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await exchange in exchanges {
                group.addTask { [body] in await exchange.answer(HTTPAnswerHead(headers: ["X": "y"]), body: body) }
            }
        }
    }

    func finish() {
        arrived.finish()
    }
}

/// Opens a connection. It must be read outside the cooperative pool, on which the bodies are produced.
typealias Connect = @Sendable () throws -> RawClient

/// Runs a test against a listener on a Unix socket that streams this body.
func withStream(
    limits: HTTPListenerLimits = .test, _ body: @escaping StreamingResponder.Body,
    _ test: (HTTPListener, @escaping Connect) async throws -> Void
) async throws {
    let folder = try ScratchFolder()
    let responder = StreamingResponder(body)
    let listener = try await HTTPListener.open(
        .unix(path: folder.file("s")), group: MultiThreadedEventLoopGroup.singleton, limits: limits,
        responder: responder)
    try await withThrowingTaskGroup { group in
        group.addTask(executorPreference: OwnThreads.shared) { await responder.run() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await test(listener) { try RawClient(.unix(path: folder.file("s"))) })
        } catch {
            result = .failure(error)
        }
        await listener.close(patience: .zero)
        responder.finish()
        try await group.waitForAll()
        try result.get()
    }
}
