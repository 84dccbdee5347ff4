import FoundationEssentials
import HTTPListener
package import NIOCore
import NIOPosix
import ServiceLifecycle

/// An OAuth 2.0 authorization server on this machine, for demonstrations and tests. It listens from ``open(_:group:)``
/// until ``run()`` ends or ``close()`` is called, and keeps all its state in memory.
package struct AuthorizationServer: Service {
    /// The issuer identifier: `http://127.0.0.1:` and the port.
    package let issuer: String
    package let port: Int
    let shell: ServerShell
    let now: @Sendable () -> Date
    private let listener: HTTPListener

    /// Starts to listen, and returns the server.
    package static func open(
        _ settings: ServerSettings, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> AuthorizationServer {
        let shell = ServerShell(now: settings.now)
        let listener = try await HTTPListener.open(
            .tcp(host: "127.0.0.1", port: settings.port), group: group, limits: limits, responder: shell)
        let port = listener.port ?? settings.port
        let issuer = "http://127.0.0.1:\(port)"
        shell.start(ServerMachine(settings: settings, issuer: issuer))
        return AuthorizationServer(issuer: issuer, port: port, shell: shell, now: settings.now, listener: listener)
    }

    private static let limits = HTTPListenerLimits(
        headBytes: 32 * 1024, bodyBytes: 256 * 1024, requestTime: .seconds(30), idleTime: .seconds(60))

    package var authorizationEndpoint: String { issuer + "/authorize" }
    package var tokenEndpoint: String { issuer + "/token" }
    package var revocationEndpoint: String { issuer + "/revoke" }
    package var introspectionEndpoint: String { issuer + "/introspect" }
    package var deviceAuthorizationEndpoint: String { issuer + "/device_authorization" }
    /// The URL of a protected resource, which needs a valid access token.
    package var resource: String { issuer + "/resource" }

    /// Serves until its service group shuts down, or its task is cancelled.
    package func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    /// Stops listening, releases held requests, and closes every connection.
    package func close() async {
        shell.release()
        await listener.close(patience: .seconds(1))
    }
}

/// Runs an authorization server as long as the body runs.
package func withAuthorizationServer<Value>(
    _ settings: ServerSettings = .wonderland, _ body: (AuthorizationServer) async throws -> Value
) async throws -> Value {
    let server = try await AuthorizationServer.open(settings)
    do {
        let value = try await body(server)
        await server.close()
        return value
    } catch {
        await server.close()
        throw error
    }
}
