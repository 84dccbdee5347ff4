package import Failures

/// An error response, `application/problem+json` (RFC 9457). Status and title are those of its code unless stated.
package struct Problem: Codable, Sendable, Equatable, Error {
    package static let mediaType = "application/problem+json"

    /// The HTTP status.
    package var status: Int
    package var title: String
    /// The code for programs to decide by.
    package var code: FailureCode
    package var detail: String
    /// The next step for the user.
    package var hint: String?
    /// Existing names that are similar to the unknown one in the request.
    package var near: [String]?
    /// Seconds to wait before another try; also sent in the `Retry-After` header.
    package var retryAfter: Int?

    /// `title` and `status` override those of the code if the caller can be more precise.
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
