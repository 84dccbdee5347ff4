/// An error answer, `application/problem+json` (RFC 9457).
package struct Problem: Codable, Sendable, Equatable, Error {
    package static let mediaType = "application/problem+json"

    /// The HTTP status.
    package var status: Int
    package var title: String
    /// A stable word to decide by.
    package var code: Code
    package var detail: String
    /// What to do next.
    package var hint: String?
    /// Names near the one that was asked for.
    package var near: [String]?
    /// Seconds after which another try makes sense; the `Retry-After` header says the same.
    package var retryAfter: Int?

    package init(
        status: Int, title: String, code: Code, detail: String, hint: String? = nil, near: [String]? = nil,
        retryAfter: Int? = nil
    ) {
        self.status = status
        self.title = title
        self.code = code
        self.detail = detail
        self.hint = hint
        self.near = near
        self.retryAfter = retryAfter
    }

    /// The codes of this API; what was added never changes what was there.
    package struct Code: RawRepresentable, Codable, Sendable, Hashable {
        package var rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        package static let malformedRequest = Code(rawValue: "malformed_request")
        package static let forbidden = Code(rawValue: "forbidden")
        package static let noSuchAccount = Code(rawValue: "no_such_account")
        package static let notFound = Code(rawValue: "not_found")
        package static let methodNotAllowed = Code(rawValue: "method_not_allowed")
        package static let consentRequired = Code(rawValue: "consent_required")
        package static let noConsentPending = Code(rawValue: "no_consent_pending")
        package static let noProofKey = Code(rawValue: "no_proof_key")
        package static let consentConflict = Code(rawValue: "consent_conflict")
        package static let tooLarge = Code(rawValue: "too_large")
        package static let tooManyRequests = Code(rawValue: "too_many_requests")
        package static let unavailable = Code(rawValue: "temporarily_unavailable")
        package static let configurationError = Code(rawValue: "configuration_error")
        package static let notImplemented = Code(rawValue: "not_implemented")
        package static let internalError = Code(rawValue: "internal_error")
    }
}
