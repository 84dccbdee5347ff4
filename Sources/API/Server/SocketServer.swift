package import HTTPListener
package import NIOCore

/// Serves the API on the Unix socket. Handlers are called on the event loop itself; what may take time is done by tasks
/// of `run`.
package struct SocketServer: Sendable {
    private let listener: HTTPListener
    private let tasks: RouteTasks
    private let socket: SocketPlace

    /// A reader's connections: small requests, and long enough for `?wait=3600`.
    package static let limits = HTTPListenerLimits(
        headBytes: 16_384, bodyBytes: 65_536, requestTime: .seconds(10), idleTime: .seconds(120))

    /// Starts to listen, and to answer what needs no task. `name` is what callers are said to have come in by.
    package static func open(
        _ place: SocketPlace, name: String = "main", group: any EventLoopGroup, table: RouteTable,
        limits: HTTPListenerLimits = Self.limits
    ) async throws(SocketFault) -> SocketServer {
        let tasks = RouteTasks()
        let listener = try await place.listen { listening in
            try await HTTPListener.open(listening, group: group, limits: limits) { channel in
                Caller(channel, socket: name).map { RouteResponder(table, tasks, caller: $0) }
            }
        }
        return SocketServer(listener: listener, tasks: tasks, socket: place)
    }

    /// Works until `close`, and cancels then what nobody waits for any more.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await work in tasks.work { group.addTask { await work() } }
            group.cancelAll()
        }
    }

    /// Takes no further connection; those that wait for an answer get it, by `patience` at the latest.
    package func close(patience: TimeAmount) async {
        await listener.stopListening()
        socket.removeIfOurs()
        await listener.close(patience: patience)
        tasks.finish()
    }
}
