/// How servers say that a refresh token is no longer valid: a word that ends a token stands beside the word for it. A
/// server that can't look one up says "invalid" and "not found" of other things in the same sentence.
extension SpokenMeaning {
    /// What ends a refresh token, directly before or after it.
    private static let ends: Set<String> = [
        "invalid", "expired", "revoked", "unknown", "malformed", "inactive", "incorrect", "wrong", "stale",
        "blacklisted", "blocklisted", "denylisted", "deleted", "consumed", "used", "reused", "reuse", "replayed",
        "unrecognized", "unrecognised", "ended", "withdrawn", "superseded", "rotated", "void", "voided", "terminated",
        "lapsed", "nonexistent", "mismatch", "mismatched", "corrupt", "corrupted", "unusable", "outdated", "obsolete",
        "canceled", "cancelled", "removed", "invalidated", "retired", "old", "dead", "gone", "closed",
    ]
    /// What may stand between a refresh token and that which ends it.
    private static let links: Set<String> = [
        "is", "was", "has", "have", "had", "been", "are", "were", "be", "you", "provided", "supplied", "given", "sent",
        "specified", "submitted", "presented", "either", "already", "or", "and", "not", "does", "doesn", "isn", "wasn",
        "t", "it", "may", "value", "probably", "now", "that", "which", "do", "did", "didn", "could", "couldn", "can",
        "cannot", "hasn", "previously", "apparently", "seems", "appears", "to", "too",
    ]
    /// What is true of a valid token only.
    private static let denied: Set<String> = [
        "valid", "found", "active", "recognized", "recognised", "exist", "exists", "known", "match", "matched",
        "located", "alive", "accepted", "acceptable", "issued", "parsed", "decoded", "decrypted", "usable",
        "belong",
    ]
    private static let negations: Set<String> = ["not", "t", "cannot", "never"]
    /// What names something other than the token itself: a request, a type of grant.
    private static let nouns: Set<String> = [
        "request", "requests", "grant", "grants", "flow", "type", "types", "parameter", "parameters", "endpoint",
        "header", "code", "server", "method", "binding", "token", "tokens", "id", "store", "service", "url", "uri",
    ]
    /// Other words for a grant, as long as nothing before them says that they are something else.
    private static let others: Set<String> = ["token", "tokens", "session", "grant"]
    /// What a user gives and takes back; a header and a request are called so too.
    private static let permissions: Set<String> = ["access", "authorization", "authorisation", "consent", "permission"]
    private static let withdrawals: Set<String> = [
        "revoked", "withdrawn", "expired", "canceled", "cancelled", "removed", "terminated", "ended", "lapsed",
    ]
    private static let openers: Set<String> = [
        "the", "this", "that", "your", "a", "an", "user", "users", "provided", "supplied", "given", "submitted",
        "presented", "specified", "sent", "oauth", "auth", "offline", "such", "matching", "bad", "login", "sso", "no",
    ]
    private static let failed: [[String]] = [
        ["unable", "to"], ["could", "not"], ["couldn", "t"], ["cannot"], ["can", "t"], ["can", "not"],
        ["failed", "to"],
        ["not", "able", "to"], ["did", "not"], ["didn", "t"], ["does", "not"],
    ]
    /// What fails because of the token's content or absence. Validation may fail because of the server.
    private static let readings: Set<String> = [
        "parse", "decode", "decrypt", "find", "locate", "match", "recognize", "recognise", "deserialize", "unseal",
    ]

    static func speaksOfDeadToken(_ words: SpokenWords, onlyRefreshTokens: Bool = false) -> Bool {
        words.indices.contains { start in
            if !onlyRefreshTokens, asksForLogin(at: start, in: words) { return true }
            guard
                let next = refreshTokenEnd(at: start, in: words)
                    ?? (onlyRefreshTokens ? nil : otherEnd(at: start, in: words)), !nouns.contains(words[next])
            else { return false }
            if permissions.contains(words[start]) {
                return withdrawals.contains(words[start - 1]) || isEnded(from: next, by: withdrawals, in: words)
            }
            return isEnded(before: start, until: next, in: words) || isEnded(from: next, by: ends, in: words)
        }
    }

    /// The same of an error name without separators.
    static func isDeadToken(bareName name: String) -> Bool {
        let subjects = ["token", "refreshtoken", "granttoken", "session"]
        let ends = ends.union(["bad", "notfound"])
        return subjects.contains { subject in
            (name.hasPrefix(subject) && ends.contains(String(name.dropFirst(subject.count))))
                || (name.hasSuffix(subject) && ends.contains(String(name.dropLast(subject.count))))
        }
    }

    /// The place after a refresh token that is named here.
    private static func refreshTokenEnd(at start: Int, in words: SpokenWords) -> Int? {
        if words[start].hasPrefix("refreshtoken") { return start + 1 }
        switch (words[start], words[start + 1]) {
        case ("refresh", "token"), ("refresh", "tokens"), ("authorization", "grant"): return start + 2
        default: return nil
        }
    }

    private static func otherEnd(at start: Int, in words: SpokenWords) -> Int? {
        guard others.contains(words[start]) || permissions.contains(words[start]) else { return nil }
        let before = words[start - 1]
        return words.opensClause[start] || openers.contains(before) || ends.contains(before) ? start + 1 : nil
    }

    private static func isEnded(before start: Int, until next: Int, in words: SpokenWords) -> Bool {
        if ends.contains(words[start - 1]) || words[start - 1] == "bad" { return true }
        // "No such token", "no session found"; but "no token was sent" is about the request.
        if words[start - 1] == "no" { return denied.contains(words[next]) || words[next] == "for" }
        if words[start - 2] == "no", ["such", "matching"].contains(words[start - 1]) { return true }
        let verb = (start - 4..<start).last { readings.contains(words[$0]) }
        guard let verb, (verb + 1..<start).allSatisfy({ links.contains(words[$0]) || openers.contains(words[$0]) })
        else { return false }
        return failed.contains { words.has($0, at: verb - $0.count) }
    }

    private static func isEnded(from next: Int, by ends: Set<String>, in words: SpokenWords) -> Bool {
        for place in next..<min(next + 8, words.indices.upperBound) {
            let word = words[place]
            if ends.contains(word) { return true }
            let isDenied = (next..<place).contains { negations.contains(words[$0]) }
            if isDenied && denied.contains(word) { return true }
            if word == "no", words[place + 1] == "longer" { return true }
            guard links.contains(word) else { return false }
        }
        return false
    }

    /// Whether the user is told to log in or to consent again.
    private static func asksForLogin(at place: Int, in words: SpokenWords) -> Bool {
        let word = words[place]
        let verbs = ["authori", "authenticat", "consent", "login", "relogin"]
        if word.hasPrefix("reauthori") || word.hasPrefix("reauthenticat") || word.hasPrefix("reconsent") { return true }
        if word == "re", verbs.contains(where: words[place + 1].hasPrefix) { return true }
        guard word == "again" else { return false }
        return words.has(["log", "in"], at: place - 2) || words.has(["sign", "in"], at: place - 2)
            || verbs.contains(where: words[place - 1].hasPrefix)
    }
}
