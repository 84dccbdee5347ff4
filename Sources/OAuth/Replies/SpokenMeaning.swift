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
        func plain(_ text: String) -> String {
            text.lowercased().replacing("_", with: " ").replacing("-", with: " ")
        }
        // An address or a policy's name may have such words too.
        let told = plain([words.name, words.explanation].compactMap(\.self).joined(separator: " "))
        if words.name.flatMap(ofName) == .throttled || speaksOfThrottling(told) { return .throttled }
        guard isRefresh else { return nil }
        let text = plain(words.everything)
        return words.name.flatMap(ofName) == .deadToken || speaksOfDeadToken(text) ? .deadToken : nil
    }

    /// Whether the refusal may be caused by the scope in the request.
    static func isAboutScope(_ words: ServerWords) -> Bool {
        words.everything.lowercased().contains("scope")
    }

    private static let throttlePhrases = [
        "rate limit", "ratelimit", "rate exceeded", "throttl", "quota exceeded", "quota has been exceeded",
        "request limit", "already being processed",
    ]
    private static let counted = ["request", "call", "attempt", "retries", "tries"]

    private static func speaksOfThrottling(_ text: String) -> Bool {
        if throttlePhrases.contains(where: text.contains) { return true }
        guard let many = text.firstRange(of: "too many ") else { return false }
        let next = text[many.upperBound...].split(separator: " ").prefix(3)
        return next.contains { word in counted.contains { word.hasPrefix($0) } }
    }

    /// Adjectives that end a refresh token, directly before or after it.
    private static let ends: Set<String> = [
        "invalid", "expired", "revoked", "unknown", "malformed", "inactive", "incorrect", "wrong", "stale",
        "blacklisted", "deleted", "consumed", "used", "reused", "reuse", "replayed", "unrecognized", "unrecognised",
        "ended",
    ]
    /// What may stand between a refresh token and that which ends it.
    private static let links: Set<String> = [
        "is", "was", "has", "have", "had", "been", "are", "were", "be", "you", "provided", "supplied", "given",
        "specified", "submitted", "presented", "either", "already", "or", "and", "not", "does", "doesn", "isn", "wasn",
        "t", "it", "may", "value", "probably", "now", "that", "which",
    ]
    private static let denied: Set<String> = [
        "valid", "found", "active", "recognized", "recognised", "exist", "known",
    ]
    /// What names something other than the token itself: a request, a type of grant.
    private static let nouns: Set<String> = [
        "request", "requests", "grant", "grants", "flow", "type", "parameter", "endpoint", "header",
    ]

    /// The word that ends a token must belong to it: a server that can't look one up says "invalid" and "not found" of
    /// other things in the same sentence.
    private static func speaksOfDeadToken(_ text: String) -> Bool {
        let words = text.split { !$0.isLetter }.map(String.init)
        return words.indices.contains { start in
            guard let next = end(ofTokenAt: start, in: words) else { return false }
            guard next == words.endIndex || !nouns.contains(words[next]) else { return false }
            return isEnded(before: start, in: words) || isEnded(from: next, in: words)
        }
    }

    /// The place after a refresh token that is named here.
    private static func end(ofTokenAt start: Int, in words: [String]) -> Int? {
        if words[start].hasPrefix("refreshtoken") { return start + 1 }
        guard start + 1 < words.endIndex else { return nil }
        switch (words[start], words[start + 1]) {
        case ("refresh", "token"), ("refresh", "tokens"), ("authorization", "grant"): return start + 2
        default: return nil
        }
    }

    private static func isEnded(before start: Int, in words: [String]) -> Bool {
        guard start > 0 else { return false }
        return ends.contains(words[start - 1]) || words[start - 1] == "bad"
    }

    private static func isEnded(from next: Int, in words: [String]) -> Bool {
        for place in next..<min(next + 8, words.endIndex) {
            let word = words[place]
            if ends.contains(word) { return true }
            let isDenied = words[next..<place].contains { $0 == "not" || $0 == "t" }
            if isDenied && denied.contains(word) { return true }
            if word == "no", place + 1 < words.endIndex, words[place + 1] == "longer" { return true }
            guard links.contains(word) else { return false }
        }
        return false
    }
}
