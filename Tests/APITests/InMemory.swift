import APIServer
import HTTPListener
import NIOCore
import NIOEmbedded

/// Serves routes on a connection without a socket, so that a test can choose the caller.
struct InMemory {
    private let channel = EmbeddedChannel()

    init(_ routes: [Route], caller: Caller) throws {
        let responder = RouteResponder(RouteTable(routes, version: "1"), caller: caller)
        try channel.pipeline.syncOperations.addHandlers(
            HTTPListener.handlers(responder, limits: SocketServer.limits))
        channel.connect(to: try SocketAddress(unixDomainSocketPath: "reader"), promise: nil)
    }

    /// Sends the request and returns everything that is sent back at once.
    func ask(_ request: String) throws -> String {
        channel.pipeline.fireChannelRead(ByteBuffer(string: request))
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.run()
        var answer = ByteBuffer()
        while var part = try channel.readOutbound(as: ByteBuffer.self) { answer.writeBuffer(&part) }
        return String(buffer: answer)
    }
}
