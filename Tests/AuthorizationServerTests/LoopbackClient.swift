import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import OAuth
import Text

/// Sends one request on one connection, without following redirects.
struct LoopbackClient {
    struct Reply: Sendable {
        var head: HTTPResponseHead
        var body: String
    }

    /// The server has closed the connection without a complete reply.
    struct HungUp: Error {}

    let port: Int

    func get(_ uri: String, bearer: String? = nil, host: String = "127.0.0.1") async throws -> Reply {
        var headers: HTTPHeaders = ["Host": host]
        if let bearer { headers.add(name: "Authorization", value: "Bearer \(bearer)") }
        return try await send(HTTPRequestHead(version: .http1_1, method: .GET, uri: uri, headers: headers), body: "")
    }

    func post(_ uri: String, _ form: [String: String]) async throws -> Reply {
        let body = FormEncoding.encode(form.map { FormField($0.key, $0.value) })
        let headers: HTTPHeaders = [
            "Host": "127.0.0.1:\(port)", "Content-Type": FormEncoding.mediaType, "Content-Length": "\(body.utf8.count)",
        ]
        return try await send(HTTPRequestHead(version: .http1_1, method: .POST, uri: uri, headers: headers), body: body)
    }

    private func send(_ head: HTTPRequestHead, body: String) async throws -> Reply {
        let group = MultiThreadedEventLoopGroup.singleton
        let loop = group.next()
        let reply = loop.makePromise(of: Reply.self)
        let connected = ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(ReplyGatherer(reply))
                }
            }
            .connect(host: "127.0.0.1", port: port)
        connected.whenFailure { reply.fail($0) }
        let channel = try await connected.get()
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        let whole = try await reply.futureResult.get()
        try? await channel.close()
        return whole
    }
}

private final class ReplyGatherer: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<LoopbackClient.Reply>
    private var reply: LoopbackClient.Reply?

    init(_ promise: EventLoopPromise<LoopbackClient.Reply>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): reply = LoopbackClient.Reply(head: head, body: "")
        case .body(let part): reply?.body += String(buffer: part)
        case .end: if let reply { promise.succeed(reply) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(LoopbackClient.HungUp())
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
    }
}
