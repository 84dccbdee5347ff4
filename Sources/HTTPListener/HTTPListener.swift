import Glibc
package import NIOCore
import NIOHTTP1
import NIOPosix

/// The listening sockets of a server, and the connections that they have accepted.
package struct HTTPListener: Sendable {
    /// An address to listen on.
    package enum Place: Sendable {
        /// An IP address and a port; with port 0 the kernel chooses one.
        case tcp(host: String, port: Int)
        /// A path whose file must not exist yet.
        case unix(path: String)
        /// A listening socket that was passed by the service manager. The listener owns it from now on.
        case inherited(descriptor: CInt)
    }

    /// Who answers a connection.
    package enum Responder {
        case http(any HTTPResponder)
        /// For a connection that isn't HTTP.
        case plain(any PlainResponder)
    }

    private let socket: any Channel
    private let connections: OpenConnections
    /// Whether it listens on a port that nobody else listens on, as a service manager may on one that it has passed.
    private let isOwnPort: Bool

    /// The TCP port; nil on a Unix socket.
    package var port: Int? { socket.localAddress?.port }

    /// Starts to listen, with one responder for all connections. Throws an `IOError` where the address can't be used.
    package static func open(
        _ place: Place, group: any EventLoopGroup, limits: HTTPListenerLimits, responder: any HTTPResponder
    ) async throws -> HTTPListener {
        try await open(place, group: group, limits: limits) { _ in .http(responder) }
    }

    /// Starts to listen. Throws an `IOError` where the address can't be used. `responder` is called on the event loop
    /// for each new connection, before anything is read, and returns the responder for its requests; where it returns
    /// nil, the connection is closed.
    ///
    /// With a budget, connections wait in the kernel's queue while it is used up. With `keepsRequest`, the last request
    /// that a connection began with is kept, so that others needn't parse it; it must not be one with a secret in its path.
    package static func open(
        _ place: Place, group: any EventLoopGroup, limits: HTTPListenerLimits, budget: ConnectionBudget? = nil,
        keepsRequest: Bool = false,
        responder: @escaping @Sendable (any Channel) -> Responder?
    ) async throws -> HTTPListener {
        let connections = OpenConnections(limit: limits.connections)
        let first = keepsRequest ? FirstRequest() : nil
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            // Trying for a second connection costs nearly as much as accepting it, and mostly there is none.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { channel in
                // Without this handler, a process that is out of descriptors would try to accept without a pause.
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(budget))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.syncOptions?.setConnectionOptions()
                    guard let responder = responder(channel) else { throw ChannelError.ioOnClosedChannel }
                    try add(responder, to: channel, limits, connections, first)
                }
            }
        var isOwnPort = false
        let socket: any Channel
        switch place {
        case .tcp(let host, let port):
            isOwnPort = true
            socket = try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(to: SocketAddress(ipAddress: host, port: port)).get()
        case .unix(let path): socket = try await bootstrap.bind(unixDomainSocketPath: path).get()
        case .inherited(let descriptor): socket = try await bootstrap.withBoundSocket(descriptor).get()
        }
        return HTTPListener(socket: socket, connections: connections, isOwnPort: isOwnPort)
    }

    /// Takes a new connection up, where there is room for it. Throws where the listener is closing.
    private static func add(
        _ responder: Responder, to channel: any Channel, _ limits: HTTPListenerLimits, _ connections: OpenConnections,
        _ first: FirstRequest?
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        switch (responder, connections.add(channel)) {
        case (_, .closing), (.plain, .full): throw ChannelError.ioOnClosedChannel
        case (.http(let responder), .full):
            try pipeline.addHandlers([HTTPResponseEncoder(), FullNotice(responder.refuse(.serviceUnavailable))])
        case (.plain(let responder), .taken(let oldest)):
            oldest?.close(promise: nil)
            connections.note(channel, isWaiting: true)
            try pipeline.addHandler(PlainConnection(responder))
        case (.http(let responder), .taken(let oldest)):
            oldest?.close(promise: nil)
            let connection = HTTPConnection(
                responder: responder, limits: limits, connections: limits.connections == nil ? nil : connections)
            try pipeline.addHandlers(handlers(connection, first: first))
        }
    }

    /// The channel handlers between a connection and its responder.
    package static func handlers(_ responder: any HTTPResponder, limits: HTTPListenerLimits) -> [any ChannelHandler] {
        handlers(HTTPConnection(responder: responder, limits: limits))
    }

    static func handlers(_ connection: HTTPConnection, first: FirstRequest? = nil) -> [any ChannelHandler] {
        [HTTPWire(connection, first: first), connection]
    }

    /// Stops listening; open connections stay open.
    package func stopListening() async {
        try? await socket.eventLoop.submit {
            if isOwnPort { socket.shutDown() }
        }.get()
        try? await socket.close()
    }

    /// Stops listening and ends every connection: those without a request after a moment, the others after their
    /// answer, and all of them after `patience` at the latest.
    package func close(patience: TimeAmount) async {
        await stopListening()
        await connections.close(patience: patience, on: socket.eventLoop)
    }
}

extension Channel {
    /// Gives a listening socket's port back, also where a child process that is about to start another program still has
    /// the socket open. On the channel's own event loop.
    fileprivate func shutDown() {
        try? pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            _ = shutdown($0, CInt(SHUT_RD))
        }
    }
}

extension NIOSynchronousChannelOptions {
    /// Set in one go, because options of the bootstrap cost a chain of futures for each connection.
    fileprivate func setConnectionOptions() throws {
        try setOption(.autoRead, value: false)
        try setOption(.maxMessagesPerRead, value: 4)
        // A client may close its side after its last request and still expect the answer.
        try setOption(.allowRemoteHalfClosure, value: true)
    }
}
