extension AccountReport: ContractType {
    package static let schema = ObjectSchema(
        "Account", "What is known of one account. It never holds a token.",
        [
            .always("account", .string),
            .maybe("label", .string, "What the configuration calls it for people."),
            .maybe("provider", .string, "The name of the preset, where the configuration names one."),
            .maybe("issuer", .string),
            .always("client_id", .string),
            .always("state", .words(AccountState.self)),
            .maybe("user", .string, "Who consented, where the authorization server has told."),
            .maybe("same_user_as", .list(.string), "Other accounts that the same user has consented for."),
            .always(
                "scope", .list(.string), "Of the access token in hand, else the one that will be asked for."),
            .maybe("missing_scope", .list(.string), "What was asked for and not granted."),
            .maybe("expires_at", .date),
            .maybe("expires_in", .integer, "Seconds until the access token expires; negative once it has."),
            .maybe("lifetime", .integer, "Seconds that the access token was issued for."),
            .maybe("next_refresh_at", .date),
            .maybe("next_refresh_in", .integer, "Seconds until the next refresh; 0 while one is due or under way."),
            .maybe(
                "unused_limit", .integer,
                "Seconds that the provider promises to keep a refresh token which isn't used."),
            .maybe("consented_at", .date),
            .maybe("consent_expires_at", .date, "When the refresh token ends, where the server says so."),
            .maybe("consent_ends_soon", .boolean, "Whether that is near, and refreshes don't put it off."),
            .maybe("refreshed_at", .date),
            .maybe(
                "client_expires_at", .date, "When the client's secret ends, where the configuration says so."),
            .always("unsaved", .boolean, "True while a grant is held in memory that the disk refused."),
            .maybe("last_error", .object(FailureReport.schema)),
            .maybe("tokens", .list(.object(TokenReport.schema)), "The further access tokens of the grant."),
            .maybe(
                "token_files", .list(.object(TokenFileReport.schema)), "The files that are kept at the newest tokens."),
            .maybe("share", .object(ShareReport.schema), "Where several hosts share the grant."),
            .maybe("consent", .object(ConsentReport.schema), "The consent that is under way."),
            .maybe(
                "revocation", .object(RevocationReport.schema),
                "In the answer to a logout: what became of the grant at the server."),
        ])
}

extension TokenReport: ContractType {
    package static let schema = ObjectSchema(
        "FurtherToken", "What is known of a further access token of a grant. It never holds the token.",
        [
            .maybe("token", .string, "Its name in the configuration; absent where a reader has asked for it."),
            .always("state", .words(State.self)),
            .always("scope", .list(.string), "Of the access token in hand, else the one that is asked for."),
            .maybe("resource", .list(.string)),
            .maybe("audience", .string),
            .maybe("expires_at", .date),
            .maybe("expires_in", .integer, "Seconds until the access token expires; negative once it has."),
            .maybe("next_refresh_at", .date),
            .maybe("next_refresh_in", .integer, "Seconds until the next refresh; 0 while one is due or under way."),
            .maybe("last_error", .object(FailureReport.schema)),
        ])
}

extension AccountList: ContractType {
    package static let schema = ObjectSchema(
        "Accounts", "All accounts.", [.always("accounts", .list(.object(AccountReport.schema)))])
}

extension FailureReport: ContractType {
    package static let schema = ObjectSchema(
        "Failure", "A failure in words that a person can act on.",
        [
            .always("code", .string, "A stable word to decide by."),
            .always("detail", .string),
            .maybe("hint", .string, "What to do next."),
            .maybe("at", .date),
        ])
}

extension RevocationReport: ContractType {
    package static let schema = ObjectSchema(
        "Revocation", "What the authorization server was told of a logout.",
        [
            .always("state", .words(State.self)),
            .maybe("detail", .string),
            .maybe("hint", .string, "What to do next."),
        ])
}
