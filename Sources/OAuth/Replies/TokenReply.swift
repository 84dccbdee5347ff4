import Failures
package import FoundationEssentials
package import Text

/// The meaning of a reply from the token endpoint.
package enum TokenReply: Sendable, Equatable {
    case granted(IssuedTokens)
    /// A new refresh token without an access token: it replaces the one in the request, and the refresh is repeated
    /// with it.
    case replaced(refreshToken: Secret, reason: String)
    /// An error as in RFC 6749 section 5.2, or a text that is known to mean one.
    case refused(OAuthError, retryAfter: Duration?)
    /// A 400 or 401 without an OAuth error: it is unknown whether the refresh token or the client is refused.
    case unexplained(reason: String, retryAfter: Duration?)
    /// Neither tokens nor an error: the grant is unchanged and the request is repeated later.
    case unusable(reason: String, retryAfter: Duration?)

    /// The upper limit of `retryAfter`, so that a server's mistake can't suspend an account for days.
    private static let longestWait = Duration.seconds(3600)

    /// Parses a reply; `retryAfter` is the delay in the header of that name, and `headers` are those of
    /// `ReplyHeaders.names` that the reply has.
    package init(
        status: Int, retryAfter: Duration?, headers: [String: String] = [:], body: Data,
        to request: ReplyContext = ReplyContext()
    ) {
        let headers = ReplyHeaders(headers)
        let reply = ReplyObject(body)
        let isGood = (200..<300).contains(status)
        if isGood, let reply, let tokens = IssuedTokens(reply, to: request) {
            self = .granted(tokens)
            return
        }
        let object = isGood ? reply : headers.completing(reply)
        let words = object.map { ServerWords($0, mask: request.mask) } ?? ServerWords(Array(body), mask: request.mask)
        let error = OAuthError(words, status: status, isRefresh: request.isRefresh)
        let reason = Self.describe(status: status, error, words, body, request.mask)
        let isBusy = [429, 503].contains(status) || error?.code == .throttled
        let asked = retryAfter ?? (isBusy ? StatedWait(headers, object, now: request.sent).duration : nil)
        let wait = asked.map { min(max($0, .zero), Self.longestWait) }
        if isGood, error == nil, request.isRefresh, let token = reply?.refreshToken(at: request.tokensPath) {
            self = .replaced(
                refreshToken: Secret(token), reason: "HTTP \(status) with a refresh token but without an access token")
            return
        }
        switch (status, error) {
        case (300..<400, _), (408, _), (425, _), (429, _), (500..., _):
            self = .unusable(reason: reason, retryAfter: wait)
        case (_, let error?): self = .refused(error, retryAfter: wait)
        case (400...401, nil): self = .unexplained(reason: reason, retryAfter: wait)
        default: self = .unusable(reason: reason, retryAfter: wait)
        }
    }

    /// Whether the body contains what must be kept although it is incomplete: the whole object with an access token, or
    /// a refresh token, which may have replaced the one in the request.
    package static func holdsToken(_ body: some Collection<UInt8>, at path: [String] = []) -> Bool {
        guard let reply = ReplyObject(Data(body)) else { return false }
        if reply.refreshToken(at: path) != nil { return true }
        return reply.isWhole && reply.placed(at: path).token("access_token") != nil
    }

    private static func describe(
        status: Int, _ error: OAuthError?, _ words: ServerWords, _ body: Data, _ mask: SecretMask
    ) -> String {
        if let error { return "HTTP \(status), \(error)" }
        if words.isObject {
            return words.explanation.map { "HTTP \(status) that says: \(UntrustedText.clean($0))" }
                ?? "HTTP \(status) with JSON that holds no token"
        }
        let text = mask.cover(String(decoding: body.prefix(1000), as: UTF8.self))
        let said = UntrustedText.clean(text, limit: 200)
        // An HTML page is meant for a browser, and a text that looks like data may contain tokens: neither is shown.
        guard !(200..<300).contains(status), !said.isEmpty, !said.contains(where: "<{[\"=&".contains) else {
            return (200..<300).contains(status)
                ? "HTTP \(status) with a body that isn't a JSON object" : "HTTP \(status) without an OAuth error"
        }
        return "HTTP \(status) without an OAuth error; it says: \(said)"
    }
}

extension ReplyObject {
    fileprivate func refreshToken(at path: [String]) -> String? {
        placed(at: path).token("refresh_token") ?? token("refresh_token")
    }
}
