package import Failures

/// An error answer, `application/problem+json` (RFC 9457). The default status and title are those of its code.
package struct Problem: Codable, Sendable, Equatable, Error {
    package static let mediaType = "application/problem+json"

    /// The HTTP status.
    package var status: Int
    package var title: String
    /// The code that programs decide by.
    package var code: FailureCode
    package var detail: String
    /// What the user should do next.
    package var hint: String?
    /// Existing names that resemble the unknown one in the request.
    package var near: [String]?
    /// Seconds after which another try makes sense; the `Retry-After` header says the same.
    package var retryAfter: Int?

    /// `title` and `status` override those of the code, for an answer that can be more precise.
    package init(
        _ code: FailureCode, _ detail: String, hint: String? = nil, title: String? = nil, status: Int? = nil,
        near: [String]? = nil, retryAfter: Int? = nil
    ) {
        self.status = status ?? code.facts.status
        self.title = title ?? code.facts.title
        self.code = code
        self.detail = detail
        self.hint = hint
        self.near = near
        self.retryAfter = retryAfter
    }
}
