import FoundationEssentials
package import Grants
package import HTTPTransport
import OAuth
package import Text

/// A request to an authorization server together with its reply.
package struct Exchange: Sendable {
    package var reply: HTTPReply
    /// The moment before the request was sent. Lifetimes are counted from here, so that the computed expiry is never
    /// too late.
    package var sent: Moment
    /// Masks the secrets that the request contained.
    package var mask: SecretMask

    package init(reply: HTTPReply, sent: Moment, mask: SecretMask) {
        self.reply = reply
        self.sent = sent
        self.mask = mask
    }

    /// Whether this is a revocation endpoint's reply that the token is revoked or unknown.
    var isRevoked: Bool { RevocationReply.isRevoked(status: reply.status, body: Data(reply.body)) }

    /// Parses the reply. The parameters describe the request: whether it contained a refresh token, and its scope.
    func meaning(isRefresh: Bool = false, scope: Scope = Scope([]), tokensPath: [String] = []) -> TokenReply {
        TokenReply(
            status: reply.status, retryAfter: reply.retryAfter, headers: reply.headers, body: Data(reply.body),
            to: ReplyContext(mask: mask, isRefresh: isRefresh, scope: scope, sent: sent.wall, tokensPath: tokensPath))
    }
}
