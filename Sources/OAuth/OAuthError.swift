package import Failures
import Text

/// An error of the authorization or the token endpoint (RFC 6749 sections 4.1.2.1 and 5.2). Decisions are taken by
/// `code` only; the rest is untrusted text for people.
package struct OAuthError: Error, Sendable, Hashable, CustomStringConvertible {
    package let code: FailureCode
    /// The server's own word for it, made fit to be shown.
    package let word: String
    package let details: String?
    package let uri: String?
    /// The server's own numbers for it (`error_codes`), beside OAuth's word.
    package let numbers: [Int]

    package init(_ word: String, description: String? = nil, uri: String? = nil, numbers: [Int] = []) {
        self.word = UntrustedText.clean(word, limit: 80)
        code = FailureCode(saidByServer: self.word)
        details = description.map { UntrustedText.clean($0) }.flatMap { $0.isEmpty ? nil : $0 }
        self.numbers = numbers
        self.uri = uri.map { UntrustedText.clean($0, limit: 200) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    package var description: String {
        details.map { "\(word): \($0)" } ?? word
    }
}
