import FoundationEssentials
import HTTPTransport
import Scratch
import ScriptedServer
import Subprocess
import SystemPackage
import Testing

private let openssl = "/usr/bin/openssl"

@Suite(.timeLimit(.minutes(5)))
struct CertificateAuthorityTests {
    private static let isServable = FileManager.default.isExecutableFile(atPath: openssl)

    // C8
    @Test(.enabled(if: isServable, "it takes openssl to serve TLS"))
    func `a request trusts its own certificate authority and no other`() async throws {
        #expect(try await answer(trusting: .own).failure == nil)
        #expect(try await answer(trusting: .other).failure?.kind == .tls)
        #expect(try await answer(trusting: nil).failure?.kind == .tls)
    }

    private enum Authority {
        case own
        case other
    }

    /// The result of a GET from a server with a self-signed certificate.
    private func answer(trusting authority: Authority?) async throws -> Result<HTTPReply, TransportFailure> {
        let folder = try ScratchFolder()
        try await makeCertificate(in: folder, as: "other")
        try await makeCertificate(in: folder, as: "own")
        let authorities: String? =
            switch authority {
            case .own: folder.file("own.pem")
            case .other: folder.file("other.pem")
            case nil: nil
            }
        return try await withServer(folder.file("own-key.pem"), folder.file("own.pem")) { url in
            let transport = CurlTransport()
            defer { transport.stop() }
            // With -www the server answers only GET.
            return await transport.send(HTTPCall(.get, url, isDirect: true, authorities: authorities))
        }
    }

    private func makeCertificate(in folder: ScratchFolder, as name: String) async throws {
        let (key, certificate) = (folder.file("\(name)-key.pem"), folder.file("\(name).pem"))
        let made = try await run(
            .path(FilePath(openssl)),
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                "-keyout", key, "-out", certificate, "-subj", "/CN=localhost", "-addext",
                "subjectAltName=IP:127.0.0.1,DNS:localhost",
            ], output: .discarded, error: .string(limit: 10_000))
        try #require(made.terminationStatus.isSuccess, "\(made.standardError)")
    }

    private func withServer(
        _ key: String, _ certificate: String,
        _ body: @Sendable (String) async throws -> Result<HTTPReply, TransportFailure>
    ) async throws -> Result<HTTPReply, TransportFailure> {
        try await run(
            .path(FilePath(openssl)),
            arguments: ["s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www"],
            input: .none, output: .sequence, error: .discarded
        ) { execution in
            var port: Substring?
            for try await line in execution.standardOutput.strings() where line.hasPrefix("ACCEPT ") {
                port = line.split(separator: ":").last?.prefix { $0.isNumber }
                break
            }
            let result = try await body("https://127.0.0.1:\(port ?? "")/")
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(1))])
            return result
        }.closureResult
    }
}
