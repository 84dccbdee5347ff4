package import HTTPTransport
import NIOCore
import NIOPosix
import Synchronization

/// A server that does with each request what the test says, whatever HTTP thinks of it. It hangs up after a minute,
/// so that a client without a time limit of its own fails its test in place of holding it.
package final class ScriptedServer: Sendable {
    package enum Act: Sendable {
        /// Sends these bytes and leaves the connection open.
        case send(String)
        /// Sends these bytes and closes.
        case close(after: String)
        case silence
        /// Sends these octets and closes the connection.
        case octets([UInt8])
        /// Sends this part of a reply and keeps the connection for the rest. Once the part is sent, calls `then`.
        case part(String, then: @Sendable () -> Void)
        /// Sends the rest of the reply whose part was sent before, and replies to this request.
        case rest(String, reply: String)
    }

    /// Something that the test may wait for.
    package enum Event: Sendable, Equatable {
        case request(String)
        case hungUp
    }

    /// The connection that waits for the rest of a reply.
    fileprivate final class Parked: Sendable {
        let channel = Mutex<(any Channel)?>(nil)
    }

    package let port: Int
    package let events: AsyncStream<Event>
    private let socket: any Channel

    package init(_ script: @escaping @Sendable (_ request: String) -> Act) async throws {
        let (events, happen) = AsyncStream.makeStream(of: Event.self)
        self.events = events
        let parked = Parked()
        socket = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Conversation(script, happen, parked))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = socket.localAddress?.port ?? 0
    }

    package func close() async {
        try? await socket.close()
    }

    /// The first request that comes.
    package func request() async -> String? {
        for await case .request(let text) in events { return text }
        return nil
    }

    /// Waits until a client has hung up.
    package func hangUp() async {
        for await event in events where event == .hungUp { return }
    }
}

/// Gathers whole requests: head, and body by its Content-Length.
private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: @Sendable (String) -> ScriptedServer.Act
    private let happen: AsyncStream<ScriptedServer.Event>.Continuation
    private let parked: ScriptedServer.Parked
    private var text = ""

    init(
        _ script: @escaping @Sendable (String) -> ScriptedServer.Act,
        _ happen: AsyncStream<ScriptedServer.Event>.Continuation, _ parked: ScriptedServer.Parked
    ) {
        self.parked = parked
        self.script = script
        self.happen = happen
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        guard let request = takeRequest() else { return }
        happen.yield(.request(request))
        switch script(request) {
        case .send(let reply): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply)), promise: nil)
        case .close(let reply):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply)), promise: nil)
            context.close(promise: nil)
        case .octets(let octets):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: nil)
            context.close(promise: nil)
        case .part(let part, let then):
            parked.channel.withLock { $0 = context.channel }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: part))).whenComplete { _ in then() }
        case .rest(let rest, let reply):
            parked.channel.withLock { $0 }?.writeAndFlush(ByteBuffer(string: rest), promise: nil)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply)), promise: nil)
        case .silence: break
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(60)) { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        happen.yield(.hungUp)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func takeRequest() -> String? {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].lowercased().split(separator: "\r\n")
        let length = lines.first { $0.hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        guard text[end.upperBound...].utf8.count >= length else { return nil }
        defer { text = "" }
        return text
    }
}

/// Runs a test against a scripted server and a transport of its own.
package func withServer(
    _ script: @escaping @Sendable (_ request: String) -> ScriptedServer.Act,
    _ test: (ScriptedServer, CurlTransport) async throws -> Void
) async throws {
    let server = try await ScriptedServer(script)
    let transport = CurlTransport()
    defer { transport.stop() }
    do {
        try await test(server, transport)
    } catch {
        await server.close()
        throw error
    }
    await server.close()
}
