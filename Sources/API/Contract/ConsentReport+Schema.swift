extension ConsentReport: ContractType {
    package static let schema = ObjectSchema(
        "Consent", "What a consent is doing, and what the user must open.",
        [
            .always("account", .string),
            .always("id", .string, "Names this consent; a later one of the same account has another."),
            .always("flow", .words(ConsentFlow.self)),
            .always("state", .words(ConsentState.self)),
            .maybe("open_url", .string, "A short URL on this machine that forwards to authorization_url."),
            .maybe("authorization_url", .string),
            .maybe("redirect_uri", .string),
            .maybe("user_code", .string),
            .maybe("verification_uri", .string),
            .maybe("verification_uri_complete", .string),
            .always("expires_at", .date),
            .always("expires_in", .integer, "Seconds until the consent expires."),
            .maybe("scope", .list(.string), "What was granted, once it was."),
            .maybe("missing_scope", .list(.string)),
            .maybe("token_expires_in", .integer),
            .maybe("user", .string, "Who consented, where the authorization server has told."),
            .maybe("same_user_as", .list(.string), "Other accounts that the same user has consented for."),
            .maybe("error", .object(FailureReport.schema)),
            .maybe("joined", .boolean, "True in the answer to a start that has joined a consent under way."),
        ])
}

extension ConsentRequest: RequestBody {
    package static let absent: ConsentRequest? = ConsentRequest()

    package static let schema = ObjectSchema(
        "ConsentRequest", "How the user shall consent.",
        [
            .maybe("flow", .words(ConsentFlow.self), "Without it, the account's own."),
            .maybe("claims", .string, "A JSON object as text (OpenID Connect Core section 5.5)."),
            .maybe("acr_values", .string, "How the user is to sign in (RFC 9470 section 4)."),
            .maybe("max_age", .integer, "How many seconds ago the user may have signed in at most."),
        ])
}

extension PastedRedirect: RequestBody {
    package static let schema = ObjectSchema(
        "PastedRedirect", "What the user pasted.",
        [
            .always("redirect", .string, "The whole redirected URL, or the bare code."),
            .maybe("takes_code", .boolean, "If false, a bare code is answered with the error bare_code."),
        ])
}
