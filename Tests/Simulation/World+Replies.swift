import Accounts
import AuthorizationClient
import Failures
import Grants
import HTTPTransport
import OAuth
import Text
import Vendors

/// Reads replies with the production code and applies them to the machine.
extension World {
    private static let catalogue = ProviderCatalogue.complete

    func read(_ reply: ModelReply, _ post: RefreshPost) -> ReplyOutcome {
        let used = post.order.grant.refreshToken
        let decoded = ContentCoding.decode(reply.body, reply.codings, limit: 1 << 20)
        let exchange = Exchange(
            reply: HTTPReply(status: reply.status, body: decoded.body), sent: sent,
            mask: SecretMask(sabotage == .masksNothing ? [] : [used].compactMap(\.self)))
        var outcome = exchange.outcome(
            for: post.settings, at: "as.example", isRefresh: used != nil, scope: post.order.grant.requestedScope,
            catalogue: Self.catalogue, now: moment.wall)
        if sabotage == .knowsExpiredTokensByOneName, case .failed(var failure) = outcome.outcome,
            failure.code == .invalidRefreshToken
        {
            failure.code = .badReply
            outcome.outcome = .failed(failure)
        }
        return outcome
    }

    // MARK: - Rules

    mutating func checkReply(_ outcome: RefreshOutcome, to post: RefreshPost, isInvalid: Bool) {
        guard book != nil else { return }
        let account = Cast.index(post.account)
        let last = stories[account].invalid
        let count = last.version == post.order.version ? last.count + 1 : 1
        stories[account].invalid = isInvalid ? (post.order.version, count) : (0, 0)
        guard let machine = book?.account(post.account)?.machine, machine.version == post.order.version else { return }
        if isInvalid, count > 1, !machine.needsConsent { fail("an invalid refresh token is tried again and again") }
        guard case .failed(let failure) = outcome else { return }
        if failure.isOfTarget { checkRefusal(post, machine) }
        guard failure.code == .throttled else { return }
        if let further = post.order.further {
            let state = machine.furtherStates.first { $0.token == further.token }
            if let due = state?.due, due - now < .seconds(60) { fail("a further token doesn't wait after throttling") }
            return
        }
        if let next = machine.nextRefresh, next - now < .seconds(60) { fail("a refresh doesn't wait after throttling") }
    }

    /// Checks that the texts of a failure contain no token.
    mutating func checkTexts(_ failure: Failure) {
        for text in [failure.detail, failure.hint, failure.said].compactMap(\.self)
        where text.contains(ModelToken.mark.dropLast()) {
            fail("a secret of a request is shown")
        }
    }
}
