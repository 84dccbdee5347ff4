extension TokenAnswer: ContractType {
    package static let schema = ObjectSchema(
        "Token", "An access token.",
        [
            .always("account", .string),
            .maybe("token", .string, "The token's name, where it has one in the configuration."),
            .always("access_token", .string),
            .always("token_type", .string, "Bearer or DPoP."),
            .always("scope", .string, "Space-separated, as the authorization server granted it."),
            .maybe("expires_at", .date, "Absent where nobody knows: it is served until it is refused."),
            .maybe("expires_in", .integer, "Seconds, rounded down."),
            .maybe("expires_on", .integer, "expires_at in seconds since 1970."),
            .maybe("extra", .anyObject, "Other scalar members of the server's replies."),
        ])
}
