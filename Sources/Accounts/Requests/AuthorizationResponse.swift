package import OAuth
package import Text

/// The meaning of a response at the redirect URI, after it was checked against the request.
package enum AuthorizationResponse: Sendable, Hashable {
    /// `state` is missing or wrong: the response belongs to no request of this client and must have no effect.
    case foreign
    /// The response comes from an authorization server other than the one asked, named by `issuer`. If `issuer` is nil,
    /// the response names no server although the one asked promises to (RFC 9207 section 2.4); `said` is then the
    /// response's explanation, which is untrusted text.
    case mixedUp(issuer: String?, said: String? = nil)
    case refused(OAuthError)
    case code(Secret)
    /// An administrator has consented for all users; this user hasn't consented yet.
    case adminConsent
    /// Neither a code nor an error. The value is the explanation that the response contains instead: untrusted text,
    /// cleaned for display.
    case unexplained(String?)
}

extension AuthorizationRequest {
    /// Checks the fields of a response: first `state`, then `iss`, then `error` or `code`.
    package func check(_ fields: [FormField]) -> AuthorizationResponse {
        func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
        let states = values("state")
        guard states.count == 1, Secret(states[0]).equalsInConstantTime(state) else { return .foreign }
        let issuers = values("iss")
        if let issuer = settings.expectedIssuer, let other = issuers.first(where: { !issuer.matches($0) }) {
            return .mixedUp(issuer: UntrustedText.clean(shown(other)))
        }
        let (codes, errors) = (values("code"), values("error").filter { !$0.isEmpty })
        let error = errors.first.map {
            OAuthError(
                shown($0), description: values("error_description").first.map(shown),
                uri: values("error_uri").first.map(shown))
        }
        if account.promisesIssuer, issuers.isEmpty {
            return .mixedUp(issuer: nil, said: error.map { "\($0)" } ?? explanation(fields))
        }
        if let error { return .refused(error) }
        if codes.count == 1, !codes[0].isEmpty { return .code(Secret(codes[0])) }
        if codes.isEmpty, values("admin_consent").contains(where: { $0.lowercased() == "true" }) {
            return .adminConsent
        }
        return .unexplained(explanation(fields))
    }

    /// Masks the value of `state`, which may occur anywhere in a text from outside.
    private func shown(_ text: String) -> String { text.replacing(state.expose(), with: "…") }

    /// The values of the fields whose names suggest an explanation. Others are left out: they may hold a token.
    private func explanation(_ fields: [FormField]) -> String? {
        let told = fields.filter { field in
            !field.value.isEmpty && Self.explaining.contains { field.name.lowercased().contains($0) }
        }
        guard !told.isEmpty else { return nil }
        return UntrustedText.clean(told.map { shown("\($0.name): \($0.value)") }.joined(separator: ", "))
    }

    private static let explaining = [
        "error", "message", "reason", "description", "detail", "denied", "cancel", "fault",
    ]
}
