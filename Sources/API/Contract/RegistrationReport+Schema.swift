extension RegistrationReport: ContractType {
    package static let schema = ObjectSchema(
        "Registration", "A client's registration at an authorization server.",
        [
            .always("account", .string, "The account that it was made for."),
            .always("issuer", .string, "The authorization server."),
            .always("client_id", .string, "The client's identifier there."),
            .always("is_deletable", .boolean, "Whether the server gave what it takes to delete it."),
        ])
}

extension NewRegistration: RequestBody {
    package static let schema = ObjectSchema(
        "NewRegistration", "A registration to keep; its secrets are sealed, and never handed out.",
        [
            .always("issuer", .string, "The authorization server."),
            .always("client_id", .string, "The client's identifier there."),
            .maybe("client_secret", .string, "The client's secret, where it has one."),
            .maybe("registration_access_token", .string, "The token that manages the registration (RFC 7592)."),
            .maybe("registration_client_uri", .string, "Where the registration is managed."),
        ])
}
