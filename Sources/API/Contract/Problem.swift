package import Failures

/// An error answer, `application/problem+json` (RFC 9457). Status and title are those of its code.
package struct Problem: Codable, Sendable, Equatable, Error {
    package static let mediaType = "application/problem+json"

    /// The HTTP status.
    package var status: Int
    package var title: String
    /// What is decided by.
    package var code: FailureCode
    package var detail: String
    /// What to do next.
    package var hint: String?
    /// Names near the one that was asked for.
    package var near: [String]?
    /// Seconds after which another try makes sense; the `Retry-After` header says the same.
    package var retryAfter: Int?

    /// `title` and `status` are for an answer that is more precise than its code.
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
