import APIContract
import AuthorizationServer
import Console
import FoundationEssentials
import HTTPTransport

/// What all stories have in common: the screen, the authorization server, and the user.
struct Stage: Sendable {
    /// The command that shows the story, for people.
    let command: String
    let screen: Screen
    let server: AuthorizationServer
    let transport: any HTTPTransport
    let opensBrowser: Bool
    /// Whether the demonstration sends the forms itself, so that no user is needed.
    let isAutomatic: Bool
    /// The lifetime of the server's access tokens.
    let tokenLife: Duration

    func introduce() {
        screen.line(
            "", screen.styled(command, .bold),
            "Everything happens on this machine, and nothing of it stays.")
        screen.heading(1, "An authorization server listens")
        screen.line(
            "   \(screen.styled(server.issuer, .cyan))",
            "   Its access tokens live for \(tokenLife.components.seconds) seconds; a refresh token works only once.")
    }

    /// Shows how a program reads the token from this host.
    func showRequest(to host: DemoHost) {
        let request = "curl -s --unix-socket \(host.home.socket) http://valetkey/token/\(DemoAccount.name)"
        screen.line("   \(screen.styled(request, .cyan))")
    }

    /// The beginning of a token, enough to tell one from the next. The demonstration's tokens are valid nowhere else.
    func shortened(_ token: TokenAnswer) -> String {
        token.accessToken.prefix(8) + "…"
    }

    /// Shows that the token is valid: uses it, and returns what the resource has answered.
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
            return screen.styled("200, hello \(body.name)", .green)
        }
    }

    /// Shows why a refresh has failed; `place` says where.
    func show(_ detail: String, hint: String?, at place: String = "") {
        screen.line("   \(LocalTime.clock(Date()))  \(place)\(screen.styled(detail, .red))")
        if let hint { screen.line("             \(hint)") }
    }
}
