package import Text

/// What a resource server or a refused refresh requires of the next consent, in addition to the account's settings (RFC
/// 9470 section 5, OpenID Connect Core section 5.5).
package struct ConsentDemands: Sendable, Hashable {
    /// A JSON object, exactly as received.
    package var claims: String?
    /// Space-separated, in order of preference.
    package var acrValues: String?
    /// The maximum number of seconds since the user's last login.
    package var maxAge: Int?

    package init(claims: String? = nil, acrValues: String? = nil, maxAge: Int? = nil) {
        self.claims = claims
        self.acrValues = acrValues
        self.maxAge = maxAge
    }

    package var isEmpty: Bool { fields.isEmpty }

    /// The parameters to add to the authorization request.
    package var fields: [FormField] {
        [
            claims.map { FormField("claims", $0) }, acrValues.map { FormField("acr_values", $0) },
            maxAge.map { FormField("max_age", String($0)) },
        ].compactMap(\.self)
    }
}
