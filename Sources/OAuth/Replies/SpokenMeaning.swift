import Failures

/// The meaning of error texts other than OAuth's codes: servers use words of their own to say that a refresh token is
/// no longer valid, that requests are too frequent or that a scope is refused. This table is the only place where a
/// text decides anything.
enum SpokenMeaning: Sendable, Hashable {
    /// The refresh token is no longer valid.
    case deadToken
    /// Too many requests; a later one may succeed.
    case throttled

    /// Error names in lower case, without separators.
    private static let deadNames: Set<String> = [
        "invalidrefreshtoken", "badrefreshtoken", "refreshtokeninvalid", "refreshtokenexpired", "expiredrefreshtoken",
        "refreshtokenrevoked", "revokedrefreshtoken", "refreshtokennotfound", "unknownrefreshtoken", "invalidtoken",
        "tokenexpired", "tokenrevoked", "revokedtoken", "tokeninvalid", "tokennotfound", "accountinactive",
        "invalidcode", "invalidgranttoken", "inactivetoken",
    ]
    private static let throttleNames: Set<String> = [
        "ratelimited", "ratelimit", "ratelimitexceeded", "ratelimitreached", "toomanyrequests", "throttled",
        "throttling", "throttlingexception", "requestlimitexceeded", "quotaexceeded",
    ]

    /// The meaning of an error name without its text.
    static func ofName(_ name: String) -> SpokenMeaning? {
        let name = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
        if throttleNames.contains(name) { return .throttled }
        return deadNames.contains(name) ? .deadToken : nil
    }

    /// The meaning of the whole refusal; `isRefresh` tells whether the request contained a refresh token.
    static func of(_ words: ServerWords, isRefresh: Bool) -> SpokenMeaning? {
        let text = words.everything.lowercased().replacing("_", with: " ").replacing("-", with: " ")
        if words.name.flatMap(ofName) == .throttled || speaksOfThrottling(text) { return .throttled }
        guard isRefresh else { return nil }
        return words.name.flatMap(ofName) == .deadToken || speaksOfDeadToken(text) ? .deadToken : nil
    }

    /// Whether the refusal may be caused by the scope in the request.
    static func isAboutScope(_ words: ServerWords) -> Bool {
        words.everything.lowercased().contains("scope")
    }

    private static let throttlePhrases = [
        "rate limit", "ratelimit", "rate exceeded", "throttl", "quota exceeded", "quota has been exceeded",
        "request limit",
    ]
    private static let counted = ["request", "call", "attempt", "retries", "tries"]

    private static func speaksOfThrottling(_ text: String) -> Bool {
        if throttlePhrases.contains(where: text.contains) { return true }
        guard let many = text.firstRange(of: "too many ") else { return false }
        let next = text[many.upperBound...].split(separator: " ").prefix(3)
        return next.contains { word in counted.contains { word.hasPrefix($0) } }
    }

    private static let tokens = ["refresh token", "refreshtoken", "authorization grant"]
    private static let ends = [
        "invalid", "expired", "revoked", "unknown", "not found", "no longer", "not valid", "inactive", "not active",
        "disabled", "not exist", "n't exist", "already used", "already been used", "reuse", "consumed", "bad",
        "malformed",
        "not recogni", "unrecogni", "incorrect", "wrong", "has ended", "blacklisted", "deleted", "stale",
    ]
    /// With one of these phrases the text may be about something else, and the refresh token still valid.
    private static let others = [
        "missing", "required", "unsupported", "not supported", "not allowed", "not permitted", "grant type",
        "granttype", "client id", "client secret", "invalid client", "scope",
    ]

    private static func speaksOfDeadToken(_ text: String) -> Bool {
        tokens.contains(where: text.contains) && ends.contains(where: text.contains)
            && !others.contains(where: text.contains)
    }
}
