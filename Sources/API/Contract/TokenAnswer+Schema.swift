extension TokenAnswer: ContractType {
    package static let schema = ObjectSchema(
        "Token", "An access token.",
        [
            .always("account", .string),
            .always("access_token", .string),
            .always("token_type", .string, "Bearer or DPoP."),
            .always("scope", .string, "Space-separated, as the authorization server granted it."),
            .always("expires_at", .date),
            .always("expires_in", .integer, "Seconds, rounded down."),
        ])
}
