package import OAuth
package import Text

/// What a response on the redirect URI means.
package enum AuthorizationResponse: Sendable, Hashable {
    /// `state` is missing or wrong: it belongs to no request of ours and changes nothing.
    case foreign
    /// Another authorization server than the one that was asked sent it, or one that doesn't say its name although
    /// ours promises to (RFC 9207 section 2.4); nil stands for the latter, with what it says: untrusted text.
    case mixedUp(issuer: String?, said: String? = nil)
    case refused(OAuthError)
    case code(Secret)
    /// An administrator has consented for everybody; the user has not consented yet.
    case adminConsent
    /// Neither a code nor an error, with what it says instead: untrusted text, made fit to be shown.
    case unexplained(String?)
}

extension AuthorizationRequest {
    /// Judges what arrived on the redirect URI: `state`, then `iss`, then `error` or `code`.
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

    /// What is shown of a response never shows `state`, wherever the sender has put it.
    private func shown(_ text: String) -> String { text.replacing(state.expose(), with: "…") }

    /// The fields whose names promise an explanation. Others may hold anything, a token too.
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
