import APIContract
import AuthorizationServer
import Console
import FoundationEssentials
import HTTPTransport
import ServiceLifecycle

/// What the demonstration shows, from the start of the daemon to the last refresh.
struct Story: Service {
    let screen: Screen
    let server: AuthorizationServer
    let daemon: DaemonProcess
    let client: DaemonClient
    let home: ThrowAwayHome
    let transport: any HTTPTransport
    let opensBrowser: Bool
    /// Whether the demonstration sends the forms itself, so that no user is needed.
    let isAutomatic: Bool
    /// nil: until a signal.
    let time: Duration?

    /// Ends without an error when the time is over or the group shuts down.
    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await tell() }
                    if let time {
                        group.addTask {
                            try await Task.sleep(for: time)
                            try await checkConsent()
                        }
                    }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
        } catch is CancellationError where Task.isShuttingDownGracefully {
            // The expected end.
        }
    }

    private func tell() async throws {
        introduce()
        guard try await client.waitUntilReady(within: .seconds(15)) else {
            throw DemoFailure.daemonNotReady(socket: home.socket, log: daemon.log)
        }
        screen.heading(2, "The daemon is ready")
        screen.line("   \(home.socket)")
        try await consent()
        let token = try await read()
        try await showRefreshes(after: token)
    }

    /// A demonstration that has shown nothing of a consent has failed.
    private func checkConsent() async throws {
        let account = try await client.account()
        guard account.consentedAt == nil else { return }
        throw DemoFailure.consent("nobody has pressed Allow in that time")
    }

    private func introduce() {
        screen.line(
            "", screen.styled("valetkey demo", .bold),
            "Everything happens on this machine, and nothing of it stays.")
        screen.heading(1, "An authorization server listens")
        screen.line(
            "   \(screen.styled(server.issuer, .cyan))",
            "   Its access tokens live for \(DemoAccount.tokenLife.components.seconds) seconds; "
                + "a refresh token works only once.")
    }

    private func read() async throws -> TokenAnswer {
        screen.heading(4, "Any of your programs reads the token with one request")
        screen.line(
            "   \(screen.styled("curl -s --unix-socket \(home.socket) http://valetkey/token/\(DemoAccount.name)", .cyan))",
            "")
        let token = try await client.token()
        let name = try await open(with: token)
        screen.line(
            "   It answers \(shortened(token)), \(token.accessToken.count) characters, valid for \(token.expiresIn ?? 0) s.",
            "   With it, \(server.resource) answers: \(screen.styled("200, hello \(name)", .green))")
        return token
    }

    /// The beginning of a token, enough to tell one from the next. The demonstration's tokens are valid nowhere else.
    func shortened(_ token: TokenAnswer) -> String {
        token.accessToken.prefix(8) + "…"
    }

    /// Shows that the token is valid: uses it, and returns the name of its user.
    func open(with token: TokenAnswer) async throws -> String {
        struct Body: Decodable { let name: String }
        var call = HTTPCall(.get, server.resource, headers: [("Authorization", "Bearer \(token.accessToken)")])
        call.isDirect = true
        switch await transport.send(call) {
        case .failure(let failure):
            try Task.checkCancellation()
            throw DemoFailure.page("\(failure)")
        case .success(let reply):
            guard reply.status == 200, let body = try? JSONDecoder().decode(Body.self, from: Data(reply.body)) else {
                throw DemoFailure.resource(reply.status)
            }
            return body.name
        }
    }
}
