package import Text

/// What a resource or a refused refresh wants of the next consent beyond the account's settings (RFC 9470 section 5,
/// OpenID Connect Core section 5.5).
package struct ConsentDemands: Sendable, Hashable {
    /// A JSON object, as it came.
    package var claims: String?
    /// Space-separated, the preferred one first.
    package var acrValues: String?
    /// How many seconds ago the user may have signed in at most.
    package var maxAge: Int?

    package init(claims: String? = nil, acrValues: String? = nil, maxAge: Int? = nil) {
        self.claims = claims
        self.acrValues = acrValues
        self.maxAge = maxAge
    }

    package var isEmpty: Bool { fields.isEmpty }

    /// Parameters of the authorization request.
    package var fields: [FormField] {
        [
            claims.map { FormField("claims", $0) }, acrValues.map { FormField("acr_values", $0) },
            maxAge.map { FormField("max_age", String($0)) },
        ].compactMap(\.self)
    }
}
