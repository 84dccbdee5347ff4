/// The body of `GET /docker`: whose tokens registries of containers get. It never contains a token.
package struct DockerReport: Codable, Sendable, Equatable {
    package var registries: [RegistryReport]

    package init(registries: [RegistryReport]) {
        self.registries = registries
    }
}

package struct RegistryReport: Codable, Sendable, Equatable {
    /// The host, and the port if it has one.
    package var registry: String
    /// An account, or `ACCOUNT/TOKEN`.
    package var account: String
    package var username: String

    package init(registry: String, account: String, username: String) {
        self.registry = registry
        self.account = account
        self.username = username
    }
}

extension DockerReport: ContractType {
    package static let schema = ObjectSchema(
        "Docker", "Whose tokens registries of containers get, for docker-credential-valetkey.",
        [.always("registries", .list(.object(RegistryReport.schema)))])
}

extension RegistryReport: ContractType {
    package static let schema = ObjectSchema(
        "Registry", "A registry of containers.",
        [
            .always("registry", .string, "The host, and the port if it has one."),
            .always("account", .string, "An account, or ACCOUNT/TOKEN."), .always("username", .string),
        ])
}
