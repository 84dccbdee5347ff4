package import NIOCore
import NIOHTTP1
import NIOPosix

/// Sockets that are being listened on, and the connections that came in by them.
package struct HTTPListener: Sendable {
    /// Where to listen.
    package enum Place: Sendable {
        /// An IP literal and a port; 0 lets the kernel choose one.
        case tcp(host: String, port: Int)
        /// A path whose file must not exist yet.
        case unix(path: String)
        /// A listening socket that this process owns from now on, as the service manager hands over.
        case inherited(descriptor: CInt)
    }

    private let socket: any Channel
    private let connections: OpenConnections

    /// The TCP port; nil on a Unix socket.
    package var port: Int? { socket.localAddress?.port }

    /// Starts to listen, with one responder for all connections; an `IOError` says why the place can't be had.
    package static func open(
        _ place: Place, group: any EventLoopGroup, limits: HTTPListenerLimits, responder: any HTTPResponder
    ) async throws -> HTTPListener {
        try await open(place, group: group, limits: limits) { _ in responder }
    }

    /// Starts to listen; an `IOError` says why the place can't be had. `responder` looks at each new connection before
    /// a byte is read, on its event loop, and says who answers its requests; where that is nobody, it is closed.
    package static func open(
        _ place: Place, group: any EventLoopGroup, limits: HTTPListenerLimits,
        responder: @escaping @Sendable (any Channel) -> (any HTTPResponder)?
    ) async throws -> HTTPListener {
        let connections = OpenConnections()
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelInitializer { channel in
                // Without it a process that is out of descriptors would try to accept without a pause.
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause())
                }
            }
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            // A client may end its side after its last request, and still wants the answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let responder = responder(channel), connections.add(channel) else {
                        throw ChannelError.ioOnClosedChannel
                    }
                    try channel.pipeline.syncOperations.addHandlers(handlers(responder, limits: limits))
                }
            }
        let socket =
            switch place {
            case .tcp(let host, let port):
                try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .bind(to: SocketAddress(ipAddress: host, port: port)).get()
            case .unix(let path): try await bootstrap.bind(unixDomainSocketPath: path).get()
            case .inherited(let descriptor): try await bootstrap.withBoundSocket(descriptor).get()
            }
        return HTTPListener(socket: socket, connections: connections)
    }

    /// What stands between a connection and its responder.
    package static func handlers(_ responder: any HTTPResponder, limits: HTTPListenerLimits) -> [any ChannelHandler] {
        var parser = NIOHTTPDecoderLimitConfiguration()
        parser.maxHeaderFieldSize = limits.headBytes
        parser.maxHeaderListSize = limits.headBytes
        parser.maxHeaderFieldCount = 100
        return [
            HTTPResponseEncoder(),
            ByteToMessageHandler(
                HTTPRequestDecoder(limitConfiguration: parser), maximumBufferSize: limits.headBytes + 65536),
            HTTPConnection(responder: responder, limits: limits),
        ]
    }

    /// Stops to listen; connections that are open stay open.
    package func stopListening() async {
        try? await socket.close()
    }

    /// Stops to listen and ends every connection: those that have sent nothing in a moment, the others when they have
    /// their answer, all of them by `patience` at the latest.
    package func close(patience: TimeAmount) async {
        await stopListening()
        await connections.close(patience: patience, on: socket.eventLoop)
    }
}
