package import FoundationEssentials
import Text

/// The reply of a revocation endpoint (RFC 7009 section 2.2). A token that the server doesn't know counts as revoked.
package enum RevocationReply {
    private static let flags = ["ok", "success", "succeeded", "revoked"]

    /// Whether the reply is a success by its status, and its body doesn't say otherwise.
    package static func isRevoked(status: Int, body: Data) -> Bool {
        guard (200..<300).contains(status) else { return false }
        guard let reply = ReplyObject(body) else { return true }
        if let name = ServerWords(reply, mask: SecretMask()).name { return SpokenMeaning.ofName(name) == .deadToken }
        let isRefused = flags.contains { name in
            if case .flag(false) = reply.members[name] { true } else { false }
        }
        return !isRefused && ["error", "errors"].allSatisfy { reply.members[$0]?.objects.isEmpty != false }
    }
}
