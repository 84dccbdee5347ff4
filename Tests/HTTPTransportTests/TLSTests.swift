import FoundationEssentials
import HTTPTransport
import Scratch
import Subprocess
import SystemPackage
import Testing

private let openssl = "/usr/bin/openssl"

// TLS-1
@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: openssl), "it takes openssl to serve TLS"))
    func `a server whose certificate nobody vouches for is refused`() async throws {
        let folder = try ScratchFolder()
        let (key, certificate) = (folder.file("key.pem"), folder.file("certificate.pem"))
        let made = try await run(
            .path(FilePath(openssl)),
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                "-keyout", key, "-out", certificate, "-subj", "/CN=localhost", "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:localhost",
            ], output: .discarded, error: .string(limit: 10_000))
        try #require(made.terminationStatus.isSuccess, "\(made.standardError)")

        let server = try await run(
            .path(FilePath(openssl)),
            arguments: ["s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www"],
            input: .none, output: .sequence, error: .discarded
        ) { execution in
            var port: Substring?
            for try await line in execution.standardOutput.strings() where line.hasPrefix("ACCEPT ") {
                port = line.split(separator: ":").last?.prefix { $0.isNumber }
                break
            }
            let transport = try CurlTransport()
            let url = "https://127.0.0.1:\(port ?? "")/token"
            let result = await transport.send(HTTPCall(.post, url, body: "code=secret", isDirect: true))
            transport.stop()
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(1))])
            return result
        }
        #expect(server.closureResult.failure?.kind == .tls)
    }
}
