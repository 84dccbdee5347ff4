import HTTPTransport
import ScriptedServer
import Testing

// TLS-1
@Suite(.timeLimit(.minutes(5)), .enabled(if: TLSServer.isAvailable, "it takes openssl to serve TLS"))
struct TLSTests {
    private func ask(
        _ method: HTTPCall.Method, _ server: TLSServer, trusting authorities: String?
    ) async throws -> Result<HTTPReply, TransportFailure> {
        let transport = CurlTransport(authorities: authorities)
        defer { transport.stop() }
        let url = "https://127.0.0.1:\(server.port)/token"
        return await transport.send(HTTPCall(method, url, body: "code=secret", timeout: .seconds(5), isDirect: true))
    }

    @Test func `a server with an untrusted certificate is refused`() async throws {
        let result = try await TLSServer.run(names: "IP:127.0.0.1,DNS:localhost") { server in
            try await ask(.post, server, trusting: nil)
        }
        #expect(result.failure?.kind == .tls)
    }

    @Test func `a server with a trusted certificate for its name is accepted`() async throws {
        let result = try await TLSServer.run(names: "IP:127.0.0.1") { server in
            // This server answers only GET.
            try await ask(.get, server, trusting: server.certificate)
        }
        #expect(result.reply?.status == 200)
    }

    @Test(arguments: ["DNS:as.example", "IP:127.0.0.2", "DNS:127.0.0.1.example"])
    func `a server with a trusted certificate for another name is refused`(names: String) async throws {
        let result = try await TLSServer.run(names: names) { server in
            try await ask(.post, server, trusting: server.certificate)
        }
        #expect(result.failure?.kind == .tls)
    }
}
