import FoundationEssentials
package import Grants
package import HTTPTransport
import OAuth
package import Text

/// A request to an authorization server with its reply.
package struct Exchange: Sendable {
    package var reply: HTTPReply
    /// The moment before the request was sent: a token's life may be shorter than we think, never longer.
    package var sent: Moment
    /// Hides what the request carried.
    package var mask: SecretMask

    package init(reply: HTTPReply, sent: Moment, mask: SecretMask) {
        self.reply = reply
        self.sent = sent
        self.mask = mask
    }

    /// What the reply means, as one to a request that had a refresh token or asked for a scope.
    func meaning(isRefresh: Bool = false, scope: Scope = Scope([]), tokensPath: [String] = []) -> TokenReply {
        TokenReply(
            status: reply.status, retryAfter: reply.retryAfter, body: Data(reply.body),
            to: ReplyContext(mask: mask, isRefresh: isRefresh, scope: scope, sent: sent.wall, tokensPath: tokensPath))
    }
}
