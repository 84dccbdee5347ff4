import Crypto
import FoundationEssentials
package import Text

/// By which digests of a certificate a server finds the key of an assertion (RFC 7515 sections 4.1.7 and 4.1.8).
package enum CertificateThumbprints: String, Sendable, Hashable, CaseIterable {
    /// The SHA-1 and the SHA-256.
    case both
    /// The SHA-1 with RS256, else the SHA-256.
    case byAlgorithm = "by_algorithm"

    /// The members of the header for the first certificate of a PEM text; none where there is no certificate.
    package func header(of pem: Secret, algorithm: SignatureAlgorithm) -> [String: String] {
        guard let der = Self.firstCertificate(in: pem) else { return [:] }
        let all = [
            "x5t": Base64URL.encode(Insecure.SHA1.hash(data: der)),
            "x5t#S256": Base64URL.encode(SHA256.hash(data: der)),
        ]
        switch self {
        case .both: return all
        case .byAlgorithm: return all.filter { ($0.key == "x5t") == (algorithm == .rs256) }
        }
    }

    private static func firstCertificate(in pem: Secret) -> Data? {
        let lines = pem.expose().split(separator: "\n").map { $0.filter { !$0.isWhitespace } }
        guard let begin = lines.firstIndex(of: "-----BEGINCERTIFICATE-----"),
            let end = lines[begin...].firstIndex(of: "-----ENDCERTIFICATE-----")
        else { return nil }
        return Data(base64Encoded: lines[(begin + 1)..<end].joined())
    }
}
