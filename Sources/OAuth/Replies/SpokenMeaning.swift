import Failures

/// The meaning of error texts other than OAuth's codes: servers use words of their own to say that a refresh token is
/// no longer valid, that requests are too frequent or that a scope is refused. This type and its two tables
/// (`SpokenMeaning+DeadToken.swift`, `SpokenMeaning+Throttling.swift`) are the only place where a text decides anything.
enum SpokenMeaning: Sendable, Hashable {
    /// The refresh token is no longer valid.
    case deadToken
    /// Too many requests; a later one may succeed.
    case throttled

    /// Error names that don't say so in words, in lower case without separators.
    private static let deadNames: Set<String> = ["accountinactive", "invalidcode"]

    /// The meaning of an error name without its text.
    static func ofName(_ name: String) -> SpokenMeaning? {
        guard !name.contains(" ") else { return nil }
        let words = SpokenWords(name == name.uppercased() ? name.lowercased() : name)
        if speaksOfThrottling(words) { return .throttled }
        let bare = String(name.lowercased().filter { $0.isLetter || $0.isNumber })
        return deadNames.contains(bare) || isDeadToken(bareName: bare) || speaksOfDeadToken(words) ? .deadToken : nil
    }

    /// The meaning of the whole refusal; `isRefresh` tells whether the request contained a refresh token.
    static func of(_ words: ServerWords, isRefresh: Bool) -> SpokenMeaning? {
        let code = words.name.map { FailureCode(saidByServer: $0) }
        // An address or a policy's name may have such words too.
        let told = SpokenWords(words.told)
        if words.name.flatMap(ofName) == .throttled || speaksOfThrottling(told) { return .throttled }
        if code == nil || code == .unlistedError || code == .invalidRequest, asksForPatience(told) { return .throttled }
        guard isRefresh else { return nil }
        if words.name.flatMap(ofName) == .deadToken { return .deadToken }
        // A page may be of a gateway that has tokens and sessions of its own.
        return speaksOfDeadToken(SpokenWords(words.everything), onlyRefreshTokens: words.isPage) ? .deadToken : nil
    }

    /// Whether the refusal may be caused by the scope in the request.
    static func isAboutScope(_ words: ServerWords) -> Bool {
        if SpokenWords(words.everything).words.contains(where: { $0.hasPrefix("scope") }) { return true }
        // The reply to an invalid grant may repeat the request's parameters.
        let code = words.name.map { FailureCode(saidByServer: $0) }
        return code?.meaning != .consentNeeded && words.memberNames.contains { $0.lowercased().contains("scope") }
    }
}
