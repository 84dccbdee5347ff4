package import APIServer
package import HTTPListener
package import NIOCore
import NIOPosix
import Scratch

/// Runs a test against a fake daemon that listens on a socket in the test's own folder.
package func withServedDaemon<Value>(
    _ daemon: FakeDaemon = FakeDaemon(),
    _ test: (_ daemon: FakeDaemon, _ path: String, _ server: SocketServer) async throws -> Value
) async throws -> Value {
    let folder = try ScratchFolder()
    return try await withServer(.path(folder.file("valetkey.sock")), daemon) { server in
        try await test(daemon, folder.file("valetkey.sock"), server)
    }
}

/// Runs a test during the work of a server at this address, and waits for the end of that work.
package func withServer<Value>(
    _ place: SocketPlace, _ daemon: FakeDaemon, limits: HTTPListenerLimits = SocketServer.limits,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    _ test: (SocketServer) async throws -> Value
) async throws -> Value {
    try await withServer(place, routes: daemon.routes, limits: limits, group: group, test)
}

/// Runs a test while a server with these routes works, and waits for the end of that work.
package func withServer<Value>(
    _ place: SocketPlace, routes: [Route], limits: HTTPListenerLimits = SocketServer.limits,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    _ test: (SocketServer) async throws -> Value
) async throws -> Value {
    let server = try await SocketServer.open(
        place, group: group, table: RouteTable(routes, version: "9.8.7"),
        limits: limits)
    return try await withThrowingTaskGroup { group in
        group.addTask(executorPreference: OwnThreads.shared) { await server.run() }
        do {
            let value = try await test(server)
            await server.close(patience: .zero)
            try await group.waitForAll()
            return value
        } catch {
            await server.close(patience: .zero)
            throw error
        }
    }
}
