package import Failures
import Text

/// An error of the authorization or the token endpoint (RFC 6749 sections 4.1.2.1 and 5.2). Only `code` decides
/// anything; the rest is untrusted text for people.
package struct OAuthError: Error, Sendable, Hashable, CustomStringConvertible {
    package private(set) var code: FailureCode
    /// The server's own error code, cleaned for display.
    package let word: String
    package let details: String?
    package let uri: String?
    /// Numeric error codes of the vendor.
    package private(set) var numbers: [Int]
    /// The `claims` parameter, as JSON, for the next authorization request (OpenID Connect Core section 5.5). Not shown
    /// to people.
    package private(set) var claims: String?
    /// Whether the error may be caused by the scope in the request.
    package private(set) var isAboutScope: Bool

    package init(_ word: String, description: String? = nil, uri: String? = nil, numbers: [Int] = []) {
        self.word = UntrustedText.clean(word, limit: 80)
        code = FailureCode(saidByServer: self.word)
        details = description.map { UntrustedText.clean($0) }.flatMap { $0.isEmpty ? nil : $0 }
        self.uri = uri.map { UntrustedText.clean($0, limit: 200) }.flatMap { $0.isEmpty ? nil : $0 }
        self.numbers = numbers
        claims = nil
        isAboutScope = code == .invalidScope
    }

    /// Reads the error in a token reply; nil if the reply has neither an error code nor a text with a known meaning.
    init?(_ words: ServerWords, status: Int, isRefresh: Bool) {
        // Gateways answer with text and pages under any status.
        guard words.isObject || (400...(words.isPage ? 401 : 499)).contains(status) else { return nil }
        let meaning = SpokenMeaning.of(words, isRefresh: isRefresh)
        let isAboutScope = SpokenMeaning.isAboutScope(words)
        let stand: FailureCode? =
            switch meaning {
            case .throttled: .throttled
            case .deadToken: .invalidRefreshToken
            case nil: isRefresh && isAboutScope && (400..<500).contains(status) ? .invalidScope : nil
            }
        guard let name = words.name ?? stand?.rawValue else { return nil }
        self.init(name, description: words.explanation, uri: words.uri, numbers: words.numbers)
        claims = words.claims
        self.isAboutScope = isAboutScope || code == .invalidScope
        // A text about throttling always counts. An OAuth error code takes precedence over a text about a dead refresh
        // token, except where servers are known to misuse that code for it.
        switch meaning {
        case .throttled where code != .slowDown: code = .throttled
        case .deadToken where code.mayMeanDeadToken: code = .invalidRefreshToken
        default: break
        }
    }

    package var description: String {
        details.map { "\(word): \($0)" } ?? word
    }
}

extension FailureCode {
    /// Whether servers are known to use this code for a refresh token that is no longer valid.
    fileprivate var mayMeanDeadToken: Bool {
        switch self {
        case .unlistedError, .invalidRequest, .unauthorizedClient, .accessDenied: true
        default: false
        }
    }
}
