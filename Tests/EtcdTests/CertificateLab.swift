import FoundationEssentials
import HTTPTransport
import Scratch
import Subprocess
import SystemPackage
import Testing

/// An authority with certificates for a server and for clients, one of them without a common name; made by openssl.
struct CertificateLab {
    private let folder: ScratchFolder

    private static let openssl = "/usr/bin/openssl"
    static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: openssl) }

    init() async throws {
        folder = try ScratchFolder()
        try await run(
            ["req", "-x509"] + Self.key + ["-keyout", path("ca.key"), "-out", path("ca.pem"), "-subj", "/CN=authority"])
        let extensions = "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n"
        let file = try folder.place(extensions, as: "extensions")
        for (name, subject) in [("server", "/CN=server"), ("named", "/O=team/CN=mail"), ("nameless", "/O=team")] {
            try await run(
                ["req"] + Self.key
                    + ["-keyout", path("\(name).key"), "-out", path("\(name).csr"), "-subj", subject])
            try await run([
                "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
                "-CAcreateserial", "-days", "1", "-extfile", file, "-out", path("\(name).pem"),
            ])
        }
    }

    private static let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

    var authorities: String { path("ca.pem") }

    func path(_ name: String) -> String { folder.file(name) }

    func certificate(_ name: String) -> ClientCertificate {
        ClientCertificate(path: path("\(name).pem"), keyPath: path("\(name).key"))
    }

    private func run(_ words: [String]) async throws {
        let made = try await Subprocess.run(
            .path(FilePath(Self.openssl)), arguments: Arguments(words), output: .discarded,
            error: .string(limit: 10_000))
        try #require(made.terminationStatus.isSuccess, "\(made.standardError)")
    }
}
