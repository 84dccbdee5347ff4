import FoundationEssentials
import Scratch
import Subprocess
import SystemPackage
import Testing

/// A TLS server with a self-signed certificate, run by openssl.
struct TLSServer {
    let port: Int
    /// The path of the certificate, which a client must trust.
    let certificate: String

    static let openssl = "/usr/bin/openssl"
    static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: openssl) }

    /// Runs a test against a server whose certificate is for these names, such as `DNS:localhost`.
    static func run<Value: Sendable>(names: String, _ test: (TLSServer) async throws -> Value) async throws -> Value {
        let folder = try ScratchFolder()
        let (key, certificate) = (folder.file("key.pem"), folder.file("certificate.pem"))
        let made = try await Subprocess.run(
            .path(FilePath(openssl)),
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                "-keyout", key, "-out", certificate, "-subj", "/CN=valetkey", "-addext", "subjectAltName=\(names)",
            ], output: .discarded, error: .string(limit: 10_000))
        try #require(made.terminationStatus.isSuccess, "\(made.standardError)")
        let served = try await Subprocess.run(
            .path(FilePath(openssl)),
            arguments: ["s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www"],
            input: .none, output: .sequence, error: .discarded
        ) { execution in
            var port: Int?
            for try await line in execution.standardOutput.strings() where line.hasPrefix("ACCEPT ") {
                port = line.split(separator: ":").last.flatMap { Int($0.prefix { $0.isNumber }) }
                break
            }
            let value = try await test(TLSServer(port: try #require(port), certificate: certificate))
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(1))])
            return value
        }
        return served.closureResult
    }
}
