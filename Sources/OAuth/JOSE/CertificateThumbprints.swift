import Crypto
import FoundationEssentials
package import Text

/// The certificate digests in the header of an assertion, by which a server finds the key (RFC 7515 sections 4.1.7 and
/// 4.1.8).
package enum CertificateThumbprints: String, Sendable, Hashable, CaseIterable {
    /// Both SHA-1 and SHA-256.
    case both
    /// SHA-1 with RS256, SHA-256 with any other algorithm.
    case byAlgorithm = "by_algorithm"

    /// Returns the header members for the first certificate of a PEM text; empty if it contains no certificate.
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
