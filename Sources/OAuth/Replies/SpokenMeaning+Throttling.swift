/// How servers say that requests are too frequent.
extension SpokenMeaning {
    private static let counted = [
        "request", "call", "attempt", "retries", "tries", "refreshes", "quer", "login", "time",
    ]
    private static let haste: Set<String> = ["often", "frequent", "frequently", "fast", "quickly", "soon"]
    private static let bounds: Set<String> = ["limit", "limits", "quota", "quotas", "allowance"]
    /// What happens to a limit.
    private static let hits: Set<String> = [
        "exceeded", "exceeds", "exceed", "exceeding", "reached", "hit", "exhausted", "depleted",
    ]
    /// A limit on these isn't about time.
    private static let lasting = ["token", "session", "device", "grant", "scope"]
    private static let phrases = [
        ["rate", "limit"], ["rate", "limits"], ["rate", "limited"], ["rate", "limiting"], ["rate", "exceeded"],
        ["request", "limit"], ["requests", "limit"], ["slow", "down"], ["already", "being", "processed"],
        ["already", "in", "progress"], ["retry", "after"], ["back", "off"],
    ]

    static func speaksOfThrottling(_ words: SpokenWords) -> Bool {
        words.indices.contains { place in
            let word = words[place]
            if word.hasPrefix("throttl") || word.hasPrefix("ratelimit") || word == "flood" { return true }
            if phrases.contains(where: { words.has($0, at: place) }) { return true }
            if word == "too" || word == "excessive" { return isExcess(at: place, in: words) }
            return bounds.contains(word) && isHit(at: place, in: words)
        }
    }

    private static func isExcess(at place: Int, in words: SpokenWords) -> Bool {
        if haste.contains(words[place + 1]) { return true }
        guard words[place] == "excessive" || words[place + 1] == "many" else { return false }
        let next = (place + 1...place + 4).map { words[$0] }
        // Too many refresh tokens of one user end the oldest of them.
        return next.contains { word in counted.contains { word.hasPrefix($0) } }
    }

    private static func isHit(at place: Int, in words: SpokenWords) -> Bool {
        guard !lasting.contains(where: words[place - 1].hasPrefix), !isLasting(after: place, in: words) else {
            return false
        }
        return (place - 6...place + 6).contains { hits.contains(words[$0]) }
    }

    private static func isLasting(after place: Int, in words: SpokenWords) -> Bool {
        ["of", "on", "for"].contains(words[place + 1])
            && (place + 2...place + 4).contains { next in lasting.contains(where: words[next].hasPrefix) }
    }

    /// Whether the text asks to try again later, which doesn't outweigh an error code.
    static func asksForPatience(_ words: SpokenWords) -> Bool {
        let later: Set<String> = ["later", "in", "shortly", "soon", "momentarily"]
        return words.indices.contains { place in
            let isRetry = words.has(["try", "again"], at: place) || words.has(["retry"], at: place)
            return isRetry && (place + 1...place + 3).contains { later.contains(words[$0]) }
        }
    }
}
