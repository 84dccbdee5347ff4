package import FoundationEssentials
import Text

/// The meaning of a reply from the token endpoint.
package enum TokenReply: Sendable, Equatable {
    case granted(IssuedTokens)
    /// An error as in RFC 6749 section 5.2, or a text that is known to mean one.
    case refused(OAuthError, retryAfter: Duration?)
    /// A 400 or 401 without an OAuth error: it is unknown whether the refresh token or the client is refused.
    case unexplained(reason: String, retryAfter: Duration?)
    /// Neither tokens nor an error: the grant is unchanged and the request is repeated later.
    case unusable(reason: String, retryAfter: Duration?)

    /// The upper limit of `retryAfter`, so that a server's mistake can't suspend an account for days.
    private static let longestWait = Duration.seconds(3600)

    /// Parses a complete reply; `retryAfter` is the delay that it asks for.
    package init(status: Int, retryAfter: Duration?, body: Data, to request: ReplyContext = ReplyContext()) {
        let wait = retryAfter.map { min(max($0, .zero), Self.longestWait) }
        let reply = ReplyObject(body)
        if (200..<300).contains(status), let reply, let tokens = IssuedTokens(reply, to: request) {
            self = .granted(tokens)
            return
        }
        let words = reply.map { ServerWords($0, mask: request.mask) }
        let error = words.flatMap { OAuthError($0, status: status, isRefresh: request.isRefresh) }
        let reason = Self.describe(status: status, error, words, body, request.mask)
        switch (status, error) {
        case (300..<400, _), (408, _), (425, _), (429, _), (500..., _):
            self = .unusable(reason: reason, retryAfter: wait)
        case (_, let error?): self = .refused(error, retryAfter: wait)
        case (400...401, nil): self = .unexplained(reason: reason, retryAfter: wait)
        default: self = .unusable(reason: reason, retryAfter: wait)
        }
    }

    /// Whether the body begins with an object that contains an access token.
    package static func holdsToken(_ body: some Collection<UInt8>, at path: [String] = []) -> Bool {
        ReplyObject(Data(body))?.placed(at: path).text("access_token") != nil
    }

    private static func describe(
        status: Int, _ error: OAuthError?, _ words: ServerWords?, _ body: Data, _ mask: SecretMask
    ) -> String {
        if let error { return "HTTP \(status), \(error)" }
        if let words {
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

/// A number of seconds, written as a number or as a string of digits.
struct LenientSeconds: Decodable {
    var duration: Duration

    /// Longer than any token's lifetime, and well within the range of `Duration`.
    private static let limit = 1e10

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let number = try? value.decode(Double.self)
        let digits = try? value.decode(String.self)
        guard let seconds = number ?? digits.flatMap(Double.init), let duration = Self.duration(seconds) else {
            throw DecodingError.dataCorruptedError(in: value, debugDescription: "not a number of seconds")
        }
        self.duration = duration
    }

    /// Returns nil if the number isn't a valid length of time.
    static func duration(_ seconds: Double) -> Duration? {
        seconds.isFinite && seconds >= 0 ? .seconds(min(seconds, limit)) : nil
    }
}
